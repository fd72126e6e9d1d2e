"""The nightly run as data: one row per business date, whatever beat does."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from pipeline import export
from pipeline.domain.periods import school_year_of
from pipeline.store import nights
from pipeline.wiring import Wiring

log = structlog.get_logger(__name__)


def business_date(now: dt.datetime, at: dt.time, timezone: str) -> dt.date:
    """The newest date whose night has begun: today past `at` on the wall clock, else yesterday."""
    local = now.astimezone(ZoneInfo(timezone))
    today = local.date()
    return today if local.time() >= at else today - dt.timedelta(days=1)


def tick(wiring: Wiring) -> dt.date | None:
    """Begin the night that is due unless it has begun; return its date when this call did.

    Safe each minute, twice at once, late by hours: the row's key decides. Nights whose jobs
    have all ended get their summary.
    """
    now = wiring.now()
    close(wiring, now)
    date = business_date(now, wiring.settings.nightly_at, wiring.settings.timezone)
    return date if begin(wiring, date) else None


def close(wiring: Wiring, now: dt.datetime) -> None:
    """Write the summary of the nights that ended."""
    with wiring.store.reading() as connection:
        if not nights.is_any_open(connection):
            return
    with wiring.store.writing() as unit:
        ended = nights.close_ended(unit.connection, now)
    for row in ended:
        counts = {name: getattr(row, name) for name in nights.COUNTS}
        log.info("nightly_finished", business_date=row.business_date.isoformat(), **counts)


def begin(wiring: Wiring, date: dt.date) -> bool:
    """Queue every division of the school year for that night; `False` when it had begun."""
    now, profile = wiring.now(), wiring.settings.default_profile
    with wiring.store.writing() as unit:
        if not nights.begin(unit.connection, date, profile, now):
            return False
        division_ids = nights.division_ids(unit.connection, school_year_of(date))
        count = export.request_night(unit, division_ids, profile, date, now)
        nights.set_count(unit.connection, date, count)
    log.info("nightly_begun", business_date=date.isoformat(), division_count=count)
    return True


def status(wiring: Wiring, limit: int = 10) -> list[Any]:
    """The newest nights with the counts of their jobs by how they ended."""
    with wiring.store.reading() as connection:
        return nights.listed(connection, limit)
