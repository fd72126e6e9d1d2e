"""The rules about the averages of the speciality: which the file can hold."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.domain.entries import is_average, periods_of
from pipeline.domain.facts import BookletFacts, LevelFacts, Limits
from pipeline.domain.gaps import Gap, GapCode, Severity


def every_average_is_valid(booklet: BookletFacts, _: LevelFacts, __: Limits) -> Iterator[Gap]:
    """0 to 20 with two decimals; the schema checks the decimals only."""
    for period, average in sorted(booklet.speciality.averages.items()):
        if not is_average(average):
            yield Gap(GapCode.AVERAGE_INVALID, Severity.MANDATORY, str(period))


def every_period_exists(booklet: BookletFacts, level: LevelFacts, _: Limits) -> Iterator[Gap]:
    """No third period under semesters; the schema does not check it."""
    for period in sorted(booklet.speciality.averages):
        if period not in periods_of(level.periodicity):
            yield Gap(GapCode.PERIOD_INVALID, Severity.MANDATORY, str(period))
