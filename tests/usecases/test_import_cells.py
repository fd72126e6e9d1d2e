"""Cells as people and spreadsheets write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.import_cells import edit_of


@pytest.mark.parametrize(
    ("text", "mark"),
    [("12,5", "12.5"), ("12.50", "12.50"), ("12", "12"), (" 12,5\u00a0", "12.5"), ("12,", "12"),
     ("+3", "3"), ("-1", "-1"), ("0,0", "0")],
)  # fmt: skip
def test_a_mark_is_read_with_a_comma_or_a_point(text: str, mark: str) -> None:
    edit, faults = edit_of({"moyenne_2": text, "projet_moyenne": text})
    assert (edit.averages, edit.project_average, faults) == (
        {2: Decimal(mark)}, Decimal(mark), [],
    )  # fmt: skip


@pytest.mark.parametrize("text", ["abs", "1e1", "1_2", "NaN", "Infinity", "12,5,0", "=12", "12/20"])
def test_what_is_no_number_is_refused_and_not_quoted(text: str) -> None:
    edit, (fault,) = edit_of({"moyenne_1": text})
    assert edit.averages == {1: None}
    assert text not in fault


@pytest.mark.parametrize("text", ["12/05/2026", "12/05", "12-mai", "05-juil.", "2026-05-12"])
def test_a_number_that_became_a_date_is_told(text: str) -> None:
    _, faults = edit_of({"moyenne_1": text, "9001": text})
    assert len(faults) == 2
    assert all("en a fait une date" in one for one in faults)


@pytest.mark.parametrize(("text", "degree"), [("3", 3), ("3,00", 3), ("4.0", 4), (" 1 ", 1)])
def test_a_degree_is_read(text: str, degree: int) -> None:
    edit, faults = edit_of({"9001": text})
    assert (edit.ratings, faults) == ({"9001": degree}, [])


@pytest.mark.parametrize("text", ["0", "5", "3,5", "NE", "²", "-1", "1" * 5_000])
def test_a_degree_is_1_to_4(text: str) -> None:
    assert edit_of({"9001": text})[1] == ["compétence 9001 : attendu 1, 2, 3 ou 4."]


@pytest.mark.parametrize(
    ("text", "weeks", "wrong"), [("6", 6, False), ("6,0", 6, False), ("six", None, True)]
)
def test_weeks_are_whole(text: str, weeks: int | None, *, wrong: bool) -> None:
    edit, faults = edit_of({"pfmp_semaines": text})
    assert (edit.pfmp_week_count, bool(faults)) == (weeks, wrong)


@pytest.mark.parametrize(
    ("text", "abroad", "wrong"),
    [("Oui", True, False), ("non", False, False), ("VRAI", True, False), ("x", None, True)],
)
def test_abroad_is_yes_or_no(text: str, *, abroad: bool | None, wrong: bool) -> None:
    edit, faults = edit_of({"pfmp_etranger": text})
    assert (edit.pfmp_abroad, bool(faults)) == (abroad, wrong)
