"""A file that was given: its name as a message may show it, and the school and year it is of."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST_NAME = 80
_END = 16  # of a long name: its extension, and what stands before
_NO_NAME = "(sans nom)"


@dataclass(frozen=True, slots=True)
class GivenFile:
    """What a refusal is about: a file by name; school and year as far as they are known."""

    name: str
    uai: str = ""
    start_year: int | None = None

    def __str__(self) -> str:
        """`eleves.xml (établissement 0999999Z, année 2025-2026)`."""
        known = [f"établissement {self.uai}"] if self.uai else []
        known += [f"année {school_year(self.start_year)}"] if self.start_year else []
        beside = f" ({', '.join(known)})" if known else ""
        return shown_name(self.name) + beside


def school_year(start_year: int) -> str:
    """`2025-2026`."""
    return f"{start_year}-{start_year + 1}"


def shown_name(name: str) -> str:
    """A file's name without its folders, short, on one line, harmless to a terminal or a page.

    Of a long one the beginning and the end are kept.
    """
    return printable(re.split(r"[/\\]", name)[-1]) or _NO_NAME


def printable(text: str, longest: int = LONGEST_NAME) -> str:
    """A text of others as a message may quote it: no control character, no more than so many."""
    safe = "".join(one if one.isprintable() else "_" for one in text[: 2 * longest]).strip()
    if len(text) <= longest:
        return safe
    end = "".join(one if one.isprintable() else "_" for one in text[-_END:])
    return f"{safe[: longest - _END - 1]}…{end}"
