"""What the administrator's pages share: the right before the body, filters, addresses."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Coroutine
from enum import StrEnum
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from fastapi import Path, Request
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from pipeline.desk.rights import need
from pipeline.domain.accounts import Right
from pipeline.domain.ids import LARGEST_ID
from web.deps import session

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
Word = TypeVar("Word", bound=StrEnum)
BASE = "/administration"
_NUMBER = re.compile(r"\s*[0-9]{1,10}\s*", re.ASCII)
Number = Annotated[int, Path(ge=0, le=LARGEST_ID)]  # of a path: what a column holds


class RightFirst(APIRoute):
    """A route whose right is checked before a byte of the body is read."""

    def get_route_handler(self) -> Handler:
        """The handler, behind the check."""
        handle = super().get_route_handler()

        async def right_first(request: Request) -> Response:
            await run_in_threadpool(_check, request)
            return await handle(request)

        return right_first


def _check(request: Request) -> None:
    found = session(request, request.app.state.wiring)
    need(found.principal, Right.ADMINISTER)


def one_of(words: type[Word], text: str) -> Word | None:
    """The word of a filter; nothing for a blank or an unknown one."""
    return words(text) if text in set(words) else None


def number_of(text: str) -> int | None:
    """A number as a filter has it; nothing for what is none."""
    found = int(text) if _NUMBER.fullmatch(text) else LARGEST_ID + 1
    return found if found <= LARGEST_ID else None


def day_of(text: str) -> dt.date | None:
    """A day as a date field sends it; nothing for what is none."""
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        return None


def address(path: str, **values: object) -> str:
    """An address of these pages; what is blank is left out."""
    query = urlencode({name: value for name, value in values.items() if value not in {"", None}})
    return f"{BASE}{path}?{query}" if query else f"{BASE}{path}"


def around(page: int, page_count: int, path: str, **values: object) -> dict[str, str]:
    """The addresses before and after a page of a list, and which it is."""
    return {
        "previous": address(path, **values, page=page - 1) if page > 1 else "",
        "next": address(path, **values, page=page + 1) if page < page_count else "",
        "text": f"Page {page} sur {page_count}" if page_count > 1 else "",
    }
