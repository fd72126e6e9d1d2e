"""Whether a file may be imported: of the school and year worked on, and without an error."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from pipeline.domain.given_file import GivenFile
from pipeline.errors import ImportRefused, WrongSchool, WrongYear
from pipeline.exchange.advice import advice_of
from pipeline.exchange.problems import Problem, ProblemSeverity
from pipeline.store import imports as statements


class OfASchool(Protocol):
    """A file read, which says whose it is."""

    @property
    def file_name(self) -> str:
        """Its name as it was given."""

    @property
    def uai(self) -> str:
        """The school."""

    @property
    def start_year(self) -> int:
        """The year."""


def given(file: OfASchool) -> GivenFile:
    """What a refusal says of the file."""
    return GivenFile(file.file_name, file.uai, file.start_year)


def check_year(file: OfASchool, expected: int) -> None:
    """Raise WrongYear unless it is the year expected."""
    if file.start_year != expected:
        raise WrongYear(given(file), expected)


def check_school(connection: Any, file: OfASchool, expected: str | None) -> None:
    """Raise WrongSchool unless it is the school asked for, or one that is held, or the first."""
    held = statements.schools(connection)
    if expected is None and held and file.uai not in held:
        expected = min(held)
    if expected is not None and file.uai != expected:
        raise WrongSchool(given(file), expected)


def refuse_errors(file: GivenFile, problems: Iterable[Problem]) -> None:
    """Raise ImportRefused with every error among the problems, and what to do about each kind."""
    errors = [one for one in problems if one.severity is ProblemSeverity.ERROR]
    if errors:
        advice = advice_of(one.code for one in errors)
        raise ImportRefused(file, [one.message for one in errors], advice)
