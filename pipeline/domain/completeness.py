"""The rules of completeness (guide, "Statut du niveau de saisie"): all run, none raises."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.domain.entries import (
    MASTERIES,
    has_both_names,
    is_average,
    is_blank,
    is_untouched,
    valid_averages,
)
from pipeline.domain.facts import BookletFacts, LevelFacts, Limits
from pipeline.domain.gaps import Gap, GapCode, Severity
from pipeline.domain.mark_rules import every_average_is_valid, every_period_exists
from pipeline.domain.subjects import every_subject_can_be_exported
from pipeline.domain.text_rules import every_text_can_be_written, every_text_fits, pfmp_severity

PROJECT = "project"  # the subject of a gap about its average
_MANDATORY, _OPTIONAL = Severity.MANDATORY, Severity.OPTIONAL


def the_siecle_id_is_known(booklet: BookletFacts, _: LevelFacts, __: Limits) -> Iterator[Gap]:
    """`eleve/@id` is a positive integer."""
    if booklet.siecle_id is None or booklet.siecle_id < 1:
        yield Gap(GapCode.SIECLE_ID_MISSING, _MANDATORY)


def the_periodicity_is_set(_: BookletFacts, level: LevelFacts, __: Limits) -> Iterator[Gap]:
    """Without it no period has a meaning."""
    if level.periodicity is None:
        yield Gap(GapCode.PERIODICITY_NOT_SET, _MANDATORY)


def the_framework_is_known(_: BookletFacts, level: LevelFacts, __: Limits) -> Iterator[Gap]:
    """A code is never invented: no list of competences, no export."""
    if not level.competences:
        yield Gap(GapCode.FRAMEWORK_UNKNOWN, _MANDATORY)


def something_is_entered(booklet: BookletFacts, _: LevelFacts, __: Limits) -> Iterator[Gap]:
    """Told besides the single gaps, so that an untouched booklet shows as such."""
    if is_untouched(booklet):
        yield Gap(GapCode.NOTHING_ENTERED, _MANDATORY)


def every_competence_is_rated(booklet: BookletFacts, level: LevelFacts, _: Limits) -> Iterator[Gap]:
    """Each expected competence has a degree of mastery; others are ignored."""
    for competence in level.competences:
        if competence.code not in booklet.speciality.ratings:
            yield Gap(GapCode.COMPETENCE_NOT_RATED, _MANDATORY, competence.code)


def every_mastery_is_valid(booklet: BookletFacts, level: LevelFacts, _: Limits) -> Iterator[Gap]:
    """A degree is 1 to 4."""
    ratings = booklet.speciality.ratings
    for competence in level.competences:
        if competence.code in ratings and ratings[competence.code] not in MASTERIES:
            yield Gap(GapCode.MASTERY_INVALID, _MANDATORY, competence.code)


def a_period_has_an_average(booklet: BookletFacts, level: LevelFacts, _: Limits) -> Iterator[Gap]:
    """One is enough, with its period."""
    if not valid_averages(booklet.speciality, level.periodicity):
        yield Gap(GapCode.AVERAGE_MISSING, _MANDATORY)


def a_teacher_is_named(booklet: BookletFacts, _: LevelFacts, __: Limits) -> Iterator[Gap]:
    """A teacher without any name is no teacher; one half named is the next rule's."""
    if all(is_blank(t.last_name) and is_blank(t.first_name) for t in booklet.speciality.teachers):
        yield Gap(GapCode.TEACHER_MISSING, _MANDATORY)


def every_teacher_has_both_names(booklet: BookletFacts, _: LevelFacts, __: Limits) -> Iterator[Gap]:
    """Ranks count from 1, in the order of entry."""
    for rank, teacher in enumerate(booklet.speciality.teachers, 1):
        if is_blank(teacher.last_name) != is_blank(teacher.first_name):
            yield Gap(GapCode.TEACHER_NAME_INCOMPLETE, _MANDATORY, str(rank))


def the_appreciation_is_written(booklet: BookletFacts, _: LevelFacts, __: Limits) -> Iterator[Gap]:
    """Optional: without it the booklet is exported as incomplete."""
    if is_blank(booklet.speciality.appreciation):
        yield Gap(GapCode.APPRECIATION_MISSING, _OPTIONAL)


def the_pfmp_is_described(booklet: BookletFacts, level: LevelFacts, _: Limits) -> Iterator[Gap]:
    """Synthesis and both names: mandatory when the level exports them, else optional."""
    pfmp, severity = booklet.pfmp, pfmp_severity(level)
    if pfmp is None or is_blank(pfmp.synthesis):
        yield Gap(GapCode.PFMP_SYNTHESIS_MISSING, severity)
    if pfmp is None or not has_both_names(pfmp.teacher_last_name, pfmp.teacher_first_name):
        yield Gap(GapCode.PFMP_TEACHER_MISSING, severity)


def the_project_is_complete(booklet: BookletFacts, level: LevelFacts, _: Limits) -> Iterator[Gap]:
    """Asked only of the levels that export it, and then mandatory."""
    if not level.exports_project:
        return
    project = booklet.project
    if project is None or project.average is None:
        yield Gap(GapCode.PROJECT_AVERAGE_MISSING, _MANDATORY)
    elif not is_average(project.average):
        yield Gap(GapCode.AVERAGE_INVALID, _MANDATORY, PROJECT)
    if project is None or is_blank(project.appreciation):
        yield Gap(GapCode.PROJECT_APPRECIATION_MISSING, _MANDATORY)
    if project is None or not has_both_names(project.teacher_last_name, project.teacher_first_name):
        yield Gap(GapCode.PROJECT_TEACHER_MISSING, _MANDATORY)


RULES: tuple[Callable[[BookletFacts, LevelFacts, Limits], Iterator[Gap]], ...] = (
    the_siecle_id_is_known,
    the_periodicity_is_set,
    the_framework_is_known,
    something_is_entered,
    every_competence_is_rated,
    every_mastery_is_valid,
    a_period_has_an_average,
    every_average_is_valid,
    every_period_exists,
    a_teacher_is_named,
    every_teacher_has_both_names,
    the_appreciation_is_written,
    the_pfmp_is_described,
    the_project_is_complete,
    every_text_fits,
    every_text_can_be_written,
    every_subject_can_be_exported,
)


def gaps_of(booklet: BookletFacts, level: LevelFacts, limits: Limits) -> tuple[Gap, ...]:
    """Return every gap of the booklet, always in the same order."""
    return tuple(gap for rule in RULES for gap in rule(booklet, level, limits))
