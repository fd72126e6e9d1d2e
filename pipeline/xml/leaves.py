"""Texts, numbers and days of a file that its schema takes, and what is beyond reason in them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from lxml import etree

_DAY = len("2026-06-12")
_LONGEST_NUMBER = 30  # an XSD bounds no number; Python refuses to read one of 4,301 digits
Element = etree._Element  # noqa: SLF001 - lxml's only name for the type


class BeyondReason(ValueError):
    """A number that the schema takes and nothing real has; the text is `CODE : phrase (place)`."""


def child(parent: Element, name: str) -> Element:
    """The only child of that name; the schema has seen it."""
    return next(parent.iterfind(name))


def text(element: Element) -> str:
    """Its text, empty where it has none."""
    return element.text or ""


def attribute(element: Element, name: str) -> str:
    """An attribute that the schema asks for."""
    return str(element.attrib[name])


def integer(element: Element, name: str) -> int:
    """A whole number. Raises BeyondReason."""
    return int(_number(element, name))


def decimal(element: Element, name: str) -> Decimal:
    """A decimal number. Raises BeyondReason."""
    return Decimal(_number(element, name))


def _number(element: Element, name: str) -> str:
    number = attribute(element, name).strip()
    if len(number) > _LONGEST_NUMBER:
        place = f"{element.getroottree().getpath(element)}/@{name}, ligne {element.sourceline}"
        raise BeyondReason(f"NUMBER_TOO_LONG : nombre démesuré ({place})")
    return number


def day(dated: Element) -> dt.date:
    """A day of the calendar that Python knows; xs:date also takes a zone, and years beyond."""
    try:
        return dt.date.fromisoformat(attribute(dated, "date").strip()[:_DAY])
    except ValueError:
        place = f"{dated.getroottree().getpath(dated)}/@date, ligne {dated.sourceline}"
        raise BeyondReason(f"DATE_BEYOND_REASON : date démesurée ({place})") from None
