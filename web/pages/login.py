"""Logging in, and out."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from pipeline import sessions
from pipeline.errors import LoginRefused, TooManyTries
from pipeline.wiring import Wiring
from web import session_cookie as cookies
from web.deps import Session, Wired, resolve
from web.problems import headers_of, status_of
from web.views import page, redirect

router = APIRouter()
_LOCAL = re.compile(
    r"/(?![/\\])[!-\[\]-~]*"
)  # a path of ours: ASCII, no backslash, no second slash
_LONGEST = 1000


def local(address: str) -> str:
    """The address if it is a path of this site, else the first page."""
    fits = len(address) <= _LONGEST and _LOCAL.fullmatch(address)
    return address if fits and not address.startswith("/connexion") else "/"


def address_of(request: Request) -> str:
    """Where the request comes from, for the throttle."""
    return request.client.host if request.client else "unknown"


@router.get("/connexion")
def form(request: Request, wiring: Wired, suite: str = "/") -> Response:
    """The form; who is logged in goes on."""
    if resolve(request, wiring) is not None:
        return redirect(request, local(suite))
    return page(request, "account/login.html", suite=local(suite), login="", told="")


@router.post("/connexion")
def log_in(
    request: Request,
    wiring: Wired,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    suite: Annotated[str, Form()] = "/",
) -> Response:
    """Open a session of its own, whatever cookie came with the form."""
    try:
        opened = sessions.log_in(wiring, login, password, address=address_of(request))
    except (LoginRefused, TooManyTries) as error:
        answer = page(
            request, "account/login.html", status=status_of(error),
            suite=local(suite), login=login[:300], told=str(error),
        )  # fmt: skip
        answer.headers.update(headers_of(error))
        return answer
    _end_former(request, wiring)
    cookies.give(request, cookies.VISIT, None)
    cookies.give(request, cookies.SESSION, opened.token)
    return redirect(request, local(suite))


def _end_former(request: Request, wiring: Wiring) -> None:
    """The session that this browser held before, another person's perhaps, ends."""
    former = resolve(request, wiring)
    if former is not None:
        sessions.log_out(wiring, former.principal, former.session_id)


@router.post("/deconnexion")
def log_out(request: Request, wiring: Wired, session: Session) -> Response:
    """End this session."""
    sessions.log_out(wiring, session.principal, session.session_id)
    cookies.give(request, cookies.SESSION, None)
    return redirect(request, "/connexion", "Votre session est fermée.")
