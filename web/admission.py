"""Large bodies are for those who are known: nobody fills the disk before he is refused.

And of those who are known, for who may send files at all.
"""

from __future__ import annotations

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope

from pipeline.domain.accounts import Right, may
from pipeline.errors import PipelineError
from web.deps import SAFE, known
from web.uploads import FORM_BYTES

OF_FILES = (Right.EXPORT, Right.DOWNLOAD, Right.ADMINISTER)  # reports, files to verify, imports


async def admitted(scope: Scope, receive: Receive) -> Receive:
    """What the request's body is received by: bounded as a form's for who sends no file."""
    if scope["method"] in SAFE or _is_small(scope):
        return receive
    is_let_in = await run_in_threadpool(_may_send_files, Request(scope))
    return receive if is_let_in else _bounded(receive)


def _is_small(scope: Scope) -> bool:
    """A length beside a transfer coding is that of nothing: the body comes in pieces."""
    headers = Headers(scope=scope)
    length = headers.get("content-length", "")
    is_told = length.isdecimal() and "transfer-encoding" not in headers
    return is_told and int(length) <= FORM_BYTES


def _may_send_files(request: Request) -> bool:
    try:
        who = known(request)
    except PipelineError:
        return False
    return who is not None and any(may(who, right) for right in OF_FILES)


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
