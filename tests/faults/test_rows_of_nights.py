"""Rows 22 to 25: one night a business date, whatever beat, broker and clock do."""

from __future__ import annotations

import dataclasses
import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from pipeline import export, nightly
from tests.polling import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
PARIS = ZoneInfo("Europe/Paris")
HASTY = {"app": "tests.faults.hasty"}
YEAR = 2026  # the school year of today, in which the divisions of these rows are


@pytest.fixture
def division(scene):
    """A division of the school year that is now."""
    today = nightly.business_date(scene.w.now(), dt.time(1, 30), "Europe/Paris")
    return scene.school(2, start_year=nightly.school_year_of(today))


def nights(scene):
    return [(row.business_date, row.division_count) for row in nightly.status(scene.w)]


def wait_night(scene):
    wait_until(lambda: nights(scene), 60, "the night to begin")


def ended(scene):
    """Every job of every night ends; they are all the jobs there are."""

    def rescue_and_look():
        export.rescue(scene.w.store, scene.w.now())
        return not any(row.open_count for row in nightly.status(scene.w))

    wait_until(rescue_and_look, 60, "the nights' jobs")
    scene.drain()
    scene.judge()


def test_row_22_a_beat_killed_after_its_tick_makes_no_second_night(scene, division):
    scene.start("recompute")
    scene.start("export")
    scene.start("beat", **HASTY)
    wait_night(scene)
    for _ in range(3):
        scene.kill("beat")
        scene.ledger.fault()
        scene.start("beat", **HASTY)
        wait_until(lambda: scene.logs["beat"].read_text().count("nightly") > 1, 60, "two ticks")
    assert len(nights(scene)) == 1
    assert nights(scene)[0][1] == 1
    ended(scene)


def test_row_23_a_night_whose_minute_found_no_broker_is_caught_up_once(scene, division):
    scene.broker.kill()
    scene.start("beat", **HASTY)
    wait_until(lambda: "onnection" in scene.logs["beat"].read_text(), 60, "beat to miss its broker")
    scene.ledger.fault()
    assert nights(scene) == []
    scene.broker.start()
    scene.ledger.healed()
    scene.start("recompute")
    scene.start("export")
    wait_night(scene)
    ended(scene)
    assert len(nights(scene)) == 1


def test_row_24_two_beats_make_one_night(scene, division):
    scene.start("recompute")
    scene.start("export")
    scene.start("beat", label="first", **HASTY)
    scene.start("beat", label="second", schedule="other", **HASTY)
    scene.ledger.fault()
    wait_night(scene)
    for label in ("first", "second"):
        wait_until(lambda it=label: scene.logs[it].read_text().count("nightly") > 2, 60, "ticks")
    ended(scene)
    assert [count for _, count in nights(scene)] == [1]


def at(day, hour, minute=0, *, fold=0):
    return dt.datetime.combine(day, dt.time(hour, minute, fold=fold), PARIS)


CLOCKS = {
    "off for a week": [at(dt.date(2026, 11, 2), 12), at(dt.date(2026, 11, 9), 7, 45)],
    "hour given in spring": [at(dt.date(2027, 3, 28), 1, 59), at(dt.date(2027, 3, 28), 3, 1)],
    "hour taken in autumn": [
        at(dt.date(2026, 10, 25), 2, 45),
        at(dt.date(2026, 10, 25), 2, 15, fold=1),
        at(dt.date(2026, 10, 25), 3),
    ],
    "set back an hour": [at(dt.date(2026, 11, 2), 2), at(dt.date(2026, 11, 2), 1)],
}
NIGHTS = {"off for a week": 2, "set back an hour": 2}  # the second: of the day before, once


@pytest.mark.parametrize("clock", CLOCKS)
def test_row_25_each_business_date_has_one_night_whatever_the_clock_does(scene, clock):
    scene.school(2, start_year=YEAR)
    for instant in CLOCKS[clock]:
        set_to = dataclasses.replace(scene.w, now=lambda it=instant: it.astimezone(dt.UTC))
        for _ in range(3):
            nightly.tick(set_to)
        scene.ledger.fault()
    dates = [date for date, _ in nights(scene)]
    assert len(dates) == len(set(dates)) == NIGHTS.get(clock, 1)
    scene.start("recompute")
    scene.start("export")
    ended(scene)
