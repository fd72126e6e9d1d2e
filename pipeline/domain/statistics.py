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
    annual = [
        sum(map(Fraction, averages.values()), Fraction()) / len(averages)
        for averages in averages_by_pupil
        if averages
    ]
    if not annual:
        return GroupStatistics()
    counts = [0, 0, 0]
    for mean in annual:
        counts[sum(mean >= start for start in _BANDS_FROM)] += 1
    shares = [_decimal(hundredths) for hundredths in _shares(counts)]
    average = sum(annual, Fraction()) / len(annual)
    return GroupStatistics(len(annual), _decimal(_half_up(average * 100)), *shares)


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
