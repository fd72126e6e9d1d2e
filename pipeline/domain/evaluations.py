"""The evaluations of a document: the subjects of one pupil beside those of the group."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.domain import document as doc
from pipeline.domain.completeness import gaps_of
from pipeline.domain.entries import MASTERIES, has_both_names, valid_averages
from pipeline.domain.facts import (
    SPECIALITY_SUBJECT,
    BookletFacts,
    EvaluationFacts,
    LevelFacts,
    Limits,
    Teacher,
)
from pipeline.domain.gaps import GapCode
from pipeline.domain.programme import LSL_MODALITIES
from pipeline.domain.statistics import group_statistics, marked_periods
from pipeline.domain.text import normalise, normalise_name

_HUNDREDTH = Decimal("0.01")
_SUBJECT_CODE = re.compile(r"[0-9]{6}")
_SPOILS_THE_FILE = frozenset(
    {
        GapCode.AVERAGE_INVALID,
        GapCode.PERIOD_INVALID,
        GapCode.TEXT_TOO_LONG,
        GapCode.TEXT_FORBIDDEN_CHARACTER,
    }
)


@dataclass(frozen=True, slots=True)
class Group:
    """What the pupils of one subject share."""

    statistics: doc.GroupStatistics
    periods: tuple[int, ...]


def groups_of(level: LevelFacts, booklets: Iterable[BookletFacts]) -> dict[str, Group]:
    """Return the group of each subject; only valid marks of existing periods count."""
    averages: dict[str, list[Mapping[int, Decimal]]] = {}
    for booklet in booklets:
        for subject, evaluation in _by_subject(booklet).items():
            valid = valid_averages(evaluation, level.periodicity)
            averages.setdefault(subject, []).append(valid)
    return {
        subject: Group(group_statistics(of_pupils), marked_periods(of_pupils))
        for subject, of_pupils in averages.items()
    }


def _by_subject(booklet: BookletFacts) -> dict[str, EvaluationFacts]:
    """One evaluation per subject, the first: a pupil counts once in a group, has one row."""
    return {e.subject_code: e for e in reversed(booklet.evaluations)}


def evaluations_of(
    booklet: BookletFacts, level: LevelFacts, limits: Limits, groups: Mapping[str, Group]
) -> Iterator[doc.Evaluation]:
    """The speciality first, then the other subjects that the file can hold, by code."""
    others = _by_subject(booklet)
    speciality = others.pop(SPECIALITY_SUBJECT)
    yield _evaluation(speciality, level, groups[SPECIALITY_SUBJECT])
    for subject, evaluation in sorted(others.items()):
        if _can_be_written(evaluation, level, limits):
            yield _evaluation(evaluation, level, groups[subject])


def _can_be_written(evaluation: EvaluationFacts, level: LevelFacts, limits: Limits) -> bool:
    """Judge another subject by the speciality's rules; what is merely missing may be."""
    if (
        not _SUBJECT_CODE.fullmatch(evaluation.subject_code)
        or evaluation.modality not in LSL_MODALITIES
    ):
        return False
    alone = replace(evaluation, subject_code=SPECIALITY_SUBJECT)
    gaps = gaps_of(BookletFacts(0, None, 0, (alone,)), level, limits)
    return any(_teachers(evaluation)) and _SPOILS_THE_FILE.isdisjoint(gap.code for gap in gaps)


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
