"""What every operation refuses before anything is read: strange parameters, strange bodies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

JSON = ("application/json", "application/merge-patch+json")
FORM = ("multipart/form-data",)
BODY_EXPECTED = "Content-Type attendu : {}."


def known_parameters(request: Request) -> None:
    """Refuse the query parameters that the operation does not have: one misspelt is no silence."""
    known = sorted(_names(request.scope["route"].dependant))
    if set(request.query_params) - set(known):
        said = f"Paramètre inconnu. Connus ici : {', '.join(known) or 'aucun'}."
        raise RequestValidationError(
            [{"type": "unknown_parameter", "loc": ("query",), "msg": said}]
        )


def _names(dependant: Any) -> Iterator[str]:
    yield from (one.alias for one in dependant.query_params)
    for one in dependant.dependencies:
        yield from _names(one)


def json_body(request: Request) -> None:
    """Refuse with 415 a body of another type than JSON."""
    _expect(request, JSON)


def form_body(request: Request) -> None:
    """Refuse with 415 a body that is no form with a file."""
    _expect(request, FORM)


def _expect(request: Request, types: tuple[str, ...]) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in types:
        raise HTTPException(415, BODY_EXPECTED.format(" ou ".join(types)))
