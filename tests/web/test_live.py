"""Streams of events: told when something moved, bounded in time and number, ended with rights."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import StreamingResponse

from pipeline import sessions
from pipeline.domain.accounts import Principal
from pipeline.errors import Forbidden
from pipeline.wiring import Wiring
from tests.web.school import Ids
from web import carried, live
from web import session_cookie as cookies
from web.live import State, stream

TICK_S = 0.001


@pytest.fixture
def me(w: Wiring, ids: Ids) -> Principal:
    return sessions.resolve(w, ids.people["head"].token).principal


@pytest.fixture
def request_of(app: FastAPI, w: Wiring, ids: Ids) -> Callable[..., Request]:
    """A request of the head's browser, gone when told."""

    def made(is_gone: Callable[[], bool] = lambda: False) -> Request:
        async def receive() -> dict[str, Any]:
            if not is_gone():
                await asyncio.Event().wait()
            return {"type": "http.disconnect"}

        cookie = cookies.header(w.settings, cookies.SESSION, ids.people["head"].token)
        headers = [(b"cookie", cookie.partition(";")[0].encode())]
        scope = {"type": "http", "method": "GET", "path": "/", "headers": headers, "app": app}
        carried.begin(scope)
        return Request(scope, receive)

    return made


def looked(*states: State) -> Callable[[Principal], State]:
    """What is found look by look; the last one stays."""
    left = list(states)
    return lambda _me: left.pop(0) if len(left) > 1 else left[0]


async def told_by(answer: Any) -> list[str]:
    assert isinstance(answer, StreamingResponse)
    return [str(one) async for one in answer.body_iterator]


def data_of(events: list[str]) -> list[Any]:
    lines = "".join(events).splitlines()
    return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]


def read(request: Request, me: Principal, look: Callable[..., State], ticks: int = 60) -> list[str]:
    async def run() -> list[str]:
        return await told_by(
            await stream(request, me, look, lasting_s=ticks * TICK_S, every_s=TICK_S)
        )

    return asyncio.run(run())


def test_each_move_is_told_once_and_the_end_too(
    request_of: Callable[..., Request], me: Principal
) -> None:
    a, b = {"done": 1}, {"done": 2}
    found = read(request_of(), me, looked((a, False), (a, False), (b, False), (b, True)))
    assert data_of(found) == [a, b, {}]
    assert found[0].startswith("retry: 2000\n")
    assert found[-1].startswith("event: fin\n")


def test_what_is_over_from_the_start_is_told_and_ends(
    request_of: Callable[..., Request], me: Principal
) -> None:
    assert data_of(read(request_of(), me, looked(({"done": 1}, True)))) == [{"done": 1}, {}]


def test_a_quiet_stream_says_that_it_lives_and_ends_after_a_while(
    request_of: Callable[..., Request], me: Principal
) -> None:
    found = read(request_of(), me, looked(({}, False)), ticks=live.QUIET_TICKS * 2)
    assert found[1:] == [": \n\n"] * 2


def test_a_stream_ends_with_its_session(
    request_of: Callable[..., Request], me: Principal, w: Wiring
) -> None:
    counts: list[Principal] = []

    def look(who: Principal) -> State:
        counts.append(who)
        return {"n": len(counts)}, False

    sessions.log_out_everywhere(w, me)
    read(request_of(), me, look, ticks=200)
    assert len(counts) == live.CHECKED_TICKS


def test_a_stream_ends_when_its_client_leaves(
    request_of: Callable[..., Request], me: Principal
) -> None:
    counts: list[Principal] = []

    def look(who: Principal) -> State:
        counts.append(who)
        return {"n": len(counts)}, False

    read(request_of(lambda: len(counts) > 3), me, look, ticks=200)
    assert len(counts) == 4


def test_what_the_first_look_refuses_is_an_answer_of_its_own(
    request_of: Callable[..., Request], me: Principal
) -> None:
    def look(_who: Principal) -> State:
        raise Forbidden("regarder")

    with pytest.raises(Forbidden):
        read(request_of(), me, look)


def test_an_account_has_so_many_streams_at_a_time(
    request_of: Callable[..., Request], me: Principal
) -> None:
    async def run() -> None:
        async def opened() -> Any:
            answer: Any = await stream(request_of(), me, looked(({}, False)), every_s=TICK_S)
            events = answer.body_iterator
            await anext(events)
            return events

        held = [await opened() for _ in range(live.MOST_OF_ONE)]
        with pytest.raises(HTTPException) as refused:
            await opened()
        assert refused.value.status_code == 429
        await held.pop().aclose()
        held.append(await opened())
        for one in held:
            await one.aclose()

    asyncio.run(run())
    assert not live._open


def test_streams_opened_at_the_same_instant_are_counted_too(
    request_of: Callable[..., Request], me: Principal
) -> None:
    async def opened() -> Any:
        return await stream(request_of(), me, looked(({}, False)), every_s=TICK_S)

    async def run() -> list[str]:
        answers = await asyncio.gather(*(opened() for _ in range(live.MOST_OF_ONE + 2)))
        events = [one.body_iterator for one in answers]
        first = [str(await anext(one)) for one in events]
        for one in events:
            await one.aclose()
        return first

    first = asyncio.run(run())
    assert sum("data:" in one for one in first) == live.MOST_OF_ONE
    assert not live._open
