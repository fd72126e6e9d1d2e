"""Whether a division's file can be asked for now, and the reason why not, as the page says it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pipeline.domain.periods import Periodicity
from pipeline.errors import EmptyDivision, NothingExportable, PeriodicityNotSet, Refused
from pipeline.labels import LEVELS


class WhyNot(StrEnum):
    """Why an export is not possible (guide, "Création du fichier")."""

    EMPTY = "empty"  # nobody under school status
    PERIODICITY = "periodicity"  # not set for the level
    ALL_RED = "all_red"  # every light is up to date and red


def why_not(periodicity: Periodicity | None, counts: Any) -> WhyNot | None:
    """The reason that forbids an export; `None` where it is possible, or may be.

    Lights in computation forbid nothing: the export itself computes them again.
    """
    if counts.pupil_count == 0:
        return WhyNot.EMPTY
    if periodicity is None:
        return WhyNot.PERIODICITY
    return WhyNot.ALL_RED if counts.red == counts.pupil_count else None


def refusal(
    reason: WhyNot, division: Any, pupil_count: int, report: dict[str, Any] | None = None
) -> Refused:
    """The same reason as the error of a request that is made all the same."""
    if reason is WhyNot.EMPTY:
        return EmptyDivision(division.code)
    if reason is WhyNot.PERIODICITY:
        return PeriodicityNotSet(division.diploma_code, LEVELS[division.level])
    return NothingExportable(division.code, pupil_count, report)
