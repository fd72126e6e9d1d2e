"""Imports in two steps: a file is tried and its report shown, then the same bytes are imported."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import Response

from pipeline.desk import admin_imports, admin_report, admin_schools
from pipeline.desk.admin_imports import Choice, Import
from pipeline.desk.admin_kinds import EXPECTED
from pipeline.domain.accounts import Principal
from pipeline.errors import ImportUnderWay, UnreadableFile
from pipeline.waiting import LARGEST_BYTES
from pipeline.wiring import Wiring
from web.admin_doors import RightFirst, address, around, number_of
from web.deps import Me, Wired
from web.problems import status_of
from web.uploads import name_of, room_for
from web.views import page, redirect
from web.world import waiting_of

router = APIRouter(prefix="/administration/imports", route_class=RightFirst)
LINES = 100
CHUNK = 1024 * 1024
_NO_FILE = "Choisissez un fichier."
School = Annotated[str, Form(alias="etablissement")]
Year = Annotated[str, Form(alias="annee")]


@router.get("")
def show(request: Request, wiring: Wired, me: Me) -> Response:
    """The form of a file."""
    return _form(request, wiring, me)


@router.post("", max_body_size=room_for(LARGEST_BYTES))
def upload(
    request: Request, wiring: Wired, me: Me, uai: School = "", year: Year = "",
    file: Annotated[UploadFile | None, File(alias="fichier")] = None,
) -> Response:  # fmt: skip
    """Try a file; its bytes wait for an hour."""
    choice = _choice(wiring, uai, year)
    if file is None or not file.filename:
        return _form(request, wiring, me, choice, _NO_FILE, 422)
    files = waiting_of(wiring)
    arrival = admin_imports.begin(wiring, files, me)
    try:
        while chunk := file.file.read(CHUNK):
            arrival.write(chunk)
        name = name_of(file)
        found = admin_imports.try_out(wiring, files, me, arrival, name=name, choice=choice)
    except UnreadableFile as error:
        return _form(request, wiring, me, choice, str(error.named(name_of(file))), 422)
    except ImportUnderWay as error:
        return _form(request, wiring, me, choice, str(error), status_of(error))
    finally:
        arrival.give_up()
    return redirect(request, address(f"/imports/{found.reference}"))


@router.get("/{reference}")
def show_one(request: Request, wiring: Wired, me: Me, reference: str) -> Response:
    """What the import would do, or has done."""
    found = admin_imports.find(wiring, waiting_of(wiring), me, reference)
    return _step(request, wiring, me, found)


@router.post("/{reference}/essai")
def try_again(
    request: Request, wiring: Wired, me: Me, reference: str, uai: School = "", year: Year = ""
) -> Response:
    """Try the same bytes with another school or year."""
    choice = _choice(wiring, uai, year)
    return _redone(
        request, reference,
        lambda: admin_imports.try_again(wiring, waiting_of(wiring), me, reference, choice),
    )  # fmt: skip


@router.post("/{reference}")
def confirm(request: Request, wiring: Wired, me: Me, reference: str) -> Response:
    """Import the bytes that were tried."""
    return _redone(
        request, reference,
        lambda: admin_imports.confirm(wiring, waiting_of(wiring), me, reference),
    )  # fmt: skip


def _redone(request: Request, reference: str, act: Any) -> Response:
    try:
        act()
    except ImportUnderWay as error:
        return redirect(request, address(f"/imports/{reference}"), str(error), "warning")
    return redirect(request, address(f"/imports/{reference}"))


def _choice(wiring: Wiring, uai: str, year: str) -> Choice:
    return Choice(uai.strip(), number_of(year) or admin_imports.years(wiring)[0])


def _form(
    request: Request, wiring: Wiring, me: Principal, choice: Choice | None = None,
    fault: str = "", status: int = 200,
) -> Response:  # fmt: skip
    return page(
        request, "admin/imports.html", status=status, fault=fault, expected=EXPECTED,
        largest=LARGEST_BYTES // 1024**2, **_choices(wiring, me, choice),
    )  # fmt: skip


def _choices(wiring: Wiring, me: Principal, choice: Choice | None) -> dict[str, Any]:
    years = admin_imports.years(wiring)
    schools = admin_schools.listed(wiring, me)
    only = schools[0].uai if len(schools) == 1 else ""
    return {"schools": schools, "years": years, "choice": choice or Choice(only, years[0])}


def _step(request: Request, wiring: Wiring, me: Principal, found: Import) -> Response:
    report = found.made or found.tried
    number = number_of(request.query_params.get("page", "")) or 1
    lines = admin_report.shown(report, number, LINES)
    return page(
        request, "admin/import.html", found=found, report=report, lines=lines,
        around=around(lines.page, lines.page_count, f"/imports/{found.reference}"),
        **_choices(wiring, me, found.choice),
    )  # fmt: skip
