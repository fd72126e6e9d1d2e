"""The divisions within reach, whatever their school, year and diploma."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.desk import rights
from pipeline.desk.divisions import Line, lines
from pipeline.domain.accounts import Principal, Right
from pipeline.wiring import Wiring


def divisions(
    wiring: Wiring,
    principal: Principal,
    *,
    uai: str | None = None,
    start_year: int | None = None,
    diploma: str | None = None,
) -> list[Any]:
    """The rows of the divisions within reach that fit, the newest year first."""
    rights.need(principal, Right.SEE)
    with wiring.store.reading() as connection:
        rows = rights.reachable_divisions(connection, principal)
    return [
        row
        for row in rows
        if uai in (None, row.school_uai)
        and start_year in (None, row.start_year)
        and diploma in (None, row.diploma_code)
    ]


def lines_of(wiring: Wiring, principal: Principal, rows: Sequence[Any]) -> list[Line]:
    """What the list tells of divisions that `divisions` gave."""
    rights.need(principal, Right.SEE)
    with wiring.store.reading() as connection:
        return lines(wiring, connection, rows)
