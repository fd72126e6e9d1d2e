"""Rules at entry: every fault is said, nothing is cut, nothing is rounded."""

from __future__ import annotations

from decimal import Decimal

import pytest
from builders import level

from pipeline.domain.entry import Edit, checked, parse_average
from pipeline.domain.facts import Limits, Teacher
from pipeline.domain.periods import Periodicity

LIMITS = Limits()


def faults(edit, **changes):
    return list(checked(edit, level(**changes), LIMITS).faults)


@pytest.mark.parametrize("mark", ["0", "20", "12.25", "20.00", "0.01", "12.500"])
def test_a_mark_from_0_to_20_with_two_decimals_is_taken(mark):
    assert faults(Edit(averages={1: Decimal(mark)})) == []


@pytest.mark.parametrize("mark", ["-0.01", "20.01", "1E+3", "NaN", "sNaN", "Infinity"])
def test_a_mark_outside_0_to_20_is_refused(mark):
    expected = "Moyenne de la période 1 : attendu un nombre de 0 à 20."
    assert faults(Edit(averages={1: Decimal(mark)})) == [expected]


@pytest.mark.parametrize("mark", ["12.345", "12.50000000000000000000000000000001"])
def test_a_mark_is_never_rounded(mark):
    expected = "Moyenne de la période 2 : deux décimales au plus."
    assert faults(Edit(averages={2: Decimal(mark)})) == [expected]


@pytest.mark.parametrize(
    ("periodicity", "period", "refused"),
    [
        (Periodicity.SEMESTER, 2, False),
        (Periodicity.SEMESTER, 3, True),
        (Periodicity.TRIMESTER, 0, True),
        (Periodicity.TRIMESTER, 3, False),
        (Periodicity.TRIMESTER, 4, True),
    ],
)
def test_a_period_exists_in_the_periodicity(periodicity, period, refused):
    found = faults(Edit(averages={period: Decimal(10)}), periodicity=periodicity)
    assert bool(found) is refused


@pytest.mark.parametrize(("mastery", "refused"), [(0, True), (1, False), (4, False), (5, True)])
def test_a_mastery_is_1_to_4(mastery, refused):
    assert bool(faults(Edit(ratings={"9001": mastery}))) is refused


def test_an_unexpected_competence_is_refused_but_may_be_erased():
    assert "1234" in faults(Edit(ratings={"1234": 2}))[0]
    assert faults(Edit(ratings={"1234": None})) == []


@pytest.mark.parametrize(("length", "refused"), [(299, False), (300, False), (301, True)])
def test_a_long_text_is_refused_with_its_length(length, refused):
    found = checked(Edit(appreciation="é" * length), level(), LIMITS)
    expected = ("Appréciation générale : 301 caractères, 300 au plus.",) if refused else ()
    assert found.faults == expected
    assert found.edit.appreciation == "é" * length


def test_texts_are_composed_and_newlines_are_one_character():
    found = checked(Edit(appreciation="  e\u0301te\u0301\r\nfini "), level(), LIMITS)
    assert found.edit.appreciation == "\u00e9t\u00e9\nfini"


def test_removed_characters_are_named():
    found = checked(Edit(pfmp_synthesis="Bon\u0001 stage\u0008"), level(), LIMITS)
    assert found.edit.pfmp_synthesis == "Bon stage"
    expected = "Synthèse PFMP : caractères interdits en XML retirés (U+0001, U+0008)."
    assert found.notes == (expected,)


@pytest.mark.parametrize("teacher", [Teacher("DURAND", " "), Teacher("", "Inès")])
def test_a_teacher_has_both_names(teacher):
    found = faults(Edit(teachers=(Teacher("PETIT", "Zoé"), teacher)))
    expected = "Enseignant n° 2 : le nom et le prénom sont tous deux nécessaires."
    assert found == [expected]


def test_project_fields_are_checked():
    edit = Edit(project_average=Decimal(21), project_teacher_last_name="D" * 66)
    assert faults(edit) == [
        "Moyenne du projet : attendu un nombre de 0 à 20.",
        "Nom de l'enseignant du projet : 66 caractères, 65 au plus.",
    ]


@pytest.mark.parametrize("weeks", [-1, 1000])
def test_a_number_of_weeks_has_three_digits(weeks):
    assert faults(Edit(pfmp_week_count=weeks)) == [
        "Semaines de PFMP : attendu un nombre de 0 à 999."
    ]


def test_a_level_without_framework_is_said_once_and_not_for_each_competence():
    (told,) = faults(Edit(ratings={"9001": 3, "9002": 4}), competences=())
    assert "référentiel" in told
    assert faults(Edit(ratings={"9001": None}), competences=()) == []


def test_every_fault_is_said_at_once():
    edit = Edit(averages={4: Decimal(30)}, ratings={"1": 9}, appreciation="a" * 301)
    assert len(faults(edit)) == 5


@pytest.mark.parametrize(
    ("text", "value"),
    [("12,5", "12.5"), (" 12.50 ", "12.50"), ("", None), ("abs", None), ("1 2", None),
     ("nan", None), ("inf", None)],
)  # fmt: skip
def test_an_average_is_read_with_a_french_comma(text, value):
    assert parse_average(text) == (None if value is None else Decimal(value))
