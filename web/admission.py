"""Large bodies are for those who are known: nobody fills the disk before he is refused."""

from __future__ import annotations

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope

from pipeline.errors import PipelineError
from web.deps import SAFE, known
from web.uploads import FORM_BYTES


async def admitted(scope: Scope, receive: Receive) -> Receive:
    """What the request's body is received by: bounded as a form's where nobody is known."""
    if scope["method"] in SAFE or _is_small(scope):
        return receive
    return receive if await run_in_threadpool(_is_known, Request(scope)) else _bounded(receive)


def _is_small(scope: Scope) -> bool:
    """A length beside a transfer coding is that of nothing: the body comes in pieces."""
    headers = Headers(scope=scope)
    length = headers.get("content-length", "")
    is_told = length.isdecimal() and "transfer-encoding" not in headers
    return is_told and int(length) <= FORM_BYTES


def _is_known(request: Request) -> bool:
    try:
        return known(request) is not None
    except PipelineError:
        return False


def _bounded(receive: Receive) -> Receive:
    total = 0

    async def bounded() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > FORM_BYTES:
            raise HTTPException(413)
        return message

    return bounded
