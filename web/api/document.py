"""The OpenAPI 3.1 document of the API, made from its own routes."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi

from web.api import routers
from web.api.answers import Problem

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


@cache
def document() -> dict[str, Any]:
    """The document; the same whoever asks."""
    whole = APIRouter()
    for one in routers:
        whole.include_router(one, prefix=PREFIX)
    made = get_openapi(title="LSL Pro", version=VERSION, description=SAID, routes=whole.routes)
    components = made.setdefault("components", {})
    schemas = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    nested = schemas.pop("$defs", {})
    components.setdefault("schemas", {}).update(nested | {"Problem": schemas})
    components["securitySchemes"] = SECURITY
    made["security"] = [{name: []} for name in SECURITY]
    return made
