"""Cancelling and retrying: a job ends once, asking again is a new job."""

from __future__ import annotations

from contextlib import suppress

import pytest
from rowsbuilder import a_school

from pipeline import export, export_run
from pipeline.domain.states import FINAL_STATES, JobState, Outcome
from pipeline.errors import MoveNotAllowed, NotFound
from pipeline.export_run import ATTEMPT_CAP
from tests.usecases.exporting import (
    Killed,
    all_jobs,
    ask,
    complete,
    die,
    exported,
    hooked,
    job,
    once,
    poison,
    versions_of,
)

UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def school(store):
    return a_school(store, pupil_count=2)


def cancel(w, job_id):
    return export.cancel(w.store, job_id, now=w.now())


def retry(w, job_id):
    return export.retry(w.store, job_id, by="tests", now=w.now())


def ended(w, state):
    """A job that came to the state by the way a job does."""
    ids = a_school(w.store, pupil_count=1, uai="0999997Z", complete=state != JobState.REFUSED)
    if state == JobState.FAILED:
        poison(w.store, ids.division_id)
    job_id = ask(w, ids.division_id)
    if state == JobState.CANCELLED:
        cancel(w, job_id)
    export_run.run(w, [job_id])
    assert job(w, job_id).state == state
    if state == JobState.FAILED:
        poison(w.store, ids.division_id, "S")
    if state == JobState.REFUSED:
        complete(w.store, ids.booklet_ids)
    return job_id


@pytest.mark.faults
def test_a_cancelled_job_that_waited_never_runs(w, school):
    job_id = ask(w, school.division_id)
    assert cancel(w, job_id) == JobState.QUEUED
    assert export_run.run(w, [job_id]) == 0
    row = job(w, job_id)
    assert (row.state, row.attempt_count, row.due_at) == (JobState.CANCELLED, 0, None)
    assert row.finished_at == w.now()


@pytest.mark.faults
def test_a_cancelled_job_no_longer_stands_in_the_way_of_a_request(w, school):
    job_id = ask(w, school.division_id)
    cancel(w, job_id)
    assert exported(w, school.division_id).state == JobState.READY


@pytest.mark.faults
def test_a_job_cancelled_while_it_runs_ends_cancelled_and_makes_no_version(w, school):
    job_id = ask(w, school.division_id)
    seen = []
    cancelled_meanwhile = hooked(w, once(lambda: seen.append(cancel(w, job_id))))
    export_run.run(cancelled_meanwhile, [job_id])
    row = job(w, job_id)
    assert (seen, row.state, row.version) == ([JobState.RUNNING], JobState.CANCELLED, None)
    assert (row.lease_until, row.due_at, row.finished_at) == (None, None, w.now())
    assert versions_of(w, school.division_id) == []


@pytest.mark.faults
def test_a_cancel_outlives_the_worker_that_did_not_see_it(w, school, clock):
    job_id = ask(w, school.division_id)
    with suppress(Killed):
        export_run.run(hooked(w, lambda _data: (cancel(w, job_id), die())), [job_id])
    clock.move(w.settings.lease_s + 1)
    export_run.run(w, [job_id])
    assert job(w, job_id).state == JobState.CANCELLED
    assert versions_of(w, school.division_id) == []


@pytest.mark.faults
@pytest.mark.parametrize("state", sorted(FINAL_STATES))
def test_a_job_that_ended_is_not_cancelled_any_more(w, state):
    job_id = ended(w, state)
    before = job(w, job_id)
    with pytest.raises(MoveNotAllowed, match=f"à l'état {state}"):
        cancel(w, job_id)
    assert job(w, job_id) == before


@pytest.mark.parametrize("state", sorted(FINAL_STATES))
def test_a_retry_of_a_job_that_ended_is_a_new_job_that_names_it(w, state):
    job_id = ended(w, state)
    before = job(w, job_id)
    again = retry(w, job_id)
    export_run.run(w, [again])
    row = job(w, again)
    assert (row.retry_of, row.division_id, row.profile) == (
        job_id, before.division_id, before.profile,
    )  # fmt: skip
    assert row.state == JobState.READY
    assert job(w, job_id) == before


@pytest.mark.faults
def test_a_job_that_waits_or_runs_is_not_retried(w, school):
    job_id = ask(w, school.division_id)
    with pytest.raises(MoveNotAllowed, match="queued"):
        retry(w, job_id)
    with suppress(Killed):
        export_run.run(hooked(w, die), [job_id])
    with pytest.raises(MoveNotAllowed, match="running"):
        retry(w, job_id)
    assert len(all_jobs(w)) == 1


@pytest.mark.faults
@pytest.mark.parametrize("action", [cancel, retry])
def test_a_job_that_is_none_is_not_found_and_none_is_touched(w, school, action):
    exported(w, school.division_id)
    before = all_jobs(w)
    for job_id in (UNKNOWN, "%", "_" * 36, "' OR 1=1 --"):
        with pytest.raises(NotFound, match="Demande"):
            action(w, job_id)
    assert all_jobs(w) == before


def test_a_second_retry_while_the_first_waits_is_that_one(w, school):
    job_id = exported(w, school.division_id).id
    assert retry(w, job_id) == retry(w, job_id)


def test_a_retry_of_what_was_ready_is_unchanged(w, school):
    again = retry(w, exported(w, school.division_id).id)
    export_run.run(w, [again])
    assert job(w, again).outcome == Outcome.UNCHANGED


@pytest.mark.faults
@pytest.mark.parametrize("attempts", [1, ATTEMPT_CAP, ATTEMPT_CAP + 1])
def test_a_cancel_that_its_holder_did_not_live_to_see_ends_the_job(w, school, clock, attempts):
    job_id = ask(w, school.division_id)
    for _ in range(attempts):
        with suppress(Killed):
            export_run.run(hooked(w, die), [job_id])
        clock.move(w.settings.lease_s + 1)
    if attempts <= ATTEMPT_CAP:
        cancel(w, job_id)
    export_run.run(w, [job_id])
    state = JobState.CANCELLED if attempts <= ATTEMPT_CAP else JobState.FAILED
    assert (job(w, job_id).state, versions_of(w, school.division_id)) == (state, [])
