"""SIGKILL of a worker at every step of an export, then another worker: one version, whole."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from rowsbuilder import a_school, compute_lights

from pipeline import crash, export
from pipeline.domain.states import JobState, Outcome
from pipeline.export_run import ATTEMPT_CAP
from pipeline.queue import RUN_EXPORTS
from pipeline.store import rows as t
from tests.polling import wait_until
from tests.running import (
    Running,
    assert_at_rest,
    half_files,
    job_rows,
    running,
    time_passes,
    wait_ended,
    wait_settled,
)

pytestmark = [
    pytest.mark.faults,
    pytest.mark.xdist_group("kills"),
    pytest.mark.timeout(300),
]
OF_RECOMPUTE = {"committed", "facts_read", "light_saved"}
POINTS = [point for point in crash.POINTS if point not in OF_RECOMPUTE]
PROFILE = "lslpro-draft-1"


@pytest.fixture(scope="module")
def home(module_database_url, tmp_path_factory):
    """A broker, and the worker that takes over; victims listen to queues of their own."""
    with running(tmp_path_factory.mktemp("kills"), module_database_url) as made:
        made.start_broker()
        made.start("export", label="survivor")
        yield made


def victims(home: Running, name: str) -> Running:
    """The same database, files and broker, under another prefix: its worker is the one to die."""
    return Running(
        home.settings.home,
        home.settings.database_url,
        broker_url=home.settings.effective_broker_url,
        broker_prefix=f"{home.settings.broker_prefix}{name}:",
    )


@pytest.fixture
def doomed(home, request):
    made = victims(home, request.node.name)
    yield made
    made.stop()


def a_division(w, number):
    division_id = a_school(w.store, uai=f"{number:07d}K", pupil_count=3).division_id
    compute_lights(w.store, w.now())
    return division_id


def the_versions(w, division_id):
    a = t.artifact.c
    with w.store.reading() as connection:
        return connection.execute(sa.select(t.artifact).where(a.division_id == division_id)).all()


def attempts(w, job_id):
    return job_rows(w, [job_id])[0].attempt_count


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_that_dies_there_leaves_one_whole_version_to_the_next(home, doomed, point):
    w = home.wiring
    division_id = a_division(w, POINTS.index(point) + 1)
    doomed.start("export", label="victim", solo=True, LSLPRO_CRASH_AT=point)
    job_id = export.request(doomed.wiring.store, division_id, PROFILE, by="tests", now=w.now())
    wait_until(lambda: doomed.died("victim"), 60, f"the worker to die at {point}")
    assert doomed.processes["victim"].returncode == -9
    assert half_files(w) == []
    assert attempts(w, job_id) == 1
    time_passes(w)
    export.rescue(w.store, w.now())
    (row,) = wait_ended(w, [job_id])
    assert (row.state, row.version) == (JobState.READY, 1)
    (version,) = the_versions(w, division_id)
    assert version.version == 1
    w.artifacts.sweep_temporary(0)
    assert list(w.settings.artifacts_folder.glob("??/.tmp-*")) == []
    assert_at_rest(w)


def test_a_lease_that_runs_out_by_itself_is_taken_over(home, doomed):
    w = home.wiring
    division_id = a_division(w, 31)
    doomed.start("export", label="victim", solo=True, LSLPRO_CRASH_AT="job_claimed",
                 LSLPRO_LEASE_S="5")  # fmt: skip
    job_id = export.request(doomed.wiring.store, division_id, PROFILE, by="tests", now=w.now())
    wait_until(lambda: doomed.died("victim"), 60, "the worker to die")

    def rescued():
        export.rescue(w.store, w.now())
        return job_rows(w, [job_id])[0].state == JobState.READY

    wait_until(rescued, 60, "the job to be taken over once its lease ran out")
    assert attempts(w, job_id) == 2
    assert_at_rest(w)


def test_a_job_that_kills_every_worker_fails_after_its_attempts(home, doomed):
    w = home.wiring
    division_id = a_division(w, 32)
    doomed.start("export", label="victim", LSLPRO_CRASH_AT="snapshot_read")  # its children die
    store = doomed.wiring.store
    job_id = export.request(store, division_id, PROFILE, by="tests", now=w.now())
    for attempt in range(1, ATTEMPT_CAP + 1):
        wait_until(lambda n=attempt: attempts(w, job_id) == n, 60, f"attempt {attempt}")
        time_passes(w)
        export.rescue(store, w.now())
    (row,) = wait_ended(w, [job_id])
    assert (row.state, row.error_code) == (JobState.FAILED, "too_many_attempts")
    assert the_versions(w, division_id) == []
    assert not doomed.died("victim")


def test_ten_copies_of_a_message_make_one_version(home):
    w = home.wiring
    division_id = a_division(w, 33)
    job_id = export.request(w.store, division_id, PROFILE, by="tests", now=w.now())
    for _ in range(10):
        home.send(RUN_EXPORTS, job_id)
    wait_ended(w, [job_id])
    again = export.request(w.store, division_id, PROFILE, by="tests", now=w.now())
    (row,) = wait_ended(w, [again])
    assert (row.outcome, len(the_versions(w, division_id))) == (Outcome.UNCHANGED, 1)
    assert attempts(w, job_id) == 1
    assert_at_rest(w)


@pytest.mark.parametrize("point", sorted({"facts_read", "light_saved"}))
def test_a_worker_that_dies_over_a_light_leaves_it_to_the_next(home, doomed, point):
    w = home.wiring
    number = 41 + sorted(OF_RECOMPUTE).index(point)
    a_school(w.store, uai=f"{number:07d}K", pupil_count=2)
    doomed.start("recompute", label="victim", solo=True, LSLPRO_CRASH_AT=point)
    doomed.send("lslpro.sweep")
    wait_until(lambda: doomed.died("victim"), 60, f"the worker to die at {point}")
    time_passes(w)
    home.start("recompute")
    home.send("lslpro.sweep")
    wait_settled(w)
    home.kill("recompute")
    assert_at_rest(w)
