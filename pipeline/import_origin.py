"""Whether a file is of the school and the year that are worked on."""

from __future__ import annotations

from typing import Any

from pipeline.errors import WrongSchool, WrongYear
from pipeline.store import imports as statements


def check_year(found: int, expected: int) -> None:
    """Raise WrongYear unless it is the year expected."""
    if found != expected:
        raise WrongYear(found, expected)


def check_school(connection: Any, found: str, expected: str | None) -> None:
    """Raise WrongSchool unless it is the school asked for, or one that is held, or the first."""
    held = statements.schools(connection)
    if expected is None and held and found not in held:
        expected = min(held)
    if expected is not None and found != expected:
        raise WrongSchool(found, expected)
