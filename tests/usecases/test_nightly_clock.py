"""One night a business date, whatever the clock does: late, set back, an hour changed."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from rowsbuilder import a_school

from pipeline import nightly
from tests.usecases.exporting import a_wiring, run_messages

PARIS = ZoneInfo("Europe/Paris")
NIGHT = dt.datetime(2026, 5, 20, 1, 30, tzinfo=PARIS)
TODAY, YESTERDAY = dt.date(2026, 5, 20), dt.date(2026, 5, 19)
MINUTE, HOUR, DAY = 60, 3_600, 86_400


@pytest.fixture
def division_id(store, clock):
    clock.instant = NIGHT
    return a_school(store, pupil_count=1).division_id


def nights(w):
    """(date, divisions) of each night, oldest first."""
    return [(row.business_date, row.division_count) for row in nightly.status(w)][::-1]


def paris(day, hour, minute, *, fold=0):
    return dt.datetime.combine(day, dt.time(hour, minute, fold=fold), PARIS)


@pytest.mark.parametrize(("seconds", "date"), [(-1, YESTERDAY), (0, TODAY), (1, TODAY)])
def test_a_night_begins_at_its_time_on_the_wall_clock(w, division_id, clock, seconds, date):
    clock.move(seconds)
    assert nightly.tick(w) == date
    assert nights(w) == [(date, 1)]


def test_ticks_all_day_long_begin_one_night_a_date(w, division_id, clock, sent):
    begun = []
    for _ in range(2 * 24 * 2):
        begun.append(nightly.tick(w))
        clock.move(HOUR / 2)
        run_messages(w, sent)
    assert [date for date in begun if date] == [TODAY, TODAY + dt.timedelta(days=1)]
    assert [count for _, count in nights(w)] == [1, 1]


@pytest.mark.faults
def test_after_days_off_the_newest_night_alone_is_caught_up(w, division_id, clock, sent):
    nightly.tick(w)
    run_messages(w, sent)
    clock.move(5 * DAY + 3 * HOUR)
    nightly.tick(w)
    assert [date for date, _ in nights(w)] == [TODAY, TODAY + dt.timedelta(days=5)]


@pytest.mark.faults
def test_a_night_missed_is_caught_up_the_next_morning_once(w, division_id, clock):
    clock.move(9 * HOUR)
    assert [nightly.tick(w), nightly.tick(w)] == [TODAY, None]


@pytest.mark.parametrize(
    ("instant", "date"),
    [
        (paris(dt.date(2026, 3, 29), 1, 59), dt.date(2026, 3, 28)),
        (paris(dt.date(2026, 3, 29), 3, 0), dt.date(2026, 3, 29)),
        (paris(dt.date(2026, 10, 25), 2, 29), dt.date(2026, 10, 24)),
        (paris(dt.date(2026, 10, 25), 2, 30), dt.date(2026, 10, 25)),
        (paris(dt.date(2026, 10, 25), 2, 30, fold=1), dt.date(2026, 10, 25)),
        (dt.datetime(2026, 12, 31, 23, 59, tzinfo=dt.UTC), dt.date(2026, 12, 31)),
        (dt.datetime(2027, 1, 1, 1, 30, tzinfo=dt.UTC), dt.date(2027, 1, 1)),
    ],
)
def test_the_business_date_is_the_wall_clocks_in_paris(instant, date):
    utc = instant.astimezone(dt.UTC)
    assert nightly.business_date(utc, dt.time(2, 30), "Europe/Paris") == date


@pytest.mark.faults
@pytest.mark.parametrize("change", [dt.date(2026, 3, 29), dt.date(2026, 10, 25)])
@pytest.mark.parametrize("at", [dt.time(1, 30), dt.time(2, 30), dt.time(3, 0)])
def test_a_change_of_hour_makes_neither_two_nights_nor_none(store, tmp_path, clock, change, at):
    w = a_wiring(store, tmp_path, clock, nightly_at=at)
    a_school(store, pupil_count=1, start_year=change.year - (change.month < 8))
    clock.instant = paris(change - dt.timedelta(days=1), 12, 0).astimezone(dt.UTC)
    begun = {}
    for _ in range(2 * 24 * 2):
        if date := nightly.tick(w):
            begun.setdefault(date, []).append(clock().astimezone(PARIS))
        clock.move(HOUR / 2)
    around = [change + dt.timedelta(days=days) for days in (-1, 0, 1)]
    assert list(begun) == around
    (when,) = begun[change]
    assert when.date() == change
    assert when.time() == (dt.time(3, 0) if (change.month, at) == (3, dt.time(2, 30)) else at)


@pytest.mark.faults
@pytest.mark.parametrize("back", [MINUTE, HOUR, DAY])
def test_a_clock_set_back_repeats_no_night(w, division_id, clock, sent, back):
    clock.move(-DAY)
    nightly.tick(w)
    run_messages(w, sent)
    clock.move(DAY)
    nightly.tick(w)
    clock.move(-back)
    assert nightly.tick(w) is None
    clock.move(back)
    assert nightly.tick(w) is None
    assert [date for date, _ in nights(w)] == [YESTERDAY, TODAY]
