"""Lists by cursor: a window of a list, the way to the next one in the body and in `Link`."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query, Request, Response
from pydantic import Field

from pipeline.errors import InvalidEntry
from web.api.kinds import Answer

MOST, USUAL = 200, 50
UNUSABLE = "Curseur inutilisable : reprenez la liste à son début, sans `after`."
T = TypeVar("T")
Cursor = Annotated[str, Field(pattern="^[A-Za-z0-9_-]{1,200}$")]


class Listed(Answer, Generic[T]):
    """Une fenêtre d'une liste."""

    items: list[T] = Field(description="Les éléments, dans l'ordre de la liste.")
    next: str | None = Field(description="Curseur de la fenêtre suivante (`after`), ou rien.")


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is asked for: so many after the one whose key is given."""

    limit: int
    after: str | None  # the key of the last one seen


def _window(
    limit: Annotated[int, Query(ge=1, le=MOST, description="Combien, au plus.")] = USUAL,
    after: Annotated[Cursor | None, Query(description="Le `next` de la fenêtre d'avant.")] = None,
) -> Window:
    return Window(limit, None if after is None else _key(after))


Windowed = Annotated[Window, Depends(_window)]


def part(
    window: Window, rows: Sequence[T], key: Callable[[T], object]
) -> tuple[Sequence[T], str | None]:
    """The window of a list that is at hand whole, and the cursor of the next one."""
    start = 0
    if window.after is not None:
        keys = [str(key(row)) for row in rows]
        if window.after not in keys:
            raise InvalidEntry([UNUSABLE])
        start = keys.index(window.after) + 1
    chosen = rows[start : start + window.limit]
    more = len(rows) > start + window.limit
    return chosen, cursor(key(chosen[-1])) if more else None


def read_on(
    window: Window, rows: Sequence[T], key: Callable[[T], object]
) -> tuple[Sequence[T], str | None]:
    """The window of a list that was read one row further, and the cursor of the next one."""
    chosen = rows[: window.limit]
    return chosen, cursor(key(chosen[-1])) if len(rows) > window.limit else None


def listed(
    request: Request, response: Response, items: Sequence[Any], following: str | None
) -> dict[str, Any]:
    """The body of a list; where there is more, `Link` says so too (RFC 8288)."""
    if following is not None:
        url = request.url.include_query_params(after=following)
        response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    return {"items": items, "next": following}


def cursor(key: object) -> str:
    """A key as a cursor: opaque, of letters and digits."""
    return base64.urlsafe_b64encode(str(key).encode()).decode().rstrip("=")


def _key(text: str) -> str:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise InvalidEntry([UNUSABLE]) from error
