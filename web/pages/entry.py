"""Where one enters: the divisions with their lights, and the pupils of one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from pipeline.desk import my_divisions
from pipeline.desk.grid import choices_of
from pipeline.domain.gaps import gaps_of_row
from web.deps import Me, Wired
from web.entry_forms import DivisionId
from web.entry_words import gaps_by_code
from web.views import page

router = APIRouter()


@router.get("/saisie")
def divisions(
    request: Request,
    wiring: Wired,
    me: Me,
    *,
    annee: Annotated[str, Query(max_length=9)] = "",
    uai: Annotated[str, Query(max_length=8)] = "",
    diplome: Annotated[str, Query(max_length=8)] = "",
) -> Response:
    """One's divisions; of one school and diploma where they are chosen."""
    year = int(annee) if annee.isascii() and annee.isdecimal() else None
    mine = my_divisions.mine(wiring, me, start_year=year, uai=uai, diploma=diplome)
    return page(request, "entry/divisions.html", mine=mine, uai=uai, diploma=diplome)


@router.get("/saisie/{division_id}")
def pupils(request: Request, wiring: Wired, me: Me, division_id: DivisionId) -> Response:
    """The pupils of a division: light, what is missing, and their booklets."""
    found = my_divisions.pupils_of(wiring, me, division_id)
    if found.level.periodicity is None:
        return page(request, "entry/closed.html", level=found.level, division=found.division)
    lines = [(one, gaps_by_code(gaps_of_row(one.gaps), found.level)) for one in found.pupils]
    return page(
        request, "entry/division.html", division=found.division, level=found.level, lines=lines,
        choices=choices_of(found.level),
    )  # fmt: skip
