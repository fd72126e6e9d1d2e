from __future__ import annotations

import datetime as dt

import pytest

from pipeline.domain.entries import periods_of
from pipeline.domain.periods import Periodicity, school_year_label, school_year_of


@pytest.mark.parametrize(
    ("day", "start_year"),
    [
        (dt.date(2025, 7, 31), 2024),
        (dt.date(2025, 8, 1), 2025),
        (dt.date(2025, 8, 2), 2025),
        (dt.date(2025, 12, 31), 2025),
        (dt.date(2026, 1, 1), 2025),
        (dt.date(2024, 2, 29), 2023),
    ],
)
def test_a_school_year_turns_in_august(day: dt.date, start_year: int) -> None:
    assert school_year_of(day) == start_year


def test_a_school_year_is_named_by_both_its_years() -> None:
    assert school_year_label(2025) == "2025-2026"
    assert school_year_label(1999) == "1999-2000"


@pytest.mark.parametrize(
    ("periodicity", "periods"),
    [(Periodicity.TRIMESTER, [1, 2, 3]), (Periodicity.SEMESTER, [1, 2]), (None, [1, 2, 3])],
)
def test_a_periodicity_tells_its_periods(
    periodicity: Periodicity | None, periods: list[int]
) -> None:
    assert list(periods_of(periodicity)) == periods
