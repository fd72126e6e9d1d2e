"""Two workers and one job: leases, fences, attempts."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

import pytest
from rowsbuilder import a_school
from structlog.testing import capture_logs

from pipeline import export_finish, export_run
from pipeline.domain.states import JobState, Outcome
from pipeline.errors import NothingExportable
from pipeline.export_run import ATTEMPT_CAP
from pipeline.store import jobs
from tests.oracle import half_files
from tests.polling import until
from tests.usecases.exporting import (
    Killed,
    a_wiring,
    ask,
    die,
    exported,
    hooked,
    job,
    once,
    set_marks,
    versions_of,
)


@pytest.fixture
def school(store):
    return a_school(store, pupil_count=2)


def claimed(w, job_id, token):
    """Take the job as a worker does, and go no further."""
    with w.store.writing() as unit:
        (found,) = jobs.claim(
            unit.connection, [job_id], token=token, now=w.now(), lease_s=w.settings.lease_s
        )
    return found


def killed(w, job_id, clock, times=1):
    """Have the process of each attempt die over its file, then the lease run out."""
    for _ in range(times):
        with suppress(Killed):
            export_run.run(hooked(w, die), [job_id])
        clock.move(w.settings.lease_s + 1)


def test_the_attempt_is_counted_before_the_work(w, school):
    seen = []
    job_id = ask(w, school.division_id)
    export_run.run(hooked(w, once(lambda: seen.append(job(w, job_id)))), [job_id])
    (row,) = seen
    assert (row.state, row.attempt_count) == (JobState.RUNNING, 1)
    assert row.lease_until == row.due_at


@pytest.mark.faults
@pytest.mark.parametrize(("beyond_s", "taken"), [(-1, 0), (0, 0), (1, 1)])
def test_a_live_lease_is_never_taken_and_one_that_ran_out_is(w, school, clock, beyond_s, taken):
    found = []
    job_id = ask(w, school.division_id)

    def another_worker():
        clock.move(w.settings.lease_s + beyond_s)
        found.append(export_run.run(w, [job_id]))

    export_run.run(hooked(w, once(another_worker)), [job_id])
    assert (found, job(w, job_id).attempt_count) == ([taken], 1 + taken)
    assert len(versions_of(w, school.division_id)) == 1


@pytest.mark.faults
def test_a_worker_that_lives_keeps_its_jobs_however_long_they_take(store, school, tmp_path, clock):
    w = a_wiring(store, tmp_path / "home", clock, lease_s=5)
    job_id = ask(w, school.division_id)
    found = []

    def all_night_long():
        for _ in range(2):
            clock.move(w.settings.lease_s + 1)
            until(lambda: job(w, job_id).lease_until > clock())
        found.append(export_run.run(w, [job_id]))

    export_run.run(hooked(w, once(all_night_long)), [job_id])
    row = job(w, job_id)
    assert (found, row.state, row.attempt_count) == ([0], JobState.READY, 1)
    assert row.lease_until is None


@pytest.mark.faults
def test_a_late_renewal_takes_no_job_back(w, school, clock):
    job_id = ask(w, school.division_id)
    held = claimed(w, job_id, "mine")
    clock.move(w.settings.lease_s + 1)
    found = []

    def the_first_worker_wakes():
        with w.store.writing() as unit:
            jobs.renew(unit.connection, [held], clock() + dt.timedelta(days=1))
        found.append(job(w, job_id).lease_until)

    export_run.run(hooked(w, once(the_first_worker_wakes)), [job_id])
    assert found == [clock() + dt.timedelta(seconds=w.settings.lease_s)]
    assert job(w, job_id).state == JobState.READY


@pytest.mark.faults
def test_the_worker_whose_lease_ran_out_is_fenced_off(w, school, clock):
    job_id = ask(w, school.division_id)

    def another_worker_with_newer_data():
        clock.move(w.settings.lease_s + 1)
        set_marks(w.store, school.booklet_ids, 1999)
        export_run.run(w, [job_id])

    export_run.run(hooked(w, once(another_worker_with_newer_data)), [job_id])
    row = job(w, job_id)
    (version,) = versions_of(w, school.division_id)
    assert (row.state, row.version, row.attempt_count) == (JobState.READY, 1, 2)
    assert version.created_at == row.finished_at == clock()
    set_marks(w.store, school.booklet_ids, 1999)
    assert exported(w, school.division_id).outcome == Outcome.UNCHANGED  # the newer data's file


@pytest.mark.faults
def test_a_worker_fenced_off_ends_no_job_that_another_holds(w, school, clock):
    job_id = ask(w, school.division_id)

    def another_worker_is_slow_too():
        clock.move(w.settings.lease_s + 1)
        with suppress(Killed):
            export_run.run(hooked(w, die), [job_id])

    export_run.run(hooked(w, once(another_worker_is_slow_too)), [job_id])
    row = job(w, job_id)
    assert (row.state, row.attempt_count, row.version) == (JobState.RUNNING, 2, None)
    assert versions_of(w, school.division_id) == []


@pytest.mark.faults
def test_neither_a_failure_nor_a_put_back_of_a_fenced_worker_reaches_the_job(w, school, clock):
    job_id = ask(w, school.division_id)
    first = claimed(w, job_id, "first")
    clock.move(w.settings.lease_s + 1)
    claimed(w, job_id, "second")
    before = job(w, job_id)
    with capture_logs() as logs, w.store.writing() as unit:
        refusal = NothingExportable("1MELEC1", 2)
        export_finish.ended(unit.connection, first, refusal, clock())
        jobs.put_back(unit.connection, [first], clock())
    assert (job(w, job_id), logs) == (before, [])


@pytest.mark.faults
@pytest.mark.parametrize(
    ("deaths", "state"),
    [(1, JobState.READY), (ATTEMPT_CAP - 1, JobState.READY), (ATTEMPT_CAP, JobState.FAILED)],
)
def test_a_job_whose_workers_die_is_tried_as_often_as_allowed(w, school, clock, deaths, state):
    job_id = ask(w, school.division_id)
    killed(w, job_id, clock, deaths)
    assert job(w, job_id).state == JobState.RUNNING
    export_run.run(w, [job_id])
    row = job(w, job_id)
    assert (row.state, row.attempt_count) == (state, deaths + 1)
    assert len(versions_of(w, school.division_id)) == (state == JobState.READY)
    if state == JobState.FAILED:
        assert (row.error_code, row.due_at) == ("too_many_attempts", None)
        assert f"{ATTEMPT_CAP} tentatives" in row.report["message"]


@pytest.mark.faults
def test_a_death_leaves_no_half_file_under_a_final_name(w, school, clock):
    killed(w, ask(w, school.division_id), clock)
    assert half_files(w) == []
    assert versions_of(w, school.division_id) == []
