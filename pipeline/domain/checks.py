"""The second net: what a schema lets through and LSL would take wrongly. Rules return faults."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from decimal import Decimal
from typing import TypeVar

from pipeline.domain.document import (
    Document,
    Evaluation,
    GroupStatistics,
    Pfmp,
    Project,
    Pupil,
    SchoolYear,
)
from pipeline.domain.entries import MASTERIES
from pipeline.domain.facts import Limits, Teacher
from pipeline.domain.faults import Fault, FaultCode
from pipeline.domain.text import forbidden_characters

APPLICATION_LIMIT = 50  # entete/application
_UAI = re.compile(r"[0-9]{7}[A-Z]")
_T = TypeVar("_T", bound=Hashable)
_Found = Iterator[tuple[FaultCode, str]]


def document_faults(document: Document, limits: Limits) -> list[Fault]:
    """Every fault of `document`, the file's first, then pupil by pupil in the document's order.

    Lengths count characters with a Windows newline as one (lsl-format, 1.2).
    """
    faults = [Fault(code, None, subject) for code, subject in _header(document)]
    twice = _repeated(pupil.siecle_id for pupil in document.pupils)
    faults += [Fault(FaultCode.PUPIL_DUPLICATED, siecle_id) for siecle_id in twice]
    for pupil in document.pupils:
        found = _pupil(pupil, limits)
        faults.extend(Fault(code, pupil.siecle_id, subject) for code, subject in found)
    return faults


def _header(document: Document) -> _Found:
    if not document.editor.strip():
        yield FaultCode.EDITOR_BLANK, "editor"
    if len(document.application) > APPLICATION_LIMIT:
        yield FaultCode.APPLICATION_TOO_LONG, "application"
    if not _UAI.fullmatch(document.uai):
        yield FaultCode.UAI_INVALID, "uai"
    if not document.pupils:
        yield FaultCode.NO_PUPIL, ""
    yield from _characters(document.editor, "editor")
    yield from _characters(document.application, "application")


def _pupil(pupil: Pupil, limits: Limits) -> _Found:
    if not pupil.years:
        yield FaultCode.NO_YEAR, ""
    if pupil.other_commitment is not None:
        yield from _text(pupil.other_commitment, limits.appreciation, "other commitment")
    for commitment in _repeated(pupil.commitments):
        yield FaultCode.COMMITMENT_DUPLICATED, commitment
    for start_year in _repeated(y.start_year for y in pupil.years):
        yield FaultCode.YEAR_DUPLICATED, str(start_year)
    for year in pupil.years:
        for code, subject in _year(year, limits):
            yield code, f"{year.start_year}/{subject}".rstrip("/")


def _year(year: SchoolYear, limits: Limits) -> _Found:
    if not year.evaluations:
        yield FaultCode.NO_EVALUATION, ""
    for subject, modality in _repeated((e.subject_code, e.modality) for e in year.evaluations):
        yield FaultCode.SUBJECT_DUPLICATED, f"{subject}-{modality}"
    for kind, opinion in year.opinions:
        yield from _text(opinion.text, limits.appreciation, f"opinion {kind}")
        author = Teacher(opinion.last_name, opinion.first_name)
        yield from _teacher(author, limits, f"opinion {kind}/author")
    if year.pfmp is not None:
        yield from _pfmp(year.pfmp, limits)
    if year.project is not None:
        yield from _project(year.project, limits)
    for evaluation in year.evaluations:
        for code, subject in _evaluation(evaluation, year.periodicity.period_count, limits):
            yield code, f"{evaluation.subject_code}-{evaluation.modality}/{subject}"


def _pfmp(pfmp: Pfmp, limits: Limits) -> _Found:
    yield from _text(pfmp.synthesis, limits.pfmp_synthesis, "pfmp/synthesis")
    yield from _teacher(pfmp.teacher, limits, "pfmp/teacher")


def _project(project: Project, limits: Limits) -> _Found:
    if not _between(project.average, 20):
        yield FaultCode.AVERAGE_INVALID, "project/average"
    yield from _text(project.appreciation, limits.appreciation, "project/appreciation")
    yield from _teacher(project.teacher, limits, "project/teacher")


def _evaluation(evaluation: Evaluation, period_count: int, limits: Limits) -> _Found:
    yield from _group(evaluation.group)
    if evaluation.appreciation is not None:
        yield from _text(evaluation.appreciation, limits.appreciation, "appreciation")
    yield from _averages(evaluation.averages, period_count)
    for code in _repeated(code for code, _ in evaluation.ratings):
        yield FaultCode.COMPETENCE_DUPLICATED, f"competence {code}"
    for code, mastery in evaluation.ratings:
        if mastery not in MASTERIES:
            yield FaultCode.MASTERY_INVALID, f"competence {code}"
    for rank, teacher in enumerate(evaluation.teachers, start=1):
        yield from _teacher(teacher, limits, f"teacher {rank}")


def _averages(averages: tuple[tuple[int, Decimal | None], ...], period_count: int) -> _Found:
    for number in _repeated(number for number, _ in averages):
        yield FaultCode.PERIOD_DUPLICATED, f"period {number}"
    for number, average in averages:
        if not 1 <= number <= period_count:
            yield FaultCode.PERIOD_INVALID, f"period {number}"
        if average is not None and not _between(average, 20):
            yield FaultCode.AVERAGE_INVALID, f"period {number}"


def _group(group: GroupStatistics) -> _Found:
    bands = [b for b in (group.below_8, group.from_8_to_12, group.from_12) if b is not None]
    figures = len(bands) + (group.average is not None)
    if group.size < 0 or figures != (4 if group.size else 0):
        yield FaultCode.GROUP_INCOMPLETE, "group"
    if group.average is not None and not _between(group.average, 20):
        yield FaultCode.AVERAGE_INVALID, "group"
    if bands and (sum(bands) != 100 or not all(_between(band, 100) for band in bands)):  # noqa: PLR2004  percent
        yield FaultCode.BANDS_NOT_100, "group"


def _teacher(teacher: Teacher, limits: Limits, where: str) -> _Found:
    if not (teacher.last_name.strip() and teacher.first_name.strip()):
        yield FaultCode.TEACHER_NAME_INCOMPLETE, where
    for name, limit, part in (
        (teacher.last_name, limits.last_name, "last_name"),
        (teacher.first_name, limits.first_name, "first_name"),
    ):
        yield from _length(name, limit, f"{where}/{part}")
        yield from _characters(name, f"{where}/{part}")


def _text(text: str, limit: int, where: str) -> _Found:
    if not text.strip():
        yield FaultCode.TEXT_BLANK, where
    yield from _length(text, limit, where)
    yield from _characters(text, where)


def _length(text: str, limit: int, where: str) -> _Found:
    if len(text.replace("\r\n", "\n")) > limit:
        yield FaultCode.TEXT_TOO_LONG, where


def _characters(text: str, where: str) -> _Found:
    if forbidden_characters(text):
        yield FaultCode.TEXT_FORBIDDEN_CHARACTER, where


def _between(value: Decimal, highest: int) -> bool:
    return value.is_finite() and 0 <= value <= highest


def _repeated(items: Iterable[_T]) -> list[_T]:
    return [item for item, count in Counter(items).items() if count > 1]
