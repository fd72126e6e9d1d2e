"""Importing tables of booklets in bulk: all or nothing, or the lines that are right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pipeline import booklets
from pipeline.domain.facts import Limits
from pipeline.domain.given_file import GivenFile
from pipeline.errors import ImportRefused
from pipeline.exchange.advice import advice_of
from pipeline.exchange.booklet_table import BookletRow, BookletTable, LineProblem
from pipeline.exchange.problems import ProblemCode
from pipeline.import_lines import Lines
from pipeline.store import imports as statements
from pipeline.store.unit import Store


@dataclass
class TableReport:
    """How many lines changed something, how many did not, and what is to be told of them."""

    updated: int = 0
    unchanged: int = 0
    problems: list[LineProblem] = field(default_factory=list)


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
        raise ImportRefused(
            about, list(map(str, lines.errors)), advice_of([ProblemCode.LINE_REFUSED])
        )
    for booklet_id, result in results.items():
        lines.warn(booklet_id, result.notes)
    changed = sum(bool(result.changed) for result in results.values())
    return TableReport(changed, len(results) - changed, lines.in_order())
