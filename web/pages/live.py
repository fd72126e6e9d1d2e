"""Events of pages that follow something: jobs under way, lights being computed.

A stream says that something moved and how far it is; the page then asks for itself again.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from pipeline.desk import division, follow
from pipeline.domain.accounts import Principal
from pipeline.domain.gaps import Light
from web.deps import Me, Wired
from web.live import LASTS_S, State, stream

router = APIRouter()
Lasting = Annotated[int, Query(alias="duree", ge=0, le=LASTS_S)]  # seconds at most


@router.get("/evenements/demandes")
async def of_jobs(
    request: Request,
    wiring: Wired,
    me: Me,
    d: Annotated[list[str], Query(max_length=follow.MOST_JOBS)],
    lasting: Lasting = LASTS_S,
) -> Response:
    """How far the jobs are, each time it moves, until all ended."""

    def look(who: Principal) -> State:
        found = follow.progress(wiring, who, d)
        told = {
            "done": found.done,
            "total": found.total,
            "ended": found.ended_count,
            "states": {job.row.id: job.row.state for job in found.jobs},
            "words": found.words,
        }
        return told, found.is_over

    return await stream(request, me, look, lasting_s=lasting)


@router.get("/evenements/divisions/{division_id}")
async def of_lights(
    request: Request, wiring: Wired, me: Me, division_id: int, lasting: Lasting = LASTS_S
) -> Response:
    """The counts of a division by light, each time a light of it moves."""

    def look(who: Principal) -> State:
        counts, mark = division.lights(wiring, who, division_id)
        told = {light.value: counts.by_light[light] for light in Light}
        return told | {"pending": counts.pending, "mark": mark}, False

    return await stream(request, me, look, lasting_s=lasting)
