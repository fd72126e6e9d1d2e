"""The subjects beside the speciality: which of them the file can hold, and why not the others."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from pipeline.domain.entries import has_both_names, is_blank
from pipeline.domain.facts import (
    SPECIALITY_SUBJECT,
    BookletFacts,
    EvaluationFacts,
    LevelFacts,
    Limits,
)
from pipeline.domain.gaps import SUBJECT_GAPS, Gap, GapCode, Severity
from pipeline.domain.mark_rules import every_average_is_valid, every_period_exists
from pipeline.domain.programme import LSL_MODALITIES
from pipeline.domain.text_rules import every_text_can_be_written, every_text_fits

_NATIONAL_CODE = re.compile(r"[0-9]{6}")
_SPOILS_THE_FILE = (
    every_average_is_valid,
    every_period_exists,
    every_text_fits,
    every_text_can_be_written,
)


def by_subject(booklet: BookletFacts) -> dict[str, EvaluationFacts]:
    """One evaluation per subject, the first: a pupil counts once in a group, has one row."""
    return {e.subject_code: e for e in reversed(booklet.evaluations)}


def every_subject_can_be_exported(
    booklet: BookletFacts, level: LevelFacts, limits: Limits
) -> Iterator[Gap]:
    """What was entered in another subject reaches the file.

    Optional: nothing of another subject is mandatory (guide, "Statut du niveau de saisie"), but a
    pupil of whom something entered stays behind is exported as incomplete, never as complete.
    """
    for code, evaluation in sorted(by_subject(booklet).items()):
        if code != SPECIALITY_SUBJECT and _holds_something(evaluation):
            for reason in _obstacles(evaluation, level, limits):
                yield Gap(reason, Severity.OPTIONAL, code)


def other_subjects(
    booklet: BookletFacts, level: LevelFacts, limits: Limits, gaps: Collection[Gap]
) -> Iterator[EvaluationFacts]:
    """The other subjects that the file can hold, by code.

    `gaps` are the booklet's: they tell already of those in which something was entered.
    """
    kept_out = {gap.subject for gap in gaps if gap.code in SUBJECT_GAPS}
    for code, evaluation in sorted(by_subject(booklet).items()):
        if code == SPECIALITY_SUBJECT or code in kept_out:
            continue
        if _holds_something(evaluation) or not any(_obstacles(evaluation, level, limits)):
            yield evaluation


def _obstacles(evaluation: EvaluationFacts, level: LevelFacts, limits: Limits) -> Iterator[GapCode]:
    """Each reason why the file cannot hold another subject; what is merely missing is none.

    Its texts and marks are judged by the speciality's rules; `enseignants` is required.
    """
    if not _NATIONAL_CODE.fullmatch(evaluation.subject_code):
        yield GapCode.SUBJECT_CODE_NOT_NATIONAL
    if evaluation.modality not in LSL_MODALITIES:
        yield GapCode.SUBJECT_MODALITY_REFUSED
    if not any(has_both_names(one.last_name, one.first_name) for one in evaluation.teachers):
        yield GapCode.SUBJECT_TEACHER_MISSING
    alone = BookletFacts(0, None, 0, (replace(evaluation, subject_code=SPECIALITY_SUBJECT),))
    if any(gap for rule in _SPOILS_THE_FILE for gap in rule(alone, level, limits)):
        yield GapCode.SUBJECT_VALUE_INVALID


def _holds_something(evaluation: EvaluationFacts) -> bool:
    entered = evaluation.averages or evaluation.ratings
    return bool(entered) or not is_blank(evaluation.appreciation)
