"""How the whole stands, in words."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from pipeline.desk import admin_health
from web.admin_doors import RightFirst
from web.deps import Me, Wired
from web.views import page
from web.world import watch_of

router = APIRouter(prefix="/administration/sante", route_class=RightFirst)


@router.get("")
def show(request: Request, wiring: Wired, me: Me) -> Response:
    """Everything that was looked at, the gravest word first."""
    signs = admin_health.look(wiring, me, watch_of(wiring))
    worst = admin_health.worst(signs)
    return page(request, "admin/health.html", signs=signs, worst=worst)
