"""What routes ask for: the wiring, who asks, and that a form is one of ours."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from pipeline import sessions, tokens
from pipeline.domain.accounts import Principal
from pipeline.errors import CsrfRefused, NotLoggedIn
from pipeline.sessions import Resolved
from pipeline.wiring import Wiring
from web import session_cookie as cookies
from web.carried import carried

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
FIELD, HEADER = "csrf", "X-CSRF-Token"
BEFORE_SESSION = ("/connexion", "/invitation/")  # pages whose forms come before a session
MOST_FIELDS = 5000  # a grid: 40 pupils, all their competences
MOST_FILES = 8  # of a form: each is opened, whatever its size


def wired(request: Request) -> Wiring:
    """The adapters of this process."""
    found: Wiring = request.app.state.wiring
    return found


Wired = Annotated[Wiring, Depends(wired)]


def resolve(request: Request, wiring: Wiring) -> Resolved | None:
    """The session of the request's cookie, looked up once; its token is renewed when due."""
    kept = carried(request.scope)
    if not kept.looked_up:
        kept.session, kept.looked_up = _resolve(request, wiring), True
    return kept.session


def _resolve(request: Request, wiring: Wiring) -> Resolved | None:
    token = cookies.read(request, wiring.settings, cookies.SESSION)
    if not isinstance(token, str):
        return None
    try:
        found = sessions.resolve(wiring, token, idle=_is_stream(request))
    except NotLoggedIn:
        cookies.give(request, cookies.SESSION, None)
        return None
    if found.new_token is not None:
        cookies.give(request, cookies.SESSION, found.new_token)
    return found


def _is_stream(request: Request) -> bool:
    """Whether a page asks by itself: an open page does not keep a session from ending."""
    return request.headers.get("accept", "").startswith("text/event-stream")


def session(request: Request, wiring: Wired) -> Resolved:
    """The session. Raises NotLoggedIn: a page goes to the log-in, the API answers 401."""
    found = resolve(request, wiring)
    if found is None:
        raise NotLoggedIn
    return found


Session = Annotated[Resolved, Depends(session)]


def me(found: Session) -> Principal:
    """Who asks, by his session."""
    return found.principal


Me = Annotated[Principal, Depends(me)]


async def guarded(request: Request, wiring: Wired) -> None:
    """Every unsafe request carries its session's value. Raises CsrfRefused or NotLoggedIn."""
    if request.method in SAFE:
        return
    if request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
        raise CsrfRefused
    given = await _given(request)
    if request.url.path.startswith(BEFORE_SESSION):
        if not cookies.is_of_visit(request, wiring.settings, given):
            raise CsrfRefused
        return
    found = await run_in_threadpool(_as_of_now, request, wiring)
    if not cookies.same(found.csrf, given):
        raise CsrfRefused


async def _given(request: Request) -> str:
    """The value, from the header or the form; a form is read whole before who sends it is asked."""
    found: object = ""
    if request.headers.get("content-type", "").startswith(FORMS):
        form = await request.form(max_fields=MOST_FIELDS, max_files=MOST_FILES)
        found = form.get(FIELD)
    given = request.headers.get(HEADER, found)
    return given if isinstance(given, str) else ""


def _as_of_now(request: Request, wiring: Wiring) -> Resolved:
    """The session as it is once the body has come, which may take as long as its sender likes."""
    carried(request.scope).looked_up = False
    return session(request, wiring)


def known(request: Request) -> Principal | None:
    """Who asks, by token or session, if anybody. Raises NotLoggedIn for a token that is none."""
    wiring = wired(request)
    found = resolve(request, wiring)
    return found.principal if found else _by_token(request, wiring)


def again(request: Request) -> Principal:
    """Who asks, looked up anew, with the reach of now. Raises NotLoggedIn."""
    wiring = wired(request)
    by_token = _by_token(request, wiring)
    if by_token is not None:
        return by_token
    return _as_of_now(request, wiring).principal


def _by_token(request: Request, wiring: Wiring) -> Principal | None:
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    if not kind:
        return None
    if kind.casefold() != "bearer":
        raise NotLoggedIn
    return tokens.resolve(wiring, secret.strip())


def api_me(request: Request, wiring: Wired) -> Principal:
    """Who asks, by a bearer token, or by a session whose value is in the header."""
    by_token = _by_token(request, wiring)
    if by_token is not None:
        return by_token
    if request.method in SAFE:
        return session(request, wiring).principal
    found = _as_of_now(request, wiring)
    if not cookies.same(found.csrf, request.headers.get(HEADER, "")):
        raise CsrfRefused
    return found.principal


ApiMe = Annotated[Principal, Depends(api_me)]
