"""Importing tables: frameworks, and booklets in bulk."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline import booklets, recompute
from pipeline.domain.entry import Edit, parse_average
from pipeline.domain.facts import Limits, Teacher
from pipeline.errors import ImportRefused
from pipeline.exchange.tables import BookletRow, FrameworkRow
from pipeline.store import audit, frameworks
from pipeline.store import imports as statements
from pipeline.store.unit import Store

_TEXTS = {
    "appreciation": "appreciation",
    "pfmp_synthese": "pfmp_synthesis",
    "pfmp_enseignant_nom": "pfmp_teacher_last_name",
    "pfmp_enseignant_prenom": "pfmp_teacher_first_name",
}


@dataclass
class TableReport:
    """How many lines changed something, and how many did not."""

    updated: int = 0
    unchanged: int = 0


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
    table: Sequence[BookletRow],
    *,
    uai: str,
    start_year: int,
    limits: Limits,
    actor: str,
    now: dt.datetime,
    progress: Callable[[], None] = lambda: None,
) -> TableReport:
    """Write every line of the table, or none. An empty cell leaves its field alone.

    Raises ImportRefused with every fault, by line and SIECLE id.
    """
    with store.reading() as connection:
        by_siecle_id = statements.booklets_of_year(connection, uai, start_year)
    changes, where, problems = _changes(table, by_siecle_id)
    if problems:
        raise ImportRefused("livrets", problems)
    results, faulty = booklets.edit_many(
        store, changes, actor=actor, limits=limits, now=now, progress=progress
    )
    problems = [_at(where[key], fault) for key, faults in faulty.items() for fault in faults]
    if problems:
        raise ImportRefused("livrets", problems)
    changed = sum(bool(result.changed) for result in results)
    return TableReport(changed, len(results) - changed)


def _changes(
    table: Sequence[BookletRow], by_siecle_id: Mapping[int, int]
) -> tuple[list[tuple[int, Edit]], dict[int, BookletRow], list[str]]:
    """The edits of a table's lines, the line of each booklet, and what is wrong, by line."""
    problems: list[str] = []
    changes: list[tuple[int, Edit]] = []
    where: dict[int, BookletRow] = {}
    for row in table:
        booklet_id = by_siecle_id.get(row.siecle_id)
        faults = [] if booklet_id else ["élève inconnu cette année, importez d'abord SIECLE"]
        edit = _edit(row.values, faults)
        problems += [_at(row, fault) for fault in faults]
        if booklet_id is not None:
            where[booklet_id] = row
            changes.append((booklet_id, edit))
    return changes, where, problems


def _at(row: BookletRow, fault: str) -> str:
    return f"ligne {row.line}, élève {row.siecle_id} : {fault}"


def _edit(values: Mapping[str, str], faults: list[str]) -> Edit:
    averages, ratings = {}, {}
    for column, text in values.items():
        if column.startswith("moyenne_"):
            average = parse_average(text)
            if average is None:
                faults.append(f"{column} : nombre illisible")
            averages[int(column[-1])] = average
        elif column.isdecimal():
            mastery = int(text) if text.strip() in {"1", "2", "3", "4"} else None
            if mastery is None:
                faults.append(f"compétence {column} : attendu 1, 2, 3 ou 4")
            ratings[column] = mastery
    weeks = values.get("pfmp_semaines", "").strip()
    if weeks and not weeks.isdecimal():
        faults.append("pfmp_semaines : attendu un nombre entier")
    texts: dict[str, Any] = {
        name: values[column] for column, name in _TEXTS.items() if column in values
    }
    return Edit(
        averages=averages,
        ratings=ratings,
        teachers=_teachers(values),
        pfmp_week_count=int(weeks) if weeks.isdecimal() else None,
        **texts,
    )


def _teachers(values: Mapping[str, str]) -> tuple[Teacher, ...] | None:
    found = [
        Teacher(values.get(f"enseignant_nom{n}", ""), values.get(f"enseignant_prenom{n}", ""))
        for n in ("", "_2")
    ]
    named = tuple(one for one in found if one.last_name.strip() or one.first_name.strip())
    return named or None
