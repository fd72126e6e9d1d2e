"""What one request carries from where it is known to where its answer leaves."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.types import Scope

from pipeline.sessions import Resolved

_KEY = "lslpro"


@dataclass(slots=True)
class Carried:
    """The session, once it was looked up, and the cookies that the answer will set."""

    session: Resolved | None = None
    looked_up: bool = False
    cookies: dict[str, object | None] = field(default_factory=dict)


def begin(scope: Scope) -> Carried:
    """Carry nothing yet. Copies of the scope, as routers make them, carry the same."""
    found = scope[_KEY] = Carried()
    return found


def carried(scope: Scope) -> Carried:
    """What the request carries."""
    found: Carried = scope[_KEY]
    return found


def pattern(scope: Scope) -> str:
    """The pattern of the request's route; never its address, which may hold a secret."""
    api = "/api/v1" if scope["path"].startswith("/api/v1/") else ""
    found = getattr(scope.get("route"), "path", None)
    return "?" if found is None else f"{api}{found}"
