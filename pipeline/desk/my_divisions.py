"""Where someone enters: his divisions with their lights, and the pupils of one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.desk import rights
from pipeline.desk.divisions import Counts, counts_of
from pipeline.domain.accounts import Principal, Right
from pipeline.domain.facts import LevelFacts
from pipeline.store import desk_names, desk_reads, facts, reports
from pipeline.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Mine:
    """The divisions of one school year within reach, and what may be chosen."""

    start_year: int
    years: tuple[int, ...]
    schools: dict[str, str]  # name by UAI
    diplomas: dict[str, str]  # label by code
    lines: tuple[tuple[Any, Counts, bool], ...]  # division, counts, whether entry is open


@dataclass(frozen=True, slots=True)
class Pupils:
    """The pupils of a division with light and gaps, as last computed."""

    division: Any
    level: LevelFacts
    pupils: tuple[Any, ...]


def mine(
    wiring: Wiring,
    principal: Principal,
    *,
    start_year: int | None = None,
    uai: str = "",
    diploma: str = "",
) -> Mine:
    """The divisions to enter in: of the newest school year, of every school and diploma."""
    rights.need(principal, Right.ENTER)
    with wiring.store.reading() as connection:
        reached = rights.reachable_divisions(connection, principal)
        years = tuple(sorted({one.start_year for one in reached}, reverse=True))
        year = start_year if start_year and start_year in years else max(years, default=0)
        of_year = [one for one in reached if one.start_year == year]
        shown = [
            one
            for one in of_year
            if uai in ("", one.school_uai) and diploma in ("", one.diploma_code)
        ]
        ids = [one.id for one in shown]
        counts, periods = counts_of(connection, ids), desk_reads.periodicities(connection, ids)
        return Mine(
            year, years,
            desk_names.school_names(connection, {one.school_uai for one in of_year}),
            desk_names.diploma_labels(connection, {one.diploma_code for one in of_year}),
            tuple((one, counts[one.id], periods.get(one.id) is not None) for one in shown),
        )  # fmt: skip


def pupils_of(wiring: Wiring, principal: Principal, division_id: int) -> Pupils:
    """The pupils of a division, by name. Raises NotFound out of reach."""
    with wiring.store.reading() as connection:
        division = rights.division(connection, principal, Right.ENTER, division_id)
        level = facts.read_levels(connection, [division.id])[division.id]
        return Pupils(division, level, tuple(reports.pupils(connection, division.id)))
