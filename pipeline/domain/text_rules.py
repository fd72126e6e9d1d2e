"""The rules about the texts of a booklet: how long, and with which characters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pipeline.domain.facts import BookletFacts, LevelFacts, Limits
from pipeline.domain.gaps import Gap, GapCode, Severity
from pipeline.domain.text import forbidden_characters, normalise


class TextEntry(NamedTuple):
    """One text of a booklet, its longest length, and how grave it is when it does not fit."""

    field: str
    text: str | None
    limit: int
    severity: Severity = Severity.MANDATORY


def every_text_fits(booklet: BookletFacts, level: LevelFacts, limits: Limits) -> Iterator[Gap]:
    """Characters are counted after newline normalisation; nothing is cut silently."""
    for entered in texts_of(booklet, level, limits):
        if entered.text and len(normalise(entered.text)[0]) > entered.limit:
            yield Gap(GapCode.TEXT_TOO_LONG, entered.severity, entered.field)


def every_text_can_be_written(
    booklet: BookletFacts, level: LevelFacts, limits: Limits
) -> Iterator[Gap]:
    """XML 1.0 forbids some characters, even escaped."""
    for entered in texts_of(booklet, level, limits):
        if entered.text and forbidden_characters(entered.text):
            yield Gap(GapCode.TEXT_FORBIDDEN_CHARACTER, entered.severity, entered.field)


def pfmp_severity(level: LevelFacts) -> Severity:
    """The PFMP weighs only where the level exports it."""
    return Severity.MANDATORY if level.exports_pfmp else Severity.OPTIONAL


def texts_of(booklet: BookletFacts, level: LevelFacts, limits: Limits) -> Iterator[TextEntry]:
    """The texts that the rules measure; the project's only where it is exported."""
    last, first = limits.last_name, limits.first_name
    yield TextEntry("appreciation", booklet.speciality.appreciation, limits.appreciation)
    for rank, teacher in enumerate(booklet.speciality.teachers, 1):
        yield TextEntry(f"teacher_{rank}_last_name", teacher.last_name, last)
        yield TextEntry(f"teacher_{rank}_first_name", teacher.first_name, first)
    if pfmp := booklet.pfmp:
        severity = pfmp_severity(level)
        yield TextEntry("pfmp_synthesis", pfmp.synthesis, limits.pfmp_synthesis, severity)
        yield TextEntry("pfmp_teacher_last_name", pfmp.teacher_last_name, last, severity)
        yield TextEntry("pfmp_teacher_first_name", pfmp.teacher_first_name, first, severity)
    for kind, opinion in booklet.life.opinions.items():
        yield TextEntry(f"{kind}_opinion", opinion.text, limits.appreciation)
        yield TextEntry(f"{kind}_opinion_last_name", opinion.last_name, last)
        yield TextEntry(f"{kind}_opinion_first_name", opinion.first_name, first)
    yield TextEntry("other_commitment", booklet.life.other_commitment, limits.appreciation)
    if level.exports_project and (project := booklet.project):
        yield TextEntry("project_appreciation", project.appreciation, limits.appreciation)
        yield TextEntry("project_teacher_last_name", project.teacher_last_name, last)
        yield TextEntry("project_teacher_first_name", project.teacher_first_name, first)
