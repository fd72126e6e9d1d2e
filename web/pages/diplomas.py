"""The choice of a diploma (guide, "Choix du diplôme"); with a single one there is no choice."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from pipeline.desk import diplomas
from web.deps import Me, Wired
from web.head_addresses import base, key_of
from web.views import page, redirect

router = APIRouter()


@router.get("/diplomes")
def choose(request: Request, wiring: Wired, me: Me) -> Response:
    """The diplomas in reach, by school and year."""
    found = diplomas.choices(wiring, me)
    if len(found) == 1:
        return redirect(request, f"{base(key_of(found[0]))}/divisions")
    groups: dict[tuple[str, str, int], list[tuple[diplomas.Choice, str]]] = {}
    for one in found:
        key = (one.uai, one.school_name, one.start_year)
        groups.setdefault(key, []).append((one, f"{base(key_of(one))}/divisions"))
    return page(request, "head/diplomas.html", groups=groups)
