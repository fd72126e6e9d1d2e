"""Pages: templates with the layout's values, redirects with a message, dates in French."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

import pipeline
from pipeline import labels
from pipeline.domain.accounts import Principal, Role
from pipeline.wiring import Wiring
from web import session_cookie as cookies
from web.carried import carried
from web.deps import BEFORE_SESSION, resolve

MACROS = ("breadcrumb", "field", "light", "notice", "pagination")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The diploma chosen, as the banner names it; `address` is `/lsl/{uai}/{annee}/{diplome}`."""

    label: str
    address: str


def templates_folder() -> Path:
    """The wheel's `pipeline/_templates/web` when installed, else the repository's."""
    package = Path(pipeline.__file__).resolve().parent
    installed = package / "_templates" / "web"
    return installed if installed.is_dir() else package.parent / "templates" / "web"


def static_folder() -> Path:
    """The style sheet and the scripts."""
    return Path(__file__).resolve().parent / "static"


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    chosen: Chosen | None = None,
    **values: Any,
) -> HTMLResponse:
    """The page of a template under `templates/web`, in the layout of who asks."""
    wiring: Wiring = request.app.state.wiring
    session = resolve(request, wiring) if _may_have_session(request) else None
    principal = session.principal if session else None
    csrf = session.csrf if session else cookies.visit_csrf(request, wiring.settings)
    shown = {
        "me": principal,
        "csrf": csrf,
        "flash": _taken_flash(request, wiring),
        "chosen": chosen,
        "nav": navigation(principal, chosen),
        "path": request.url.path,
        "now": wiring.now(),
        "zone": ZoneInfo(wiring.settings.timezone),
        "labels": labels,
    } | values
    return HTMLResponse(environment().get_template(template).render(shown), status)


def redirect(request: Request, url: str, flash: str = "", kind: str = "success") -> Response:
    """Go and see `url`, where the message is shown once. `kind` is a notice's."""
    if flash:
        cookies.give(request, cookies.FLASH, [kind, flash])
    return RedirectResponse(url, HTTPStatus.SEE_OTHER)


def error_page(request: Request, status: int, **values: Any) -> HTMLResponse:
    """The page of an error; it asks nothing of the database, which may be what failed."""
    wiring: Wiring = request.app.state.wiring
    session = carried(request.scope).session
    principal = session.principal if session else None
    shown = {
        "me": principal,
        "csrf": session.csrf if session else "",
        "flash": None,
        "chosen": None,
        "nav": navigation(principal, None),
        "path": request.url.path,
        "now": wiring.now(),
        "zone": ZoneInfo(wiring.settings.timezone),
        "labels": labels,
    } | values
    return HTMLResponse(environment().get_template("error.html").render(shown), status)


def navigation(principal: Principal | None, chosen: Chosen | None) -> list[tuple[str, str]]:
    """The main menu of a role: words and addresses."""
    if principal is None:
        return []
    if principal.role is Role.ADMINISTRATOR:
        return [("Administration", "/administration")]
    if principal.role is Role.TEACHER:
        return [("Saisie", "/saisie")]
    base = chosen.address if chosen else ""
    return [
        ("Divisions", f"{base}/divisions" if base else "/diplomes"),
        *([("Configuration", f"{base}/configuration")] if base else []),
        ("Saisie", "/saisie"),
        ("Nuits", "/nuits"),
        ("Vérifier un fichier", "/verification"),
    ]


def _may_have_session(request: Request) -> bool:
    return not request.url.path.startswith(BEFORE_SESSION)


def _taken_flash(request: Request, wiring: Wiring) -> tuple[str, str] | None:
    found = cookies.read(request, wiring.settings, cookies.FLASH)
    if not isinstance(found, list):
        return None
    cookies.give(request, cookies.FLASH, None)
    kind, text = map(str, found)
    return kind, text


@cache
def environment() -> Environment:
    """The templates: all escaped, and nothing undefined passes in silence."""
    made = Environment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"moment": moment, "day": day}
    made.globals |= {"csrf_field": csrf_field, "static": static}
    macros: Any = made.get_template("macros.html").module
    made.globals |= {name: getattr(macros, name) for name in MACROS}
    return made


@pass_context
def csrf_field(context: Context) -> Markup:
    """The hidden field that each form of a page carries."""
    return Markup('<input type="hidden" name="csrf" value="{}">').format(context["csrf"])


@pass_context
def moment(context: Context, instant: dt.datetime) -> str:
    """« 24/11/2026 à 13 h 55 », on the clock of the school."""
    return instant.astimezone(context["zone"]).strftime("%d/%m/%Y à %H\u00a0h\u00a0%M")


@pass_context
def day(context: Context, instant: dt.datetime | dt.date) -> str:
    """« 24/11/2026 »."""
    if isinstance(instant, dt.datetime):
        instant = instant.astimezone(context["zone"])
    return instant.strftime("%d/%m/%Y")


@cache
def static(name: str) -> str:
    """The address of a static file, with its digest: a new one is fetched at once."""
    digest = hashlib.sha256((static_folder() / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"
