"""Requests that meet: twins, keys that joined a waiting job, divisions that are none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rowsbuilder import a_school
from sqlalchemy import event

from pipeline import export, export_run
from pipeline.errors import NotFound
from pipeline.store.unit import Store
from tests.usecases.exporting import a_wiring, all_jobs, ask, exported, job

pytestmark = pytest.mark.faults


@pytest.fixture
def school(store):
    return a_school(store, pupil_count=2)


def test_a_request_for_an_unknown_division_is_refused_and_told_what_to_do(w, sent):
    with pytest.raises(NotFound, match=r"Division « 77 ».*lslpro status"):
        ask(w, 77)
    assert (all_jobs(w), sent) == ([], [])


@pytest.mark.parametrize("key", [None, "k"])
def test_a_request_that_met_one_which_was_then_taken_is_that_one_or_a_new_one(
    postgresql_url, tmp_path, clock, key
):
    """Between the refused insert and the look for who waits, a worker takes the job."""
    quick, slow = (Store(postgresql_url, lambda _messages: None) for _ in range(2))
    w = a_wiring(quick, tmp_path, clock)
    division_id = a_school(quick, pupil_count=1).division_id
    taken = []

    @event.listens_for(slow.engine, "before_cursor_execute")
    def a_twin_is_quicker(_connection, _cursor, statement, *_):
        if statement.startswith("INSERT INTO export_job") and not taken:
            taken.append(ask(w, division_id, idempotency_key=key))

    @event.listens_for(slow.engine, "after_cursor_execute")
    def and_its_job_is_run(_connection, _cursor, statement, *_):
        if statement.startswith("INSERT INTO export_job") and len(taken) == 1:
            taken.append(export_run.run(w, taken))

    found = ask(replace(w, store=slow), division_id, idempotency_key=key)
    assert (found == taken[0]) is (key is not None)
    assert len(all_jobs(w)) == (1 if key else 2)
    quick.engine.dispose()
    slow.engine.dispose()


def test_a_key_whose_request_joined_a_waiting_job_still_gives_that_job(w, school):
    waiting = ask(w, school.division_id)
    assert ask(w, school.division_id, idempotency_key="k") == waiting
    export_run.run(w, [waiting])
    assert ask(w, school.division_id, idempotency_key="k") == waiting


def test_a_retry_by_the_start_of_an_id_names_the_whole_id(w, school):
    first = exported(w, school.division_id)
    again = export.retry(w.store, first.id[:8], by="tests", now=w.now())
    assert job(w, again).retry_of == first.id
