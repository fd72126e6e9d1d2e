"""The frameworks: listed by year, diploma and level, and each in detail."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from pipeline.desk import admin_frameworks
from pipeline.domain.periods import Level
from web.admin_doors import Number, RightFirst, number_of
from web.deps import Me, Wired
from web.views import page

router = APIRouter(prefix="/administration/referentiels", route_class=RightFirst)


@router.get("")
def show(request: Request, wiring: Wired, me: Me, annee: str = "", diplome: str = "") -> Response:
    """The list, and its filters."""
    rows = admin_frameworks.listed(
        wiring, me, year=number_of(annee), diploma=diplome.strip().upper()
    )
    years = admin_frameworks.years(wiring, me)
    given = {"annee": annee, "diplome": diplome}
    return page(request, "admin/frameworks.html", rows=rows, years=years, given=given)


@router.get("/{annee}/{diplome}/{niveau}")
def show_one(
    request: Request, wiring: Wired, me: Me, annee: Number, diplome: str, niveau: Level
) -> Response:
    """One framework: its competences in their order."""
    found = admin_frameworks.find(wiring, me, annee, diplome, niveau)
    return page(request, "admin/framework.html", found=found)
