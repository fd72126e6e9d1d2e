"""The nightly runs: what each did for one's own schools."""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter, Request
from starlette.responses import Response

from pipeline.desk import nights
from web import head_words
from web.deps import Me, Wired
from web.views import page

router = APIRouter()


@router.get("/nuits")
def listed(request: Request, wiring: Wired, me: Me) -> Response:
    """The newest nights."""
    found = nights.look(wiring, me)
    return page(
        request,
        "head/nights.html",
        nights=found,
        at=wiring.settings.nightly_at,
        duration=duration,
        words=head_words,
    )


def duration(lasted: dt.timedelta) -> str:
    """« 3 min 05 s », « 12,4 s »."""
    minutes, rest = divmod(lasted.total_seconds(), 60)
    return f"{minutes:.0f} min {rest:02.0f} s" if minutes else f"{rest:.1f} s".replace(".", ",")
