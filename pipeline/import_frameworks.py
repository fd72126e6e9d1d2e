"""Frameworks, written in one way whoever says them; and their import from a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline import recompute
from pipeline.exchange.tables import FrameworkRow
from pipeline.import_reports import TablesReport
from pipeline.store import audit, frameworks, nomenclatures
from pipeline.store import imports as statements
from pipeline.store.differing import Counts
from pipeline.store.unit import Store


def import_frameworks(
    store: Store, table: Sequence[FrameworkRow], *, now: dt.datetime, actor: str
) -> TablesReport:
    """Make the frameworks of the levels in the table what it says, and touch no other."""
    labels = sorted({(row.diploma_code, row.diploma_label) for row in table})
    competences = [
        {"start_year": row.start_year, "code": row.code, "reference_code": row.reference_code,
         "label": row.label} for row in table
    ]  # fmt: skip
    levels: dict[frameworks.Key, dict[str, int]] = {}
    for row in table:
        key = (row.start_year, row.diploma_code, row.level)
        levels.setdefault(key, {})[row.code] = row.position
    with store.writing() as unit:
        diplomas = nomenclatures.write_diplomas(
            unit.connection, [{"code": code, "label": label} for code, label in labels]
        )
        tables = write_frameworks(unit, competences, levels, diplomas, now)
        report = TablesReport(tables)
        if report.changed:
            told = {"lines": len(table)} | report.changes_by_table()
            audit.record(unit.connection, now, actor, "frameworks_imported", told)
    return report


def write_frameworks(
    unit: Any,
    competences: Sequence[dict[str, Any]],
    levels: Mapping[frameworks.Key, Mapping[str, int]],
    diplomas: Counts,
    now: dt.datetime,
) -> dict[str, Counts]:
    """Write the competences, then what each level expects of them, once its diploma is there.

    The booklets of the years whose light may now differ are nudged. Return what was done, that of
    the `diplomas` too.
    """
    tables = frameworks.write(unit.connection, competences, levels) | {"diploma": diplomas}
    if any(counts.changed for counts in tables.values()):
        nudge_years(
            unit, {row["start_year"] for row in competences} | {key[0] for key in levels}, now
        )
    return tables


def nudge_years(unit: Any, years: Iterable[int], now: dt.datetime) -> None:
    """Ask for the lights of the years that are out of date."""
    for year in sorted(years):
        dirty = statements.dirty_of_school(unit.connection, year)
        unit.say(recompute.nudges(unit.connection, dirty, now))
