"""Single values as exchange files write them."""

from __future__ import annotations

import datetime as dt
import re
from typing import cast

from lxml import etree

from pipeline.domain.ids import LARGEST_ID
from pipeline.domain.text import normalise_name

_SIECLE_ID = re.compile(r"[0-9]{1,10}")
_FRENCH_DATE = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")


def siecle_id_of(text: str) -> int | None:
    """A positive integer that the database holds, or `None`."""
    text = text.strip()
    if not _SIECLE_ID.fullmatch(text):
        return None
    return number if 0 < (number := int(text)) <= LARGEST_ID else None


def date_of(text: str) -> dt.date | None:
    """A day written dd/mm/yyyy, or `None` if it is no such day."""
    shape = _FRENCH_DATE.fullmatch(text.strip())
    if not shape:
        return None
    day, month, year = map(int, shape.groups())
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def text_of(element: etree._Element, tag: str) -> str:
    """A direct child's text: SCOLARITE_AN_DERNIER repeats CODE_MEF and CODE_STRUCTURE inside."""
    return (element.findtext(tag) or "").strip()


def name_of(element: etree._Element, *tags: str) -> str:
    """The first of the children `tags` that holds something, on one line; blank without any."""
    return next((name for tag in tags if (name := normalise_name(text_of(element, tag))[0])), "")


def line_of(element: etree._Element) -> int:
    """The line on which an element begins, from 1."""
    return cast("int", element.sourceline or 1)
