"""Errors of the API as problem+json: each fault at its field, and never the value given."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Iterator
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from pipeline import errors
from pipeline.errors import PipelineError
from web.api.answers import MEDIA_TYPE
from web.problems import AGAIN_S, status_of

UNREADABLE = "Le corps n'est pas lisible comme ce que dit son Content-Type."
INVALID = "Demande invalide : {} écart(s), donnés par champ."
NOT_READ = "Donnez `If-Match` avec l'ETag du livret que vous avez lu."
_PLAIN = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_FAULTS = {  # pydantic's kinds, as codes and words of ours
    "missing": ("missing", "Obligatoire."),
    "extra_forbidden": ("unknown_field", "Champ inconnu."),
    "unknown_parameter": ("unknown_parameter", "Paramètre inconnu."),
    "json_invalid": ("unreadable", "JSON illisible."),
    "string_too_long": ("too_long", "Trop long : {max_length} caractères au plus."),
    "string_too_short": ("too_short", "Trop court : {min_length} caractère(s) au moins."),
    "too_long": ("too_long", "Trop d'éléments : {max_length} au plus."),
    "too_short": ("too_short", "Trop peu d'éléments : {min_length} au moins."),
    "less_than_equal": ("too_large", "Au plus {le}."),
    "greater_than_equal": ("too_small", "Au moins {ge}."),
    "string_pattern_mismatch": ("wrong_form", "Mal écrit : attendu {pattern}."),
    "enum": ("wrong_choice", "Attendu : {expected}."),
    "literal_error": ("wrong_choice", "Attendu : {expected}."),
}
_OTHER = ("wrong_type", "Valeur d'un autre genre que celui attendu.")


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
                return problem(error.status_code, f"http_{error.status_code}", _detail(error), {})

        return told


def _detail(error: HTTPException) -> str:
    """The framework's own words are English: a body it cannot read is told in ours."""
    return UNREADABLE if error.status_code == HTTPStatus.BAD_REQUEST else error.detail


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
    answer = problem(status, error.code, str(error), more)
    if isinstance(error, errors.Unavailable):
        answer.headers["Retry-After"] = str(AGAIN_S)
    if isinstance(error, errors.TooManyTries):
        answer.headers["Retry-After"] = str(error.retry_after_s)
    if status == HTTPStatus.UNAUTHORIZED:  # RFC 9110
        answer.headers["WWW-Authenticate"] = 'Bearer realm="lslpro"'
    return answer


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
    faults = [_of_pydantic(one) for one in error.errors()]
    return problem(422, "invalid_request", INVALID.format(len(faults)), {"faults": faults})


def _of_pydantic(one: dict[str, Any]) -> dict[str, str]:
    code, words = _FAULTS.get(one["type"], _OTHER)
    if one["type"] == "unknown_parameter":
        words = one["msg"]
    return fault(".".join(map(_shown, one["loc"])), code, words.format_map(_Told(one)))


class _Told(dict[str, Any]):
    """What pydantic says was expected."""

    def __init__(self, one: dict[str, Any]) -> None:
        super().__init__(one.get("ctx", {}))
        if "expected" in self:
            self["expected"] = self["expected"].replace(" or ", " ou ")

    def __missing__(self, key: str) -> str:
        return "autre chose"


def _shown(part: object) -> str:
    """A part of a field's path; one that is no name of ours is not repeated."""
    text = str(part)
    return text if _PLAIN.fullmatch(text) else "?"


def fault(field: str, code: str, message: str) -> dict[str, str]:
    """One fault."""
    return {"field": field, "code": code, "message": message}


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
