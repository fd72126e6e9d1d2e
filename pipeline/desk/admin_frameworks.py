"""Frameworks, as the administrator looks at them; they come by imports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.desk.rights import need
from pipeline.domain.accounts import Principal, Right
from pipeline.domain.given_file import printable
from pipeline.domain.periods import Level
from pipeline.errors import NotFound
from pipeline.store import admin_reads
from pipeline.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Framework:
    """The competences of one level of a diploma in one year, in their order."""

    start_year: int
    diploma_code: str
    diploma_label: str
    level: Level
    competences: list[Any]


def listed(wiring: Wiring, me: Principal, *, year: int | None, diploma: str) -> list[Any]:
    """Those of a year and diploma, or all, newest year first."""
    need(me, Right.ADMINISTER)
    with wiring.store.reading() as connection:
        found = admin_reads.frameworks(connection)
    return [
        row
        for row in found
        if (year is None or row.start_year == year) and row.diploma_code.startswith(diploma)
    ]


def years(wiring: Wiring, me: Principal) -> list[int]:
    """The years that have a framework, newest first."""
    rows = listed(wiring, me, year=None, diploma="")
    return sorted({row.start_year for row in rows}, reverse=True)


def find(wiring: Wiring, me: Principal, year: int, diploma: str, level: Level) -> Framework:
    """One framework with its competences. Raises NotFound."""
    need(me, Right.ADMINISTER)
    shown = printable(diploma)
    with wiring.store.reading() as connection:
        rows = admin_reads.framework(connection, year, shown, level)
        label = admin_reads.diploma_label(connection, shown)
    if not rows:
        raise NotFound("Référentiel", f"{year}, {level}")
    return Framework(year, shown, label, level, rows)
