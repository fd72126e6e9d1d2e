"""Many jobs in one message, and one snapshot for all of them."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event

import pytest
from lxml import etree
from rowsbuilder import NOW, a_school

from pipeline import export, export_run
from pipeline.domain.states import JobState, Outcome
from tests.oracle import half_files, wrong_versions
from tests.usecases.exporting import (
    DRAFT,
    Killed,
    all_jobs,
    ask,
    data_of,
    die,
    exported,
    hooked,
    job,
    once,
    poison,
    set_marks,
    versions_of,
)

COUNT = 10


def divisions(store, count=COUNT, **options):
    """Divisions of two pupils each; their ids."""
    return [
        a_school(store, pupil_count=2, division_code=f"1M{n}", **options).division_id
        for n in range(count)
    ]


def ask_for_all(w, division_ids):
    """Ask as the night does: one message for all."""
    with w.store.writing() as unit:
        export.request_night(unit, division_ids, DRAFT, NOW.date(), NOW)
        (message,) = unit.messages
    return message.ids


def states(w):
    return {row.division_id: row.state for row in all_jobs(w)}


def marks_in(data):
    return {one.get("moyenne") for one in etree.fromstring(data).iter("periode")}


def test_ten_jobs_of_a_message_make_a_version_each(w, store):
    ids = ask_for_all(w, divisions(store))
    assert export_run.run(w, ids) == COUNT
    assert set(states(w).values()) == {JobState.READY}
    assert [row.version for row in all_jobs(w)] == [1] * COUNT
    assert wrong_versions(w) == half_files(w) == []


@pytest.mark.faults
@pytest.mark.parametrize("rank", [0, 4, 9])
def test_a_poisoned_job_among_ten_fails_alone(w, store, rank):
    chosen = divisions(store)
    poison(store, chosen[rank])
    export_run.run(w, ask_for_all(w, chosen))
    expected = dict.fromkeys(chosen, JobState.READY) | {chosen[rank]: JobState.FAILED}
    assert states(w) == expected
    assert [len(versions_of(w, one)) for one in chosen] == [one != chosen[rank] for one in chosen]


@pytest.mark.faults
def test_each_job_of_a_message_ends_in_its_own_way(w, store):
    ready, failed = divisions(store, 2)
    refused = a_school(store, complete=False, division_code="1R").division_id
    cancelled = a_school(store, division_code="1C").division_id
    poison(store, failed)
    ids = ask_for_all(w, [ready, failed, refused, cancelled])
    (taken_back,) = [row.id for row in all_jobs(w) if row.division_id == cancelled]
    export.cancel(store, taken_back, now=w.now())
    assert export_run.run(w, ids) == 3
    assert states(w) == {
        ready: JobState.READY,
        failed: JobState.FAILED,
        refused: JobState.REFUSED,
        cancelled: JobState.CANCELLED,
    }


@pytest.mark.faults
def test_one_job_of_ten_cancelled_half_way_leaves_the_others(w, store):
    chosen = divisions(store)
    ids = ask_for_all(w, chosen)
    cancel = once(lambda: export.cancel(store, ids[-1], now=w.now()))
    export_run.run(hooked(w, cancel), ids)
    assert Counter(states(w).values()) == {JobState.READY: 9, JobState.CANCELLED: 1}
    assert job(w, ids[-1]).state == JobState.CANCELLED


@pytest.mark.faults
def test_two_jobs_of_one_division_in_a_message_make_one_version(w, store, clock):
    (division_id,) = divisions(store, 1)
    first = ask(w, division_id)
    with suppress(Killed):
        export_run.run(hooked(w, die), [first])
    second = ask(w, division_id)
    clock.move(w.settings.lease_s + 1)
    assert export_run.run(w, [first, second]) == 2
    assert {row.outcome for row in all_jobs(w)} == {Outcome.NEW_VERSION, Outcome.UNCHANGED}
    assert [one.version for one in versions_of(w, division_id)] == [1]


def test_a_file_is_of_one_snapshot_even_where_its_data_change_while_it_is_built(w, store):
    ids = a_school(store, pupil_count=3)
    set_marks(store, ids.booklet_ids, 1000)
    job_id = ask(w, ids.division_id)
    change = once(lambda: set_marks(store, ids.booklet_ids, 1500))
    export_run.run(hooked(w, change), [job_id])
    (version,) = versions_of(w, ids.division_id)
    assert marks_in(data_of(w, version)) == {"10.00"}
    again = exported(w, ids.division_id)
    assert (again.outcome, again.version) == (Outcome.NEW_VERSION, 2)


def test_all_files_of_a_message_are_of_one_snapshot(w, store):
    first, second = (
        a_school(store, pupil_count=2, division_code=code) for code in ("1M1", "1M2")
    )  # fmt: skip
    both = [*first.booklet_ids, *second.booklet_ids]
    set_marks(store, both, 1000)
    ids = ask_for_all(w, [first.division_id, second.division_id])
    export_run.run(hooked(w, once(lambda: set_marks(store, both, 1500))), ids)
    found = [marks_in(data_of(w, versions_of(w, one.division_id)[0])) for one in (first, second)]
    assert found == [{"10.00"}, {"10.00"}]


@pytest.mark.faults
def test_no_file_mixes_two_states_of_data_that_change_all_the_time(w, store):
    """A writer gives all pupils one mark in each transaction; each file must hold one mark."""
    ids = a_school(store, pupil_count=4)
    set_marks(store, ids.booklet_ids, 0)
    stop = Event()

    def write():
        mark = 0
        while not stop.wait(0.005):  # a breath, in which an export gets the database
            mark = (mark + 25) % 2000
            set_marks(store, ids.booklet_ids, mark)
        return mark

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(write)
        try:
            rows = [exported(w, ids.division_id) for _ in range(15)]
        finally:
            stop.set()
    assert writer.result() >= 0
    found = versions_of(w, ids.division_id)
    assert {row.state for row in rows} == {JobState.READY}
    assert len(found) > 1
    assert {len(marks_in(data_of(w, one))) for one in found} == {1}
    assert wrong_versions(w) == []
