"""The OpenAPI 3.1 document of the API, made from its own routes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi

from web.api.answers import Problem
from web.api.routes import router

PREFIX, VERSION = "/api/v1", "1"
SAID = (
    "Tout ce que font les pages, pour les programmes. S'identifier par un jeton "
    "(`Authorization: Bearer lslpro_…`), ou par la session des pages et, pour écrire, "
    "l'en-tête `X-CSRF-Token`. Les erreurs sont des `application/problem+json` à code stable. "
    "Les listes se lisent par fenêtres : `limit`, puis `after` avec le `next` reçu. "
    "Un paramètre inconnu est refusé (422)."
)
SECURITY = {
    "jeton": {"type": "http", "scheme": "bearer", "bearerFormat": "lslpro_…"},
    "session": {"type": "apiKey", "in": "cookie", "name": "lslpro_session"},
}

routes = router("Document")


@routes.get("/openapi.json", include_in_schema=False)
def openapi() -> dict[str, Any]:
    """Ce document."""
    return document()


@cache
def document() -> dict[str, Any]:
    """The document; the same whoever asks."""
    from web.api import routers

    whole = APIRouter()
    for one in routers:
        whole.include_router(one, prefix=PREFIX)
    made = get_openapi(title="LSL Pro", version=VERSION, description=SAID, routes=whole.routes)
    for operation in _operations(made):
        operation["summary"] = operation["description"].partition(".")[0]
    components = made.setdefault("components", {})
    schemas = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    nested = schemas.pop("$defs", {})
    components.setdefault("schemas", {}).update(nested | {"Problem": schemas})
    components["securitySchemes"] = SECURITY
    made["security"] = [{name: []} for name in SECURITY]
    return made


def _operations(made: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in made["paths"].values():
        yield from methods.values()
