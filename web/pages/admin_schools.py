"""The schools: listed, added, named."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from pipeline.desk import admin_schools
from pipeline.domain.accounts import Principal
from pipeline.wiring import Wiring
from web.admin_doors import RightFirst
from web.deps import Me, Wired
from web.views import page, redirect

router = APIRouter(prefix="/administration/etablissements", route_class=RightFirst)
HOME = "/administration/etablissements"


@router.get("")
def show(request: Request, wiring: Wired, me: Me) -> Response:
    """The list, and the form of a new one."""
    return _list(request, wiring, me)


@router.post("")
def add(
    request: Request,
    wiring: Wired,
    me: Me,
    uai: Annotated[str, Form()] = "",
    name: Annotated[str, Form(alias="nom")] = "",
    sure: Annotated[bool, Form(alias="confirme")] = False,  # noqa: FBT002 - a box of the form
) -> Response:
    """Add a school."""
    faults = admin_schools.add(wiring, me, uai=uai, name=name, sure=sure)
    if faults:
        return _list(request, wiring, me, 422, faults=faults, uai=uai, name=name)
    return redirect(request, HOME, "Établissement ajouté.")


def _list(
    request: Request, wiring: Wiring, me: Principal, status: int = 200, **told: Any
) -> Response:
    shown: dict[str, Any] = {"faults": {}, "uai": "", "name": ""}
    rows = admin_schools.listed(wiring, me)
    return page(request, "admin/schools.html", status=status, rows=rows, **(shown | told))


@router.get("/{uai}")
def show_one(request: Request, wiring: Wired, me: Me, uai: str) -> Response:
    """One school, and the form of its name."""
    found = admin_schools.find(wiring, me, uai)
    return page(request, "admin/school.html", school=found, name=found.name, faults={})


@router.post("/{uai}")
def rename(
    request: Request,
    wiring: Wired,
    me: Me,
    uai: str,
    name: Annotated[str, Form(alias="nom")] = "",
) -> Response:
    """Give it another name."""
    faults = admin_schools.rename(wiring, me, uai, name)
    if faults:
        found = admin_schools.find(wiring, me, uai)
        return page(
            request, "admin/school.html", status=422, school=found, name=name, faults=faults
        )
    return redirect(request, HOME, "Nom enregistré.")
