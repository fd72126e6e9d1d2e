"""Statistics of a group, in exact arithmetic: nothing is rounded before it is compared."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from pipeline.domain.document import GroupStatistics

_BANDS_FROM = (8, 12)  # <8, ≥8 and <12, ≥12: the rows of the official booklet
_WHOLE = 10_000  # 100.00 % in hundredths


def group_statistics(averages_by_pupil: Sequence[Mapping[int, Decimal]]) -> GroupStatistics:
    """Return size, mean of annual means and shares of the bands, of the pupils with a mark.

    One mapping per pupil, averages by period. Two decimals, half up; the shares total 100.00.
    """
    annual = [(_total(averages), len(averages)) for averages in averages_by_pupil if averages]
    if not annual:
        return GroupStatistics()
    counts = [0, 0, 0]
    totals: dict[
        int, Decimal
    ] = {}  # by count of periods: one fraction for each, not for each pupil
    for total, periods in annual:
        counts[sum(total >= start * periods for start in _BANDS_FROM)] += 1
        totals[periods] = totals.get(periods, Decimal()) + total
    shares = [_decimal(hundredths) for hundredths in _shares(counts)]
    means = sum((Fraction(total) / periods for periods, total in totals.items()), Fraction())
    return GroupStatistics(len(annual), _decimal(_half_up(means / len(annual) * 100)), *shares)


def _total(averages: Mapping[int, Decimal]) -> Decimal:
    """Exact: marks have two decimals, far from the 28 digits that a sum of decimals keeps."""
    return sum(averages.values(), Decimal())


def marked_periods(averages_by_pupil: Sequence[Mapping[int, Decimal]]) -> tuple[int, ...]:
    """Return the periods in which the group has any mark, in order."""
    return tuple(sorted({period for averages in averages_by_pupil for period in averages}))


def _half_up(value: Fraction) -> int:
    return math.floor(value + Fraction(1, 2))


def _decimal(hundredths: int) -> Decimal:
    return Decimal(hundredths).scaleb(-2)


def _shares(counts: Sequence[int]) -> list[int]:
    """Largest remainder; between equal remainders the lower band is served first."""
    size = sum(counts)
    shares = [count * _WHOLE // size for count in counts]
    by_remainder = sorted(range(len(counts)), key=lambda band: -(counts[band] * _WHOLE % size))
    for band in by_remainder[: _WHOLE - sum(shares)]:
        shares[band] += 1
    return shares
