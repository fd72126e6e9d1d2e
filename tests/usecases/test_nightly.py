"""The night is a row: what it queues, once, and how its divisions end."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from rowsbuilder import a_school

from pipeline import export, nightly
from pipeline.domain.states import JobKind, JobState, Outcome
from tests.usecases.exporting import (
    DRAFT,
    all_jobs,
    ask,
    execute,
    poison,
    run_messages,
    set_marks,
    versions_of,
)

NIGHT = dt.datetime(2026, 5, 20, 1, 30, tzinfo=ZoneInfo("Europe/Paris"))
TODAY = dt.date(2026, 5, 20)
MINUTE, HOUR, DAY = 60, 3_600, 86_400


@pytest.fixture
def division_id(store, clock):
    clock.instant = NIGHT
    return a_school(store, pupil_count=1).division_id


def nights(w):
    """(date, divisions) of each night, oldest first."""
    return [(row.business_date, row.division_count) for row in nightly.status(w)][::-1]


def test_a_night_queues_a_job_for_each_division_of_the_school_year(w, store, division_id, sent):
    other = a_school(store, pupil_count=1, uai="0999998A").division_id
    a_school(store, pupil_count=1, start_year=2024)
    nightly.tick(w)
    rows = all_jobs(w)
    assert [(row.division_id, row.kind, row.state) for row in rows] == [
        (one, JobKind.NIGHTLY, JobState.QUEUED) for one in (division_id, other)
    ]
    assert {(row.profile, row.business_date, row.requested_by) for row in rows} == {
        (DRAFT, TODAY, "nightly")
    }
    assert sorted(sent[0].ids) == sorted(row.id for row in rows)


@pytest.mark.faults
def test_ticks_at_once_begin_one_night(w, store, division_id):
    a_school(store, pupil_count=1, division_code="1MELEC2")
    gate = Barrier(4)

    def tick(_):
        gate.wait(10)
        return nightly.tick(w)

    with ThreadPoolExecutor(4) as pool:
        begun = list(pool.map(tick, range(4)))
    assert sorted(begun, key=str) == [TODAY, None, None, None]
    assert (nights(w), len(all_jobs(w))) == ([(TODAY, 2)], 2)


def test_a_night_without_changes_makes_no_version(w, store, division_id, clock, sent):
    changed = a_school(store, pupil_count=1, division_code="1MELEC2")
    for mark in (1000, 1500):
        set_marks(store, changed.booklet_ids, mark)
        nightly.tick(w)
        run_messages(w, sent)
        clock.move(DAY)
    outcomes = [(row.division_id, row.outcome) for row in all_jobs(w)]
    assert outcomes == [
        (division_id, Outcome.NEW_VERSION),
        (division_id, Outcome.UNCHANGED),
        (changed.division_id, Outcome.NEW_VERSION),
        (changed.division_id, Outcome.NEW_VERSION),
    ]
    assert len(versions_of(w, division_id)) == 1


def test_a_request_that_waits_stands_for_the_nights(w, division_id, sent):
    ask(w, division_id)
    nightly.tick(w)
    assert nights(w) == [(TODAY, 0)]
    run_messages(w, sent)
    assert [row.kind for row in all_jobs(w)] == [JobKind.ON_DEMAND]


def test_a_school_year_without_divisions_has_a_night_of_none(w, store, clock, sent):
    clock.instant = NIGHT
    assert nightly.tick(w) == TODAY
    assert (nights(w), sent) == ([(TODAY, 0)], [])


@pytest.mark.faults
def test_the_summary_counts_a_division_by_how_it_ended(w, store, division_id, clock, sent):
    """Six nights of one division; each is spoiled in its own way before it is run."""

    def cancel():
        for row in all_jobs(w):
            if row.state == JobState.QUEUED:
                export.cancel(store, row.id, now=w.now())

    def delete_marks():
        poison(store, division_id, "S")
        execute(store, "DELETE FROM period_average")

    fates = {
        "new": lambda: None,
        "unchanged": lambda: None,
        "failed": lambda: poison(store, division_id),
        "refused": delete_marks,
        "cancelled": cancel,
        "open": sent.clear,
    }
    for spoil in fates.values():
        nightly.tick(w)
        spoil()
        clock.move(HOUR)
        run_messages(w, sent)
        clock.move(DAY - HOUR)
    found = [[fate for fate in fates if getattr(row, f"{fate}_count")] for row in nightly.status(w)]
    assert found == [[fate] for fate in reversed(fates)]
    assert {row.division_count for row in nightly.status(w)} == {1}


def test_a_night_is_finished_when_its_last_job_is(w, division_id, clock, sent):
    nightly.tick(w)
    assert nightly.status(w)[0].finished_at is None
    clock.move(HOUR)
    run_messages(w, sent)
    ended_at = clock()
    clock.move(MINUTE)
    nightly.tick(w)
    assert nightly.status(w)[0].finished_at == ended_at


def test_the_summary_of_a_night_that_ended_stays_without_its_jobs(w, store, division_id, sent):
    nightly.tick(w)
    run_messages(w, sent)
    nightly.tick(w)
    execute(store, "DELETE FROM artifact")
    execute(store, "DELETE FROM export_job")
    (night,) = nightly.status(w)
    assert (night.division_count, night.new_count, night.open_count) == (1, 1, 0)


def test_a_night_without_a_division_ends_at_the_next_tick(w, clock):
    nightly.tick(w)
    nightly.tick(w)
    (night,) = nightly.status(w)
    assert (night.division_count, night.finished_at) == (0, clock())


@pytest.mark.faults
def test_a_poisoned_division_fails_alone_in_its_night(w, store, division_id, sent):
    poisoned = a_school(store, pupil_count=1, division_code="1P").division_id
    poison(store, poisoned)
    nightly.tick(w)
    run_messages(w, sent)
    (night,) = nightly.status(w)
    assert (night.new_count, night.failed_count, night.open_count) == (1, 1, 0)
    assert [len(versions_of(w, one)) for one in (division_id, poisoned)] == [1, 0]


def test_the_summary_shows_the_newest_nights_first_and_no_more_than_asked(w, division_id, clock):
    for _ in range(4):
        nightly.tick(w)
        clock.move(DAY)
    dates = [row.business_date.day for row in nightly.status(w, limit=3)]
    assert dates == [23, 22, 21]
