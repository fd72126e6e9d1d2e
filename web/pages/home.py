"""The first page: each role goes where it works."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from pipeline.domain.accounts import Role
from web.deps import Me
from web.views import redirect

router = APIRouter()
HOMES = {
    Role.ADMINISTRATOR: "/administration",
    Role.HEAD: "/diplomes",
    Role.DDFPT: "/diplomes",
    Role.TEACHER: "/saisie",
}


@router.get("/")
def home(request: Request, me: Me) -> Response:
    """Go where the role works."""
    return redirect(request, HOMES[me.role])
