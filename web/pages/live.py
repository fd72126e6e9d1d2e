"""Events of pages that follow something: jobs under way, lights being computed.

A stream says that something moved and how far it is; the page then asks for itself again. It
ends after a while: the browser opens another, and rights are looked at again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from pipeline.desk import division, follow
from pipeline.domain.gaps import Light
from pipeline.errors import PipelineError
from web.deps import Me, Wired

router = APIRouter()
EVERY_S = 0.5
LASTS_S = 120
Lasting = Annotated[int, Query(alias="duree", ge=0, le=LASTS_S)]  # seconds at most
QUIET_TICKS = 30  # of no news, before a comment keeps the connection open
State = tuple[dict[str, Any], bool]  # what is told, and whether it is over


@router.get("/evenements/demandes")
async def of_jobs(
    wiring: Wired,
    me: Me,
    d: Annotated[list[str], Query(max_length=follow.MOST_JOBS)],
    lasting: Lasting = LASTS_S,
) -> Response:
    """How far the jobs are, each time it moves, until all ended."""

    def look() -> State:
        found = follow.progress(wiring, me, d)
        told = {
            "done": found.done,
            "total": found.total,
            "ended": found.ended_count,
            "states": {job.row.id: job.row.state for job in found.jobs},
            "words": found.words,
        }
        return told, found.is_over

    return await _stream(look, lasting)


@router.get("/evenements/divisions/{division_id}")
async def of_lights(
    wiring: Wired, me: Me, division_id: int, lasting: Lasting = LASTS_S
) -> Response:
    """The counts of a division by light, each time a light of it moves."""

    def look() -> State:
        counts, mark = division.lights(wiring, me, division_id)
        told = {light.value: counts.by_light[light] for light in Light}
        return told | {"pending": counts.pending, "mark": mark}, False

    return await _stream(look, lasting)


async def _stream(look: Callable[[], State], lasting: int) -> Response:
    """The first look is made before the answer begins: what it refuses is an answer of its own."""
    first = await run_in_threadpool(look)
    headers = {"X-Accel-Buffering": "no"}  # a proxy passes each event on at once
    events = _events(look, first, lasting)
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


async def _events(look: Callable[[], State], state: State, lasting: int) -> AsyncIterator[str]:
    told, is_over = state
    yield f"retry: 2000\n\n{_event(told)}"
    quiet = 0
    for _ in range(int(lasting / EVERY_S)):
        if is_over:
            break
        await asyncio.sleep(EVERY_S)
        try:
            now, is_over = await run_in_threadpool(look)
        except PipelineError:
            return  # the browser asks again, and is told why
        quiet = 0 if now != told else quiet + 1
        if now != told:
            told = now
            yield _event(told)
        elif quiet % QUIET_TICKS == 0:
            yield ": \n\n"
    if is_over:
        yield "event: fin\ndata: {}\n\n"


def _event(told: dict[str, Any]) -> str:
    return f"data: {json.dumps(told)}\n\n"
