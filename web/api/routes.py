"""The routers of the API: each operation refuses, answers and is named in the same way."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute

from web.api.guards import form_body, json_body, known_parameters
from web.api.problems import ApiRoute

JSON_BODY = [Depends(json_body)]  # `dependencies=` of an operation that takes JSON
FORM_BODY = [Depends(form_body)]  # of one that takes a file


def router(tag: str) -> APIRouter:
    """A router of the operations about one thing."""
    return APIRouter(
        tags=[tag],
        route_class=ApiRoute,
        dependencies=[Depends(known_parameters)],
        generate_unique_id_function=_name,
    )


def _name(route: APIRoute) -> str:
    return route.name
