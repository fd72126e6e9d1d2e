"""Pages: templates with the layout's values, and redirects with a message."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from pipeline import labels
from pipeline.domain.accounts import Principal, Role
from pipeline.sessions import Resolved
from pipeline.wiring import Wiring
from web import session_cookie as cookies
from web.carried import carried
from web.deps import BEFORE_SESSION, resolve
from web.templating import environment, static_folder, templates_folder
from web.typography import unbroken

__all__ = ["Chosen", "error_page", "page", "redirect", "static_folder", "templates_folder"]


SECTIONS = {  # by the first part of the address
    **dict.fromkeys(("diplomes", "lsl", "divisions", "demandes", "suivi", "versions"), "Divisions"),
    **dict.fromkeys(("saisie", "livrets"), "Saisie"),
    "nuits": "Nuits",
    "verification": "Vérifier un fichier",
    "administration": "Administration",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """The diploma chosen, as the banner names it; `address` is `/lsl/{uai}/{annee}/{diplome}`."""

    label: str
    address: str


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
    csrf = session.csrf if session else cookies.visit_csrf(request, wiring.settings)
    own = {"csrf": csrf, "flash": _taken_flash(request, wiring)}
    return _rendered(request, template, status, session, chosen, own | values)


def redirect(request: Request, url: str, flash: str = "", kind: str = "success") -> Response:
    """Go and see `url`, where the message is shown once. `kind` is a notice's."""
    if flash:
        cookies.give(request, cookies.FLASH, [kind, flash])
    return RedirectResponse(url, HTTPStatus.SEE_OTHER)


def error_page(request: Request, status: int, **values: Any) -> HTMLResponse:
    """The page of an error; it asks nothing of the database, which may be what failed."""
    session = carried(request.scope).session
    own = {"csrf": session.csrf if session else "", "flash": None}
    return _rendered(request, "error.html", status, session, None, own | values)


def _rendered(
    request: Request,
    template: str,
    status: int,
    session: Resolved | None,
    chosen: Chosen | None,
    values: dict[str, Any],
) -> HTMLResponse:
    wiring: Wiring = request.app.state.wiring
    principal = session.principal if session else None
    shown = {
        "me": principal,
        "chosen": chosen,
        "nav": navigation(principal, chosen),
        "path": request.url.path,
        "section": section(request.url.path),
        "now": wiring.now(),
        "zone": ZoneInfo(wiring.settings.timezone),
        "labels": labels,
    } | values
    return HTMLResponse(unbroken(environment().get_template(template).render(shown)), status)


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


def section(path: str) -> str:
    """The word of the menu under which a page stands; nothing for one beside it."""
    if path.endswith("/configuration"):
        return "Configuration"
    first = path.split("/")[1]
    return "Saisie" if path.endswith("/grille") else SECTIONS.get(first, "")


def _may_have_session(request: Request) -> bool:
    return not request.url.path.startswith(BEFORE_SESSION)


def _taken_flash(request: Request, wiring: Wiring) -> tuple[str, str] | None:
    found = cookies.read(request, wiring.settings, cookies.FLASH)
    if not isinstance(found, list):
        return None
    cookies.give(request, cookies.FLASH, None)
    kind, text = map(str, found)
    return kind, text
