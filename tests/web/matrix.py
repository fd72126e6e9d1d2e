"""Every route with its entry, and what one request of a role comes to."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from httpx import Response

from tests.web import permissions
from tests.web.browsing import Browser
from tests.web.permissions import Entry, Values
from tests.web.school import Ids

Key = tuple[str, str]
DENIED = {401, 403, 404}


def entries() -> dict[Key, Entry]:
    """The entries of every module of tests/web/permissions; none stands twice."""
    found: dict[Key, Entry] = {}
    for module in pkgutil.iter_modules(permissions.__path__):
        given = import_module(f"{permissions.__name__}.{module.name}").ENTRIES
        twice = set(found) & set(given)
        assert not twice, f"stands twice: {twice}"
        found |= given
    return found


def routes(app: FastAPI) -> list[Key]:
    """The methods and patterns of all routes, of pages and API."""
    return sorted(
        (method, str(one.path))
        for one in iter_route_contexts(app.routes)
        if isinstance(one.original_route, APIRoute)
        for method in one.original_route.methods - {"HEAD"}
    )


def ask(  # noqa: PLR0917 - one request, as the entry says
    browser: Browser, key: Key, entry: Entry, ids: Ids, path: Values, params: Values | None
) -> Response:
    """Send one request of the route."""
    method, pattern = key
    options: dict[str, Any] = {"headers": dict(entry.headers or {})}
    if params is not None:
        options["params"] = dict(params(ids))
    if entry.files is not None:
        options["files"] = entry.files(ids)
    if entry.json is not None:
        options["json"] = entry.json(ids)
    elif entry.form is not None and pattern.startswith("/api/"):
        options["data"] = dict(entry.form(ids))
    elif method == "POST" and not pattern.startswith("/api/"):
        csrf = browser.visit_csrf() if entry.open else browser.csrf
        options["data"] = {"csrf": csrf} | dict((entry.form or _nothing)(ids))
    if method != "GET" and browser.person is not None and not entry.open:
        options["headers"]["X-CSRF-Token"] = browser.person.csrf
    return browser.request(method, pattern.format(**path(ids)), **options)


def _nothing(_ids: Ids) -> Mapping[str, Any]:
    return {}


def is_denied(answer: Response) -> bool:
    """Whether the answer refuses who asks, or sends him to the log-in."""
    location = answer.headers.get("location", "")
    return answer.status_code in DENIED or location.startswith("/connexion?")
