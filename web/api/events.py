"""Streams of events: how far jobs are, the lights of a division, each time they move."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from pydantic import StringConstraints
from starlette.responses import Response, StreamingResponse

from pipeline.desk.follow import MOST_JOBS
from web.api.answers import problems, stream_answer
from web.api.kinds import JOB, PathId
from web.api.routes import router
from web.deps import ApiMe, Wired
from web.live import LASTS_S
from web.pages.live import of_jobs, of_lights

routes = router("Événements")
Ids = Annotated[
    list[Annotated[str, StringConstraints(pattern=JOB)]],
    Query(alias="id", min_length=1, max_length=MOST_JOBS, description="Les demandes à suivre."),
]
Lasting = Annotated[int, Query(ge=0, le=LASTS_S, description="Secondes, au plus.")]


@routes.get(
    "/events/jobs", response_class=StreamingResponse, responses=problems(404, 429) | stream_answer()
)
async def follow_jobs(
    request: Request, wiring: Wired, me: ApiMe, ids: Ids, duration_s: Lasting = LASTS_S
) -> Response:
    """Où en sont des demandes, à chaque avance, jusqu'à ce que toutes soient terminées."""
    return await of_jobs(request, wiring, me, ids, duration_s)


@routes.get(
    "/events/divisions/{division_id}",
    response_class=StreamingResponse,
    responses=problems(404, 429) | stream_answer(),
)
async def follow_division(
    request: Request, wiring: Wired, me: ApiMe, division_id: PathId, duration_s: Lasting = LASTS_S
) -> Response:
    """Les voyants d'une division, chaque fois que l'un d'eux change."""
    return await of_lights(request, wiring, me, division_id, duration_s)
