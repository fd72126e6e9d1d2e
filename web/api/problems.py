"""Errors of the API as problem+json: each fault at its field, and never the value given."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from pipeline import errors
from pipeline.desk.page_words import words_for
from pipeline.errors import PipelineError
from web.api.answers import MEDIA_TYPE
from web.api.faults import fault, of_pydantic
from web.problems import headers_of, status_of

UNREADABLE = "Le corps n'est pas lisible comme ce que dit son Content-Type."
INVALID = "Demande invalide : {} écart(s), donnés par champ."
NOT_READ = "Donnez `If-Match` avec l'ETag du livret que vous avez lu."


class ApiRoute(APIRoute):
    """A route whose errors are told to programs."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, its refusals turned into problems; defects rise to the application."""
        handle = super().get_route_handler()

        async def told(request: Request) -> Response:
            try:
                return await handle(request)
            except (errors.Refused, errors.Unavailable) as error:
                return refused(error)
            except RequestValidationError as error:
                return invalid(error)
            except HTTPException as error:
                return _of_http(error)

        return told


def _of_http(error: HTTPException) -> JSONResponse:
    """The framework's own words are English: a body it cannot read is told in ours."""
    status = error.status_code
    said = UNREADABLE if status == HTTPStatus.BAD_REQUEST else error.detail
    answer = problem(status, f"http_{status}", said, {})
    answer.headers.update(error.headers or {})
    return answer


class NotReadFirst(errors.Refused):
    """A write without `If-Match`, which would overwrite what its writer has not seen."""

    code = "not_read_first"

    def __init__(self) -> None:
        super().__init__(NOT_READ)


def refused(error: PipelineError) -> JSONResponse:
    """A problem of one of our errors, with what it knows more."""
    status = _STATUSES.get(type(error)) or status_of(error)
    more: dict[str, Any] = {}
    if faults := list(_faults(error)):
        more["faults"] = faults
    if isinstance(error, errors.OutdatedBooklet):
        more |= {"changes": error.changes, "revision": error.current}
    if isinstance(error, errors.NothingExportable) and error.report:
        more["report"] = error.report
    said = str(error) if isinstance(error, _IN_ITS_OWN_WORDS) else words_for(error)
    answer = problem(status, error.code, said, more)
    answer.headers.update(headers_of(error))
    if status == HTTPStatus.UNAUTHORIZED:  # RFC 9110
        answer.headers["WWW-Authenticate"] = 'Bearer realm="lslpro"'
    return answer


_IN_ITS_OWN_WORDS = (errors.IdempotencyConflict, errors.MoveNotAllowed)  # no form, no button
_STATUSES: dict[type[PipelineError], int] = {
    errors.OutdatedBooklet: 412,
    errors.ImportUnderWay: 409,
    NotReadFirst: 428,
}


def _faults(error: PipelineError) -> Iterator[dict[str, str]]:
    by_field = getattr(error, "by_field", {})
    for field, messages in by_field.items():
        yield from (fault(field, error.code, one) for one in messages)
    if not by_field:
        messages = [*getattr(error, "faults", ()), *getattr(error, "problems", ())]
        yield from (fault("", error.code, one) for one in messages)


def invalid(error: RequestValidationError) -> JSONResponse:
    """A problem of a request of the wrong shape."""
    faults = [of_pydantic(one) for one in error.errors()]
    return problem(422, "invalid_request", INVALID.format(len(faults)), {"faults": faults})


def problem(status: int, code: str, detail: str, more: dict[str, Any]) -> JSONResponse:
    """A problem (RFC 9457)."""
    content = {
        "type": f"urn:lslpro:problem:{code}", "title": _TITLES[status], "status": status,
        "detail": detail, "code": code,
    }  # fmt: skip
    return JSONResponse(content | more, status, media_type=MEDIA_TYPE)


_TITLES = {
    400: "Corps illisible",
    401: "Identification nécessaire",
    403: "Accès refusé",
    404: "Introuvable",
    409: "Impossible en l'état",
    410: "Fichier non servi",
    412: "Changé entre-temps",
    413: "Corps trop grand",
    415: "Type de contenu non prévu",
    422: "Demande invalide",
    428: "Lecture préalable nécessaire",
    429: "Trop d'essais",
    503: "Indisponible pour l'instant",
}
