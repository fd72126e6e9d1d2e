"""Every field of a pupil's part of a document, by its place: what is compared and received."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from pipeline.domain.document import Evaluation, GroupStatistics, Pfmp, Project, Pupil, SchoolYear
from pipeline.domain.facts import Teacher

PFMP, PROJECT = "pfmp", "project"
OF_NO_YEAR = 0  # the year of what a pupil has once and for all
NO_MARK = Decimal(-1)  # as the file says it: the group has marks in that period, the pupil none
GROUP = "group_"  # the fields that a whole group shares begin so

Value = Decimal | int | str | bool | tuple[tuple[str, str], ...]


class Place(NamedTuple):
    """Where a field stands: the year, the part of the year, the field, and which one of several.

    `part` is `subject-modality` of an evaluation, `pfmp`, `project`, or empty for the year itself.
    """

    start_year: int
    part: str
    name: str
    key: str = ""


class Change(NamedTuple):
    """A field that two sides do not hold alike; `None` where one does not hold it at all."""

    place: Place
    before: Value | None
    after: Value | None


def part_of(evaluation: Evaluation) -> str:
    """The evaluation's key in a year: its subject and modality."""
    return f"{evaluation.subject_code}-{evaluation.modality}"


def fields_of(pupil: Pupil) -> dict[Place, Value]:
    """What the file says of the pupil, field by field; what it does not say is not there.

    Teachers are one field: they are a list, which is replaced as a whole. Where a year or a
    subject stands twice the last one counts.
    """
    found = {Place(OF_NO_YEAR, "", name, key): value for name, key, value in _of_no_year(pupil)} | {
        Place(year.start_year, part, name, key): value
        for year in pupil.years
        for part, name, key, value in _year(year)
    }
    return {place: value for place, value in found.items() if value is not None}


def changes_between(
    before: Mapping[Place, Value], after: Mapping[Place, Value]
) -> tuple[Change, ...]:
    """Each field that differs, in the order of places."""
    return tuple(
        Change(place, before.get(place), after.get(place))
        for place in sorted({*before, *after})
        if before.get(place) != after.get(place)
    )


_Field = tuple[str, str, str, Value | None]


def _of_no_year(pupil: Pupil) -> Iterator[tuple[str, str, Value | None]]:
    yield from (("commitment", code, True) for code in pupil.commitments)
    yield "other_commitment", "", pupil.other_commitment
    yield "exam_opinion", "", pupil.exam_opinion


def _year(year: SchoolYear) -> Iterator[_Field]:
    yield "", "periodicity", "", year.periodicity
    for kind, opinion in year.opinions:
        yield "", "opinion", kind, opinion.text
        yield "", "opinion_author", kind, ((opinion.last_name, opinion.first_name),)
        yield "", "opinion_day", kind, str(opinion.given_on) if opinion.given_on else None
    if year.pfmp is not None:
        yield from ((PFMP, name, "", value) for name, value in _pfmp(year.pfmp))
    if year.project is not None:
        yield from ((PROJECT, name, "", value) for name, value in _project(year.project))
    for evaluation in year.evaluations:
        part = part_of(evaluation)
        yield from ((part, name, key, value) for name, key, value in _evaluation(evaluation))


def _pfmp(pfmp: Pfmp) -> Iterator[tuple[str, Value | None]]:
    yield "synthesis", pfmp.synthesis
    yield "teachers", _names(pfmp.teacher)
    yield "week_count", pfmp.week_count
    yield "abroad", pfmp.abroad


def _project(project: Project) -> Iterator[tuple[str, Value | None]]:
    yield "average", project.average
    yield "appreciation", project.appreciation
    yield "teachers", _names(project.teacher)


def _evaluation(evaluation: Evaluation) -> Iterator[tuple[str, str, Value | None]]:
    for number, average in evaluation.averages:
        yield "average", str(number), NO_MARK if average is None else average
    for code, mastery in evaluation.ratings:
        yield "rating", code, mastery
    yield "appreciation", "", evaluation.appreciation
    yield "teachers", "", _names(*evaluation.teachers)
    day = evaluation.validated_on
    yield "validation_day", "", str(day) if day else None
    yield from ((f"{GROUP}{name}", "", value) for name, value in _group(evaluation.group))


def _group(group: GroupStatistics) -> Iterator[tuple[str, Value | None]]:
    yield "size", group.size or None
    yield "average", group.average
    yield "below_8", group.below_8
    yield "from_8_to_12", group.from_8_to_12
    yield "from_12", group.from_12


def _names(*teachers: Teacher) -> tuple[tuple[str, str], ...]:
    return tuple((one.last_name, one.first_name) for one in teachers)
