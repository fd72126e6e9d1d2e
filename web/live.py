"""Streams of events: what is looked at again and again, told when it moved.

A stream ends when its client leaves, what it follows is over, its session ends, or after a while:
the browser then opens another.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from pipeline.domain.accounts import Principal
from pipeline.errors import PipelineError
from web.deps import again

State = tuple[dict[str, Any], bool]  # what is told, and whether it is over
EVERY_S = 1.0
LASTS_S = 600
QUIET_TICKS = 15  # without news, before a comment keeps the connection open
CHECKED_TICKS = 30  # before the session is looked up again
MOST_OF_ONE = 6  # open at a time, of one account
TOO_MANY = "Trop de suivis ouverts à la fois : fermez-en un."
HEADERS = {"X-Accel-Buffering": "no"}  # a proxy passes each event on at once
_open: Counter[int] = Counter()


async def stream(
    request: Request,
    me: Principal,
    look: Callable[[Principal], State],
    *,
    lasting_s: float = LASTS_S,
    every_s: float = EVERY_S,
) -> Response:
    """The events of what `look` finds; it runs on a thread, and raises where rights have gone.

    What the first look refuses is an answer of its own.
    """
    if _open[me.account_id] >= MOST_OF_ONE:
        raise HTTPException(429, TOO_MANY, headers={"Retry-After": "30"})
    first = await run_in_threadpool(look, me)
    ticks = int(lasting_s / every_s)
    events = _counted(me.account_id, _events(request, me, look, first, ticks, every_s))
    return StreamingResponse(events, media_type="text/event-stream", headers=HEADERS)


async def _counted(account_id: int, events: AsyncIterator[str]) -> AsyncIterator[str]:
    if _open[account_id] >= MOST_OF_ONE:  # of many asked for at once, all were let in
        yield "retry: 30000\n\n"
        return
    _open[account_id] += 1
    try:
        async for event in events:
            yield event
    finally:
        _open[account_id] -= 1
        if not _open[account_id]:
            del _open[account_id]


async def _events(
    request: Request,
    me: Principal,
    look: Callable[[Principal], State],
    state: State,
    ticks: int,
    every_s: float,
) -> AsyncIterator[str]:
    told, is_over = state
    yield f"retry: 2000\n\n{_event(told)}"
    quiet = 0
    for tick in range(1, ticks + 1):
        if is_over or await request.is_disconnected():
            break
        await asyncio.sleep(every_s)
        try:
            if tick % CHECKED_TICKS == 0:
                me = await run_in_threadpool(again, request)
            now, is_over = await run_in_threadpool(look, me)
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
