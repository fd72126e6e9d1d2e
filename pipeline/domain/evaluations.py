"""The evaluations of a document: the subjects of one pupil beside those of the group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from pipeline.domain import document as doc
from pipeline.domain.entries import MASTERIES, has_both_names, valid_averages
from pipeline.domain.facts import (
    SPECIALITY_SUBJECT,
    BookletFacts,
    EvaluationFacts,
    LevelFacts,
    Teacher,
)
from pipeline.domain.statistics import group_statistics, marked_periods
from pipeline.domain.subjects import by_subject
from pipeline.domain.text import normalise, normalise_name

_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Group:
    """What the pupils of one subject share."""

    statistics: doc.GroupStatistics
    periods: tuple[int, ...]


def groups_of(level: LevelFacts, booklets: Iterable[BookletFacts]) -> dict[str, Group]:
    """Return the group of each subject; only valid marks of existing periods count."""
    averages: dict[str, list[Mapping[int, Decimal]]] = {}
    for booklet in booklets:
        for subject, evaluation in by_subject(booklet).items():
            valid = valid_averages(evaluation, level.periodicity)
            averages.setdefault(subject, []).append(valid)
    return {
        subject: Group(group_statistics(of_pupils), marked_periods(of_pupils))
        for subject, of_pupils in averages.items()
    }


def evaluations_of(
    booklet: BookletFacts,
    others: Iterable[EvaluationFacts],
    level: LevelFacts,
    groups: Mapping[str, Group],
) -> Iterator[doc.Evaluation]:
    """The speciality first, then the others in their order."""
    for one in (by_subject(booklet)[SPECIALITY_SUBJECT], *others):
        yield _evaluation(one, level, groups[one.subject_code])


def _evaluation(facts: EvaluationFacts, level: LevelFacts, group: Group) -> doc.Evaluation:
    averages = valid_averages(facts, level.periodicity)
    expected = ((c.code, facts.ratings.get(c.code)) for c in level.competences)
    return doc.Evaluation(
        subject_code=facts.subject_code,
        modality=facts.modality,
        group=group.statistics,
        appreciation=text_of(facts.appreciation) or None,
        averages=tuple((period, mark_of(averages.get(period))) for period in group.periods),
        ratings=tuple(
            (code, rating)
            for code, rating in expected
            if rating is not None and rating in MASTERIES
        ),
        teachers=tuple(_teachers(facts)),
    )


def _teachers(facts: EvaluationFacts) -> Iterator[Teacher]:
    for teacher in facts.teachers:
        if has_both_names(teacher.last_name, teacher.first_name):
            yield teacher_of(teacher.last_name, teacher.first_name)


def teacher_of(last_name: str | None, first_name: str | None) -> Teacher:
    """Return the teacher as the file names one, on one line."""
    return Teacher(normalise_name(last_name or "")[0], normalise_name(first_name or "")[0])


def text_of(text: str | None) -> str:
    """Return the text as it is stored, empty when there is none."""
    return normalise(text or "")[0]


def mark_of(average: Decimal | None) -> Decimal | None:
    """Two decimals always, and no minus zero: the same mark gives the same bytes."""
    return None if average is None else abs(average.quantize(_HUNDREDTH))
