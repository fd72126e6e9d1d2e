"""Importing tables: frameworks, and booklets in bulk."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline import booklets, recompute
from pipeline.domain.facts import Limits
from pipeline.domain.given_file import GivenFile
from pipeline.errors import ImportRefused
from pipeline.exchange.booklet_table import BookletRow, BookletTable, LineProblem
from pipeline.exchange.tables import FrameworkRow
from pipeline.import_lines import Lines
from pipeline.store import audit, frameworks
from pipeline.store import imports as statements
from pipeline.store.unit import Store


@dataclass
class TableReport:
    """How many lines changed something, how many did not, and what is to be told of them."""

    updated: int = 0
    unchanged: int = 0
    problems: list[LineProblem] = field(default_factory=list)


def import_frameworks(
    store: Store, table: Sequence[FrameworkRow], *, now: dt.datetime, actor: str
) -> TableReport:
    """Make the frameworks of the levels in the table what it says, and touch no other."""
    report = TableReport()
    levels: dict[tuple[int, str, str], list[FrameworkRow]] = defaultdict(list)
    for row in table:
        levels[row.start_year, row.diploma_code, row.level].append(row)
    with store.writing() as unit:
        for code, label in sorted({(row.diploma_code, row.diploma_label) for row in table}):
            frameworks.write_diploma(unit.connection, code, label)
        for key, lines in levels.items():
            _write_level(unit.connection, key, lines, report)
        if report.updated:
            for year in sorted({row.start_year for row in table}):
                dirty = statements.dirty_of_school(unit.connection, year)
                unit.say(recompute.nudges(unit.connection, dirty, now))
            audit.record(unit.connection, now, actor, "frameworks_imported", {"lines": len(table)})
    return report


def _write_level(
    connection: Any, key: tuple[int, str, str], lines: list[FrameworkRow], report: TableReport
) -> None:
    held = frameworks.framework(connection, *key)
    wanted = {row.code: row.position for row in lines}
    for row in lines:
        changed = frameworks.write_competence(
            connection,
            {"start_year": row.start_year, "code": row.code,
             "reference_code": row.reference_code, "label": row.label},
        ) or held.get(row.code) != row.position  # fmt: skip
        report.updated += changed
        report.unchanged += not changed
    names = dict(zip(("start_year", "diploma_code", "level"), key, strict=True))
    differing = {code: rank for code, rank in wanted.items() if held.get(code) != rank}
    gone = set(held) - set(wanted)
    report.updated += len(gone)
    frameworks.replace_framework(connection, names, differing, gone)


def import_booklets(
    store: Store,
    table: BookletTable | Sequence[BookletRow],
    *,
    uai: str,
    start_year: int,
    limits: Limits,
    actor: str,
    now: dt.datetime,
    partial: bool = False,
    overwrite: bool = False,
    progress: Callable[[], None] = lambda: None,
) -> TableReport:
    """Write every line of the table, or none; `partial` writes those that are right.

    An empty cell leaves its field alone. Raises ImportRefused with every fault, by line and
    SIECLE id; with `partial` the report holds them instead. What was entered elsewhere since the
    sheet was prepared is a fault of its line, unless `overwrite`.
    """
    given = table if isinstance(table, BookletTable) else BookletTable(tuple(table))
    with store.reading() as connection:
        known = statements.pupils_of_year(connection, uai, start_year)
    lines = Lines(given.problems)
    changes = [change for row in given.rows if (change := lines.change(row, known))]
    results, faulty = booklets.edit_many(
        store, changes, actor=actor, limits=limits, now=now, partial=partial,
        read_at={} if overwrite else lines.read_at,
        only_check=bool(lines.errors) and not partial, progress=progress,
    )  # fmt: skip
    for booklet_id, faults in faulty.items():
        lines.refuse(booklet_id, faults)
    if lines.errors and not partial:
        about = GivenFile(given.file_name, uai, start_year)
        raise ImportRefused(about, list(map(str, lines.errors)))
    for booklet_id, result in results.items():
        lines.warn(booklet_id, result.notes)
    changed = sum(bool(result.changed) for result in results.values())
    return TableReport(changed, len(results) - changed, lines.in_order())
