from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.document import GroupStatistics
from pipeline.domain.statistics import group_statistics, marked_periods

MARK = st.integers(0, 2000).map(lambda hundredths: Decimal(hundredths).scaleb(-2))
GROUP = st.lists(st.dictionaries(st.integers(1, 3), MARK, max_size=3), max_size=40)


def of(*annual: str) -> GroupStatistics:
    return group_statistics([{1: Decimal(mean)} for mean in annual])


def shares(group: GroupStatistics) -> list[str]:
    return [str(share) for share in (group.below_8, group.from_8_to_12, group.from_12)]


@pytest.mark.parametrize("averages", [[], [{}], [{}, {}]])
def test_a_group_without_marks_has_no_statistics(averages: list[dict[int, Decimal]]) -> None:
    assert group_statistics(averages) == GroupStatistics()


def test_the_size_counts_the_pupils_with_a_mark() -> None:
    assert group_statistics([{1: Decimal(10)}, {}, {2: Decimal(0)}]).size == 2


@pytest.mark.parametrize(
    ("mean", "band"),
    [
        ("0", 0),
        ("7.99", 0),
        ("8.00", 1),
        ("8.01", 1),
        ("11.99", 1),
        ("12.00", 2),
        ("12.01", 2),
        ("20", 2),
    ],
)
def test_a_band_starts_at_its_lower_bound(mean: str, band: int) -> None:
    expected = ["0.00", "0.00", "0.00"]
    expected[band] = "100.00"

    assert shares(of(mean)) == expected


def test_bands_are_compared_before_rounding() -> None:
    group = group_statistics([{1: Decimal("7.99"), 2: Decimal("8.00")}])

    assert str(group.average) == "8.00"
    assert shares(group) == ["100.00", "0.00", "0.00"]


def test_a_mean_just_under_12_by_a_third_of_a_hundredth_stays_under() -> None:
    group = group_statistics([{1: Decimal(12), 2: Decimal(12), 3: Decimal("11.99")}])

    assert str(group.average) == "12.00"
    assert shares(group) == ["0.00", "100.00", "0.00"]


@pytest.mark.parametrize(
    ("marks", "average"),
    [(("10.00", "10.01"), "10.01"), (("7.99", "8.00"), "8.00"), (("0", "0", "0.01"), "0.00")],
)
def test_the_average_is_rounded_half_up(marks: tuple[str, ...], average: str) -> None:
    assert str(of(*marks).average) == average


def test_the_group_s_average_is_the_mean_of_annual_means_not_of_marks() -> None:
    group = group_statistics([{1: Decimal(20)}, {1: Decimal(10), 2: Decimal(10), 3: Decimal(10)}])

    assert str(group.average) == "15.00"


@pytest.mark.parametrize(
    ("annual", "expected"),
    [
        (("5", "10", "15"), ["33.34", "33.33", "33.33"]),
        (("5", "5", "10"), ["66.67", "33.33", "0.00"]),
        (("5", "10", "10"), ["33.33", "66.67", "0.00"]),
        (("5", "10", "10", "15", "15", "15"), ["16.67", "33.33", "50.00"]),
        (("5", *["10"] * 3, *["15"] * 3), ["14.28", "42.86", "42.86"]),
    ],
)
def test_the_largest_remainder_is_served_first(
    annual: tuple[str, ...], expected: list[str]
) -> None:
    assert shares(of(*annual)) == expected


@given(GROUP)
def test_shares_total_exactly_100(averages: list[dict[int, Decimal]]) -> None:
    group = group_statistics(averages)
    parts = (group.below_8, group.from_8_to_12, group.from_12)

    if group.size:
        assert str(sum((part for part in parts if part is not None), Decimal(0))) == "100.00"
        assert all(part is not None and part.as_tuple().exponent == -2 for part in parts)
    else:
        assert parts == (None, None, None)


@given(GROUP)
def test_a_share_is_never_a_hundredth_away_from_the_truth(
    averages: list[dict[int, Decimal]],
) -> None:
    group = group_statistics(averages)
    annual = [sum(map(Fraction, a.values()), Fraction()) / len(a) for a in averages if a]

    if group.below_8 is not None:
        truth = Fraction(100 * sum(mean < 8 for mean in annual), len(annual))
        assert abs(Fraction(group.below_8) - truth) < Fraction(1, 100)


@given(GROUP, st.randoms(use_true_random=False))
def test_neither_the_order_of_pupils_nor_of_periods_matters(averages, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = [dict(reversed(marks.items())) for marks in averages]
    random.shuffle(shuffled)

    assert group_statistics(shuffled) == group_statistics(averages)
    assert marked_periods(shuffled) == marked_periods(averages)


def test_marked_periods_are_those_of_anyone() -> None:
    assert marked_periods([{3: Decimal(1)}, {}, {1: Decimal(2), 3: Decimal(4)}]) == (1, 3)
    assert marked_periods([]) == ()
