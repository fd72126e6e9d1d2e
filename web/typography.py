"""The spaces of French typography in a page, which never part a sign from its word."""

from __future__ import annotations

import re

_KEPT = re.compile(r"(<textarea\b.*?</textarea>|<code\b.*?</code>|<[^>]*>)", re.DOTALL)
_SPACE = re.compile(r" (?=[:;!?»%])|(?<=«) |(?<=\d) (?=h \d)|(?<=\d h) (?=\d)")


def unbroken(html: str) -> str:
    """The page with unbreakable spaces in its texts; tags and what is typed stay to the letter."""
    parts = _KEPT.split(html)
    parts[::2] = [_SPACE.sub("\u00a0", one) for one in parts[::2]]
    return "".join(parts)
