from __future__ import annotations

import datetime as dt
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from pipeline.domain.document import GroupStatistics
from pipeline.domain.facts import Teacher
from pipeline.domain.fields import NO_MARK, Change, Place, changes_between, fields_of
from pipeline.domain.life import ExamOpinion, Opinion
from pipeline.domain.periods import Periodicity
from tests.xml.documents import EVALUATION, GROUP, PFMP, PROJECT, PUPIL, YEAR

HERE = "071100-S"


def pupil(**spoiled: Any):
    return replace(PUPIL, years=(replace(YEAR, **spoiled),))


def with_evaluation(**spoiled: Any):
    return pupil(evaluations=(replace(EVALUATION, **spoiled),))


def test_each_field_has_its_place() -> None:
    assert fields_of(PUPIL) == {
        Place(0, "", "commitment", "C"): True,
        Place(0, "", "commitment", "S"): True,
        Place(0, "", "other_commitment"): "Jeune sapeur-pompier.",
        Place(0, "", "exam_opinion"): ExamOpinion.FAVOURABLE,
        Place(2025, "", "periodicity"): Periodicity.SEMESTER,
        Place(2025, "", "opinion", "head"): "Avis favorable.",
        Place(2025, "", "opinion_author", "head"): (("ROUX", "Zoé"),),
        Place(2025, "", "opinion_day", "head"): "2026-06-12",
        Place(2025, "pfmp", "synthesis"): "Tâches variées, sérieux.",
        Place(2025, "pfmp", "teachers"): (("DURAND", "Inès"),),
        Place(2025, "pfmp", "week_count"): 12,
        Place(2025, "pfmp", "abroad"): True,
        Place(2025, "project", "average"): Decimal(14),
        Place(2025, "project", "appreciation"): "Objet abouti.",
        Place(2025, "project", "teachers"): (("DURAND", "Inès"),),
        Place(2025, HERE, "average", "1"): Decimal("11.5"),
        Place(2025, HERE, "average", "2"): NO_MARK,
        Place(2025, HERE, "rating", "9001"): 3,
        Place(2025, HERE, "rating", "9002"): 4,
        Place(2025, HERE, "appreciation"): "Progrès nets en atelier.\nAutonomie à consolider.",
        Place(2025, HERE, "teachers"): (("DURAND", "Inès"), ("LEROY", "Anaïs")),
        Place(2025, HERE, "validation_day"): "2026-06-12",
        Place(2025, HERE, "group_size"): 24,
        Place(2025, HERE, "group_average"): Decimal("12.35"),
        Place(2025, HERE, "group_below_8"): Decimal("12.50"),
        Place(2025, HERE, "group_from_8_to_12"): Decimal("37.50"),
        Place(2025, HERE, "group_from_12"): Decimal("50.00"),
    }


def leaves(value: Any) -> int:
    """How many values an object of a document holds, whatever fields it has or will have."""
    if isinstance(value, Teacher | Opinion):  # of an opinion, two names are one value
        return 1 if isinstance(value, Teacher) else len(fields(value)) - 1
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        return sum(leaves(one) if is_dataclass(one) else 1 for _, one in value)
    if is_dataclass(value):
        return sum(leaves(getattr(value, one.name)) for one in fields(value))
    if isinstance(value, tuple) and value and isinstance(value[0], Teacher):
        return 1
    if isinstance(value, tuple) and value and is_dataclass(value[0]):
        return sum(map(leaves, value))
    return len(value) if isinstance(value, tuple) else 1


def test_no_field_of_a_document_is_forgotten() -> None:
    keys = 1 + 1 + 2  # the pupil's id, the year, subject and modality make the places
    assert len(fields_of(PUPIL)) == leaves(PUPIL) - keys


def test_what_is_not_said_has_no_place() -> None:
    bare = pupil(
        evaluations=(
            replace(
                EVALUATION,
                group=GroupStatistics(),
                appreciation=None,
                averages=(),
                ratings=(),
                validated_on=None,
            ),
        ),
        pfmp=replace(PFMP, week_count=None),
        project=None,
        opinions=(),
    )
    bare = replace(bare, commitments=(), other_commitment=None, exam_opinion=None)
    assert {(place.part, place.name) for place in fields_of(bare)} == {
        ("", "periodicity"), ("pfmp", "synthesis"), ("pfmp", "teachers"), ("pfmp", "abroad"),
        (HERE, "teachers"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("spoiled", "names"),
    [
        (pupil(periodicity=Periodicity.TRIMESTER), {"periodicity"}),
        (pupil(pfmp=replace(PFMP, synthesis="Autre")), {"synthesis"}),
        (pupil(pfmp=replace(PFMP, abroad=False)), {"abroad"}),
        (pupil(pfmp=replace(PFMP, week_count=None)), {"week_count"}),
        (pupil(pfmp=None), {"synthesis", "teachers", "week_count", "abroad"}),
        (pupil(project=replace(PROJECT, average=Decimal(15))), {"average"}),
        (with_evaluation(averages=((1, Decimal("11.50")), (2, None))), set()),
        (with_evaluation(averages=((1, None), (2, None))), {"average"}),
        (with_evaluation(averages=((1, Decimal("11.5")),)), {"average"}),
        (with_evaluation(ratings=(("9001", 3), ("9002", "NE"))), {"rating"}),
        (with_evaluation(teachers=EVALUATION.teachers[::-1]), {"teachers"}),
        (with_evaluation(group=replace(GROUP, size=25)), {"group_size"}),
        (with_evaluation(validated_on=None), {"validation_day"}),
        (with_evaluation(validated_on=dt.date(2026, 6, 13)), {"validation_day"}),
    ],
)
def test_one_thing_changed_is_one_change_told_both_ways(spoiled, names) -> None:
    there = changes_between(fields_of(PUPIL), fields_of(spoiled))
    back = changes_between(fields_of(spoiled), fields_of(PUPIL))
    assert {one.place.name for one in there} == names
    assert back == tuple(Change(place, after, before) for place, before, after in there)
