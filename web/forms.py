"""A form as it was sent, for pages whose fields depend on what they show."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from web.deps import MOST_FIELDS


async def _sent(request: Request) -> FormData:
    return await request.form(max_fields=MOST_FIELDS)


Sent = Annotated[FormData, Depends(_sent)]
