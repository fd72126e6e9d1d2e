from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.domain.differences import header_changes
from pipeline.domain.fields import NO_MARK, Place, fields_of
from pipeline.domain.periods import Periodicity
from pipeline.field_labels import FATES, PRESENCES, REFUSALS, field_label, part_label, value_label
from tests.xml import documents as built

HERE = "071100-S"


def test_every_field_of_a_document_has_words_of_its_own_in_its_part() -> None:
    header = header_changes(built.DOCUMENT, built.document(editor="A", application="B", uai="C"))
    places = [*fields_of(built.PUPIL), *(one.place for one in header)]
    words = {(part_label(place), field_label(place)) for place in places}
    assert len(words) == len(places)
    assert all(label.strip() == label != "" for _, label in words)


@pytest.mark.parametrize("words", [FATES, PRESENCES, REFUSALS])
def test_every_code_has_a_label_of_its_own(words) -> None:
    assert list(words) == list(type(next(iter(words))))
    assert len(set(words.values())) == len(words)


def test_every_refusal_says_what_to_do() -> None:
    assert all(" : " in words for words in REFUSALS.values())


@pytest.mark.parametrize(
    ("place", "part", "field"),
    [
        (Place(2025, HERE, "average", "1"), HERE, "moyenne, période 1"),
        (Place(2025, HERE, "rating", "9001"), HERE, "degré de maîtrise, compétence 9001"),
        (Place(2025, "pfmp", "week_count"), "PFMP", "nombre de semaines"),
        (Place(2024, "project", "average"), "projet", "moyenne"),
        (Place(2023, "project", "average"), "chef-d’œuvre", "moyenne"),
        (Place(2025, "", "periodicity"), "", "périodicité"),
    ],
)  # fmt: skip
def test_a_place_is_named_in_french(place, part, field) -> None:
    assert (part_label(place), field_label(place)) == (part, field)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "absent"), (Decimal("11.50"), "11,50"), (NO_MARK, "sans note"), (3, "3"),
        ("NE", "NE"), (True, "oui"), (False, "non"), (Periodicity.SEMESTER, "Semestres"),
        ((("DURAND", "Inès"), ("LEROY", "")), "DURAND Inès, LEROY"),
    ],
)  # fmt: skip
def test_a_value_is_written_for_people(value, words) -> None:
    assert value_label(value) == words
