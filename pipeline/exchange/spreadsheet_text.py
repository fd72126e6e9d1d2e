"""Texts as spreadsheets hold them: never a formula, never a character that XML forbids."""

from __future__ import annotations

import re

from pipeline.domain.text import normalise

_STARTS = "=+\\-@\t\r"  # what a spreadsheet may take for the start of a formula
_RISKY = re.compile(f"'*[{_STARTS}]")
_GUARDED = re.compile(f"'+[{_STARTS}]")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_LIKE_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def is_risky(text: str) -> bool:
    """Whether a spreadsheet could take the text for a formula."""
    return bool(_RISKY.match(text))


def clean(text: str) -> str:
    """The text as it can be written: without what XML 1.0 forbids, newlines of one kind."""
    return normalise(text)[0]


def guarded(text: str) -> str:
    """The text as a CSV holds it: an apostrophe before what could be a formula.

    `unguarded` gives the same text back, whatever it was.
    """
    return f"'{text}" if is_risky(text) else text


def unguarded(text: str) -> str:
    """A CSV's cell without the apostrophe that keeps it from being a formula."""
    return text[1:] if _GUARDED.match(text) else text


def escaped(text: str) -> str:
    """The text as a workbook holds it: what looks like an escape (`_x0041_`) stays a text."""
    return _LIKE_ESCAPE.sub("_x005F_", text)


def unescaped(text: str) -> str:
    """A workbook's text with its escapes (ECMA-376, ST_Xstring) undone."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
