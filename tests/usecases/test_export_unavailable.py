"""When the world does not answer: nothing is lost, nothing lies about, it works afterwards."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace

import pytest
from rowsbuilder import a_school
from sqlalchemy import event
from structlog.testing import capture_logs

from pipeline import export, export_run
from pipeline.domain.states import JobState
from pipeline.errors import ArtifactsUnavailable, StoreUnavailable, Unavailable
from pipeline.export_run import PUT_BACK_S
from pipeline.store.unit import Store
from tests.oracle import half_files, wrong_versions
from tests.usecases.exporting import (
    FullDisk,
    a_wiring,
    all_jobs,
    ask,
    execute,
    exported,
    hooked,
    job,
    left_behind,
    once,
    run_messages,
    versions_of,
)

pytestmark = pytest.mark.faults
WAITS = {"sqlite": "PRAGMA busy_timeout = 100", "postgresql": "SET lock_timeout = '100ms'"}

END_SESSIONS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()"""


@pytest.fixture
def school(store):
    return a_school(store, pupil_count=2)


@pytest.fixture
def impatient(store, database_url, sent):
    """A store on the same database that waits a tenth of a second for a lock, no more."""
    made = Store(database_url, sent.extend)

    @event.listens_for(made.engine, "connect")
    def wait_less(connection, _record):
        connection.execute(WAITS[made.dialect])
        connection.commit()

    yield made
    made.engine.dispose()


@pytest.fixture
def two_stores(postgresql_url):
    stores = [Store(postgresql_url, lambda _messages: None) for _ in range(2)]
    yield stores
    for one in stores:
        one.engine.dispose()


def hold(lock, store, table):
    """Keep others from writing to the table until the lock is closed."""
    unit = lock.enter_context(store.writing())  # on SQLite it holds the whole database
    if store.dialect == "postgresql":
        unit.connection.exec_driver_sql(f"LOCK TABLE {table}")


def full_disk(w, room):
    return replace(w, artifacts=FullDisk(w.settings.artifacts_folder, room))


@pytest.mark.parametrize("room", [0, 1, 700, 1_700])
def test_a_full_disk_puts_the_job_back_and_leaves_no_temporary(w, school, clock, room):
    job_id = ask(w, school.division_id)
    with pytest.raises(ArtifactsUnavailable, match="Dépôt des fichiers indisponible"):
        export_run.run(full_disk(w, room), [job_id])
    row = job(w, job_id)
    assert (row.state, row.error_code, row.finished_at) == (JobState.RUNNING, None, None)
    assert (row.due_at - clock()).total_seconds() == PUT_BACK_S
    assert left_behind(w) == half_files(w) == versions_of(w, school.division_id) == []


def test_a_job_put_back_is_sent_again_and_done_once_there_is_room(w, school, clock, sent):
    job_id = ask(w, school.division_id)
    with pytest.raises(Unavailable):
        export_run.run(full_disk(w, 10), [job_id])
    sent.clear()
    clock.move(PUT_BACK_S - 1)
    assert (export.rescue(w.store, w.now()), sent) == (0, [])
    assert export_run.run(w, [job_id]) == 0
    clock.move(2)
    assert export.rescue(w.store, w.now()) == 1
    run_messages(w, sent)
    assert (job(w, job_id).state, job(w, job_id).version) == (JobState.READY, 1)
    assert wrong_versions(w) == []


def test_a_disk_that_fills_half_way_through_a_batch_loses_no_job(w, store, clock):
    divisions = [
        a_school(store, pupil_count=1, division_code=code).division_id for code in ("1A", "1B")
    ]
    ids = [ask(w, one) for one in divisions]
    full, roomy = full_disk(w, 10).artifacts, w.artifacts
    puts = [roomy.put, full.put]

    class FillsUp(FullDisk):
        def put(self, data):
            return puts.pop(0)(data)

    with pytest.raises(Unavailable):
        export_run.run(replace(w, artifacts=FillsUp(w.settings.artifacts_folder, 0)), ids)
    assert [len(versions_of(w, one)) for one in divisions] == [0, 0]
    clock.move(PUT_BACK_S + 1)
    assert export_run.run(w, ids) == 2
    assert [len(versions_of(w, one)) for one in divisions] == [1, 1]
    assert (left_behind(w), wrong_versions(w)) == ([], [])


def test_a_database_locked_at_the_end_is_unavailable_and_the_job_is_done_later(
    store, impatient, school, tmp_path, clock
):
    w = a_wiring(impatient, tmp_path / "home", clock)
    job_id = ask(w, school.division_id)
    with ExitStack() as lock:
        slow = hooked(w, once(lambda: hold(lock, store, "artifact")))
        with pytest.raises(StoreUnavailable, match="Base de données indisponible"):
            export_run.run(slow, [job_id])
    assert job(w, job_id).state == JobState.RUNNING
    assert versions_of(w, school.division_id) == []
    clock.move(w.settings.lease_s + 1)
    assert export_run.run(w, [job_id]) == 1
    assert (job(w, job_id).state, len(versions_of(w, school.division_id))) == (JobState.READY, 1)
    assert (wrong_versions(w), left_behind(w)) == ([], [])


def test_a_put_back_that_fails_too_is_told_and_the_lease_runs_out_by_itself(
    store, impatient, school, tmp_path, clock
):
    w = a_wiring(impatient, tmp_path / "home", clock)
    job_id = ask(w, school.division_id)
    with ExitStack() as lock, capture_logs() as logs:
        slow = hooked(w, once(lambda: hold(lock, store, "export_job")))
        with pytest.raises(StoreUnavailable):
            export_run.run(slow, [job_id])
    assert [one["event"] for one in logs] == ["put_back_failed"]
    row = job(w, job_id)
    assert (row.lease_until - clock()).total_seconds() == w.settings.lease_s


def test_a_database_locked_at_the_request_is_unavailable_and_nothing_is_sent(
    store, impatient, school, tmp_path, clock
):
    w = a_wiring(impatient, tmp_path / "home", clock)
    with ExitStack() as lock:
        hold(lock, store, "export_job")
        with pytest.raises(StoreUnavailable, match="réessayez"):
            ask(w, school.division_id)
    assert all_jobs(w) == []
    assert exported(w, school.division_id).state == JobState.READY


@pytest.mark.parametrize("step", ["INSERT INTO artifact", "outcome"])
def test_a_session_the_server_ends_half_way_is_unavailable_and_the_job_is_done_later(
    two_stores, tmp_path, clock, step
):
    store, other = two_stores
    w = a_wiring(store, tmp_path / "home", clock)
    division_id = a_school(store, pupil_count=1).division_id
    job_id = ask(w, division_id)
    steps = [step]

    @event.listens_for(store.engine, "before_cursor_execute")
    def end_sessions(_connection, _cursor, statement, *_):
        if steps and steps[0] in statement:
            steps.clear()
            execute(other, END_SESSIONS)

    with pytest.raises(StoreUnavailable):
        export_run.run(w, [job_id])
    assert (steps, versions_of(w, division_id)) == ([], [])
    clock.move(PUT_BACK_S + 1)
    assert export_run.run(w, [job_id]) == 1
    assert (job(w, job_id).state, len(versions_of(w, division_id))) == (JobState.READY, 1)
