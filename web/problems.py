"""What errors become: a page in French that says what to do, or problem+json under /api."""

from __future__ import annotations

import secrets
from contextlib import suppress
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import Message, Scope, Send

from pipeline import errors
from pipeline.desk.page_words import words_for
from pipeline.errors import NotLoggedIn, PipelineError
from web.carried import pattern
from web.statuses import ADVICE, headers_of, status_of

__all__ = ["HANDLERS", "headers_of", "problem", "refusal", "status_of", "too_large", "wants_json"]

log = structlog.get_logger(__name__)

UNREADABLE = "Certaines valeurs sont absentes ou mal écrites."


def wants_json(request: Request) -> bool:
    """Whether the answer is for a program: the API, or a script of a page."""
    accepted = request.headers.get("accept", "")
    return request.url.path.startswith("/api/") or accepted.startswith(
        ("application/json", "application/problem+json", "text/event-stream")
    )


def problem(status: int, code: str, detail: str, faults: list[str] | None = None) -> JSONResponse:
    """An answer in RFC 9457's form."""
    content: dict[str, Any] = {
        "type": f"urn:lslpro:problem:{code}",
        "title": ADVICE.get(status, ADVICE[400])[0],
        "status": status,
        "detail": detail,
        "code": code,
    }
    if faults:
        content["faults"] = faults
    return JSONResponse(content, status, media_type="application/problem+json")


def _answer(
    request: Request, status: int, code: str, detail: str, faults: list[str] | None = None
) -> Response:
    if wants_json(request):
        return problem(status, code, detail or ADVICE.get(status, ADVICE[400])[0], faults)
    from web.views import error_page

    title, advice = ADVICE.get(status, ADVICE[400])
    shown = faults or ([detail] if detail else [])
    return error_page(request, status, title=title, advice=advice, told=shown)


def refused(request: Request, error: PipelineError) -> Response:
    """One of our errors. A page that needs a log-in goes there, and comes back after."""
    status = status_of(error)
    if isinstance(error, NotLoggedIn) and not wants_json(request):
        return _to_log_in(request)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(error, errors.Unavailable):
        return failed(request, error)
    faults = getattr(error, "faults", None)
    told = words_for(error)
    answer = _answer(request, status, error.code, told, list(faults) if faults else None)
    answer.headers.update(headers_of(error))
    return answer


def refusal(error: PipelineError | None) -> dict[str, Any]:
    """The status of a page shown again after an error, and what it says of it."""
    return {"status": status_of(error), "refusal": words_for(error)} if error else {"refusal": ""}


def _to_log_in(request: Request) -> Response:
    wanted = request.url.path if request.method == "GET" else "/"
    if request.method == "GET" and request.url.query:
        wanted += f"?{request.url.query}"
    return RedirectResponse(f"/connexion?suite={quote(wanted, safe='')}", HTTPStatus.SEE_OTHER)


def failed(request: Request, error: Exception) -> Response:
    """What nobody foresaw: a reference for the log, and nothing of the error's text."""
    reference = secrets.token_hex(4)
    route, kind = pattern(request.scope), type(error).__name__
    log.error("request_failed", reference=reference, route=route, error=kind)
    code = getattr(error, "code", "") if isinstance(error, PipelineError) else "bug"
    return _answer(request, 500, code, f"Référence : {reference}.")


def http_error(request: Request, error: HTTPException) -> Response:
    """What the framework refuses: unknown address, method, size."""
    if not wants_json(request):
        _look_up(request)
    answer = _answer(request, error.status_code, f"http_{error.status_code}", "")
    answer.headers.update(error.headers or {})
    return answer


def _look_up(request: Request) -> None:
    """Know who asks, for the menu of the error's page, where the database answers."""
    from web.deps import resolve

    with suppress(PipelineError):
        resolve(request, request.app.state.wiring)


def unreadable(request: Request, error: RequestValidationError) -> Response:
    """Values of the wrong shape; they are named, never repeated."""
    found = ["/".join(map(str, one["loc"][1:])) for one in error.errors()]
    faults = [f"{name} : valeur absente ou mal écrite." for name in found if name]
    return _answer(request, 422, "invalid_request", UNREADABLE, faults or None)


HANDLERS = {
    PipelineError: refused,
    HTTPException: http_error,
    RequestValidationError: unreadable,
    Exception: failed,
}


def too_large(scope: Scope, send: Send) -> Send:
    """A `send` that puts our answer in the place of the framework's plain 413."""
    replaced: list[Response] = []

    async def replacing(message: Message) -> None:
        if message["type"] == "http.response.start" and _is_plain_413(message):
            replaced.append(_answer(Request(scope), 413, "http_413", ""))
        if not replaced:
            await send(message)
        elif message["type"] == "http.response.body":
            await replaced[0](scope, _nothing, send)

    return replacing


def _is_plain_413(message: Message) -> bool:
    plain = (b"content-type", b"text/plain; charset=utf-8") in message["headers"]
    return plain and message["status"] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
