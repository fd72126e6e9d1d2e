"""Periodicity and choices of a level, set by a head of school or DDFPT."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pipeline import recompute
from pipeline.domain.periods import Level, Periodicity
from pipeline.errors import NotFound, PeriodicityLocked
from pipeline.store import audit
from pipeline.store import levels as statements
from pipeline.store.unit import Store


def listed(store: Store) -> list[Any]:
    """Every level that has a division, with its settings."""
    with store.reading() as connection:
        return statements.listed(connection)


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
    actor: str,
    now: dt.datetime,
) -> None:
    """Set what is given and leave the rest (guide, "Attribution d'une périodicité").

    Raises NotFound for a level without division, PeriodicityLocked once a booklet of the
    level holds data.
    """
    with store.writing() as unit:
        current = [
            row
            for row in statements.listed(unit.connection)
            if (row.school_uai, row.start_year, row.diploma_code, row.level)
            == (uai, start_year, diploma_code, level)
        ]
        if not current:
            raise NotFound("Niveau", f"{diploma_code} {level}")
        ids = statements.booklet_ids(unit.connection, uai, start_year, diploma_code, level)
        if periodicity is not None and periodicity != current[0].periodicity:
            held = statements.with_data_count(unit.connection, ids)
            if held:
                raise PeriodicityLocked(diploma_code, level, held)
        given = {
            "periodicity": periodicity,
            "exports_pfmp": exports_pfmp,
            "exports_project": exports_project,
        }
        changes = {
            name: value
            for name, value in given.items()
            if value is not None and value != getattr(current[0], name)
        }
        if not changes:
            return
        defaults = {"exports_pfmp": False, "exports_project": False}
        kept = {k: v for k, v in defaults.items() if current[0].exports_pfmp is None}
        key = {"school_uai": uai, "start_year": start_year, "diploma_code": diploma_code}
        statements.save(unit.connection, key | {"level": level} | kept | changes)
        details = key | {"level": level, "changes": sorted(changes)}
        audit.record(unit.connection, now, actor, "level_set", details)
        unit.say(recompute.nudges(unit.connection, ids, now))
