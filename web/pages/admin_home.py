"""The administrator's first page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from pipeline.desk import admin_home
from web.admin_doors import RightFirst
from web.deps import Me, Wired
from web.views import page

router = APIRouter(prefix="/administration", route_class=RightFirst)


@router.get("")
def show(request: Request, wiring: Wired, me: Me) -> Response:
    """A card for each part, with the counts that matter."""
    return page(request, "admin/home.html", counts=admin_home.counts(wiring, me))
