"""Entity tags: what a client has read, and whether that is what is there now (RFC 9110)."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Header

from pipeline.errors import InvalidEntry

_TAG = r'(?:W/)?"[^"\x00-\x20\x7f]{0,100}"'
_TAGS = re.compile(rf"\s*(?:\*|{_TAG}(?:\s*,\s*{_TAG}){{0,19}})\s*")
UNREADABLE = 'If-Match : attendu un ETag donné par nous, comme "7".'

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description='ETag de la révision lue, comme `"7"`.', max_length=2_000),
]
IfNoneMatch = Annotated[
    str | None,
    Header(alias="If-None-Match", description="ETag déjà lu : 304 s'il vaut.", max_length=2_000),
]


def tag(value: object) -> str:
    """The strong entity tag of a value that names a state."""
    return f'"{value}"'


def is_known(given: str | None, current: str) -> bool:
    """Whether the reader has the current state already; what cannot be read matches nothing."""
    if given is None or not _TAGS.fullmatch(given):
        return False
    return given.strip() == "*" or current in re.findall(r'"[^"]*"', given)


def revisions(given: str) -> set[int] | None:
    """The revisions that the writer takes as current; `None` for any.

    A weak tag, or a strange one, is never the current one. Raises InvalidEntry.
    """
    if not _TAGS.fullmatch(given):
        raise InvalidEntry([UNREADABLE])
    if given.strip() == "*":
        return None
    return {int(one) for one in re.findall(r'(?<!W/)"([0-9]{1,18})"', given)}
