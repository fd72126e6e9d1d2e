"""Periodicity and choices of a level, set by a head of school or DDFPT."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from pipeline import recompute
from pipeline.domain.periods import Level, Periodicity
from pipeline.errors import NotFound, PeriodicityLocked
from pipeline.labels import LEVELS
from pipeline.store import audit
from pipeline.store import levels as statements
from pipeline.store.unit import Store, Unit

_KEY = ("school_uai", "start_year", "diploma_code", "level")
_CHOICES = ("exports_pfmp", "exports_project", "exports_previous_year")


LevelKey = tuple[str, int, str, Level]  # UAI, start year, diploma, level


class Choices(NamedTuple):
    """What is set of a level; `None` leaves it as it is."""

    periodicity: Periodicity | None = None
    exports_pfmp: bool | None = None
    exports_project: bool | None = None
    exports_previous_year: bool | None = None


def listed(store: Store, uai: str | None = None, start_year: int | None = None) -> list[Any]:
    """Every level that has a division, with its settings and the number of its pupils."""
    with store.reading() as connection:
        return statements.listed(connection, uai, start_year)


def choose(
    store: Store,
    uai: str,
    start_year: int,
    diploma_code: str,
    level: Level,
    *,
    periodicity: Periodicity | None,
    exports_pfmp: bool | None,
    exports_project: bool | None,
    exports_previous_year: bool | None = None,
    actor: str,
    now: dt.datetime,
) -> None:
    """Set what is given of one level and leave the rest, as `choose_all` does."""
    choices = Choices(periodicity, exports_pfmp, exports_project, exports_previous_year)
    choose_all(store, [((uai, start_year, diploma_code, level), choices)], actor=actor, now=now)


def choose_all(
    store: Store, wanted: Iterable[tuple[LevelKey, Choices]], *, actor: str, now: dt.datetime
) -> None:
    """Set what is given of each level, or of none (guide, "Attribution d'une périodicité").

    Raises NotFound for a level without division, PeriodicityLocked for another periodicity
    once a booklet of the level holds data. A level that has none may always get its first.
    Levels are locked in the order of their keys: two who set many wait for each other.
    """
    with store.writing() as unit:
        for level_key, choices in sorted(wanted, key=lambda one: one[0]):
            _choose(unit, level_key, choices._asdict(), actor, now)


def _choose(
    unit: Unit, level_key: LevelKey, given: dict[str, Any], actor: str, now: dt.datetime
) -> None:
    key = dict(zip(_KEY, level_key, strict=True))
    statements.lock(unit.connection, key)
    current = _current(unit.connection, key)
    changes = _changes(current, given)
    if not changes:
        return
    ids = statements.booklet_ids(unit.connection, *level_key)
    if "periodicity" in changes and current.periodicity is not None:
        _refuse_locked(unit.connection, key, ids)
    kept = {name: bool(getattr(current, name)) for name in _CHOICES}
    statements.save(unit.connection, key | kept | changes)
    audit.record(unit.connection, now, actor, "level_set", key | {"changes": sorted(changes)})
    unit.say(recompute.nudges(unit.connection, ids, now))


def _current(connection: Any, key: dict[str, Any]) -> Any:
    for row in statements.listed(connection, key["school_uai"], key["start_year"]):
        if (row.diploma_code, row.level) == (key["diploma_code"], key["level"]):
            return row
    raise NotFound("Niveau", f"{key['diploma_code']} {key['level']}")


def _changes(current: Any, given: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in given.items()
        if value is not None and value != getattr(current, name)
    }


def _refuse_locked(connection: Any, key: dict[str, Any], booklet_ids: list[int]) -> None:
    held = statements.with_data_count(connection, booklet_ids)
    if held:
        raise PeriodicityLocked(key["diploma_code"], LEVELS[key["level"]], held)
