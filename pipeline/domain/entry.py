"""Rules at entry: what a write may hold, said all at once and before anything is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any

from pipeline.domain.entries import HIGHEST_AVERAGE, MASTERIES, is_average
from pipeline.domain.facts import LevelFacts, Limits, Teacher
from pipeline.domain.life import OPINIONS, Commitment, ExamOpinion, Opinion, OpinionKind
from pipeline.domain.periods import Level
from pipeline.domain.text import normalise_name
from pipeline.domain.tidying import TextRule, Tidying

MOST_WEEKS = 999  # three digits in the booklet


_TEXTS = {
    "appreciation": TextRule("Appréciation générale", "appreciation"),
    "pfmp_synthesis": TextRule("Synthèse PFMP", "pfmp_synthesis"),
    "pfmp_teacher_last_name": TextRule("Nom de l'enseignant PFMP", "last_name", normalise_name),
    "pfmp_teacher_first_name": TextRule(
        "Prénom de l'enseignant PFMP", "first_name", normalise_name
    ),
    "other_commitment": TextRule("Autre engagement", "appreciation"),
    "project_appreciation": TextRule("Appréciation du projet", "appreciation"),
    "project_teacher_last_name": TextRule(
        "Nom de l'enseignant du projet", "last_name", normalise_name
    ),
    "project_teacher_first_name": TextRule(
        "Prénom de l'enseignant du projet", "first_name", normalise_name
    ),
}


class Erase(Enum):
    """Takes a number away; a text is erased by an empty one."""

    ERASE = "erase"


ERASE = Erase.ERASE


@dataclass(frozen=True, slots=True)
class Edit:
    """What a write changes.

    `None` leaves a field alone; an empty text, `ERASE`, or `None` in a mapping, erases.
    """

    appreciation: str | None = None
    averages: Mapping[int, Decimal | None] = field(default_factory=dict)
    ratings: Mapping[str, int | None] = field(default_factory=dict)
    teachers: tuple[Teacher, ...] | None = None
    teacher_names: Mapping[int, Teacher] = field(default_factory=dict)  # by rank: `merged`
    pfmp_synthesis: str | None = None
    pfmp_teacher_last_name: str | None = None
    pfmp_teacher_first_name: str | None = None
    pfmp_week_count: int | Erase | None = None
    pfmp_abroad: bool | None = None
    project_average: Decimal | Erase | None = None
    project_appreciation: str | None = None
    project_teacher_last_name: str | None = None
    project_teacher_first_name: str | None = None
    opinions: Mapping[OpinionKind, Opinion | None] = field(default_factory=dict)
    commitments: tuple[Commitment, ...] | None = None
    other_commitment: str | None = None
    exam_opinion: ExamOpinion | Erase | None = None


@dataclass(frozen=True, slots=True)
class CheckedEdit:
    """The edit as it may be stored, every fault (French), and what was removed from texts."""

    edit: Edit
    faults: tuple[str, ...]
    notes: tuple[str, ...]


def parse_average(text: str) -> Decimal | None:
    """Read `12,5` or `12.5`; `None` for anything that is no plain decimal."""
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def checked(edit: Edit, level: LevelFacts, limits: Limits) -> CheckedEdit:
    """Normalise the texts and find every fault; nothing is cut, nothing is rounded."""
    tidy = Tidying(limits, [fault for rule in _RULES for fault in rule(edit, level)])
    texts: dict[str, Any] = {
        name: tidy.text(value, spec)
        for name, spec in _TEXTS.items()
        if (value := getattr(edit, name)) is not None
    }
    if edit.teachers is not None:
        texts["teachers"] = tuple(tidy.teacher(*one) for one in enumerate(edit.teachers, 1))
    texts["opinions"] = {
        kind: opinion and tidy.opinion(OPINIONS[kind], opinion)
        for kind, opinion in edit.opinions.items()
    }
    return CheckedEdit(replace(edit, **texts), tuple(tidy.faults), tuple(tidy.notes))


def _average_faults(edit: Edit, level: LevelFacts) -> Iterator[str]:
    count = level.periodicity.period_count if level.periodicity else 0
    for period, average in edit.averages.items():
        if not 1 <= period <= count:
            yield f"Période {period} : ce niveau a {count} périodes."
        yield from _mark_faults(average, f"Moyenne de la période {period}")
    if isinstance(edit.project_average, Decimal):
        yield from _mark_faults(edit.project_average, "Moyenne du projet")


def _mark_faults(average: Decimal | None, label: str) -> Iterator[str]:
    if average is None or is_average(average):
        return
    if average.is_finite() and 0 <= average <= HIGHEST_AVERAGE:
        yield f"{label} : deux décimales au plus."
    else:
        yield f"{label} : attendu un nombre de 0 à {HIGHEST_AVERAGE}."


_NO_FRAMEWORK = (
    "Compétences : aucune n'est connue à ce niveau cette année, son référentiel est à importer "
    "d'abord."
)


def _rating_faults(edit: Edit, level: LevelFacts) -> Iterator[str]:
    expected = {one.code for one in level.competences}
    if not expected and any(mastery is not None for mastery in edit.ratings.values()):
        yield _NO_FRAMEWORK
        return
    for code, mastery in edit.ratings.items():
        if mastery is None:  # may be erased even where it is expected no more
            continue
        if code not in expected:
            yield f"Compétence {code} : elle n'est pas attendue à ce niveau cette année."
        if mastery not in MASTERIES:
            yield f"Compétence {code} : degré de maîtrise de 1 à 4."


def _week_faults(edit: Edit, _: LevelFacts) -> Iterator[str]:
    if isinstance(edit.pfmp_week_count, int) and not 0 <= edit.pfmp_week_count <= MOST_WEEKS:
        yield f"Semaines de PFMP : attendu un nombre de 0 à {MOST_WEEKS}."


def _exam_faults(edit: Edit, level: LevelFacts) -> Iterator[str]:
    if isinstance(edit.exam_opinion, ExamOpinion) and level.level is not Level.TERMINALE:
        yield "Avis pour l'examen : en terminale seulement."


_RULES = (_average_faults, _rating_faults, _week_faults, _exam_faults)
