"""Rules at entry: what a write may hold, said all at once and before anything is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, NamedTuple

from pipeline.domain.entries import HIGHEST_AVERAGE, MASTERIES, is_average
from pipeline.domain.facts import LevelFacts, Limits, Teacher
from pipeline.domain.text import normalise, normalise_name

MOST_WEEKS = 999  # three digits in the booklet


class _Text(NamedTuple):
    label: str
    limit: str  # the name of its limit in `Limits`
    tidy: Callable[[str], tuple[str, list[str]]]


_TEXTS = {
    "appreciation": _Text("Appréciation générale", "appreciation", normalise),
    "pfmp_synthesis": _Text("Synthèse PFMP", "pfmp_synthesis", normalise),
    "pfmp_teacher_last_name": _Text("Nom de l'enseignant PFMP", "last_name", normalise_name),
    "pfmp_teacher_first_name": _Text("Prénom de l'enseignant PFMP", "first_name", normalise_name),
    "project_appreciation": _Text("Appréciation du projet", "appreciation", normalise),
    "project_teacher_last_name": _Text(
        "Nom de l'enseignant du projet", "last_name", normalise_name
    ),
    "project_teacher_first_name": _Text(
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
    tidy = _Tidying(limits, [*_average_faults(edit, level), *_rating_faults(edit, level)], [])
    texts: dict[str, Any] = {
        name: tidy.text(value, spec)
        for name, spec in _TEXTS.items()
        if (value := getattr(edit, name)) is not None
    }
    if edit.teachers is not None:
        texts["teachers"] = tuple(tidy.teacher(*one) for one in enumerate(edit.teachers, 1))
    if isinstance(edit.pfmp_week_count, int) and not 0 <= edit.pfmp_week_count <= MOST_WEEKS:
        tidy.faults.append(f"Semaines de PFMP : attendu un nombre de 0 à {MOST_WEEKS}.")
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


def _rating_faults(edit: Edit, level: LevelFacts) -> Iterator[str]:
    expected = {one.code for one in level.competences}
    for code, mastery in edit.ratings.items():
        if mastery is None:  # may be erased even where it is expected no more
            continue
        if code not in expected:
            yield f"Compétence {code} : elle n'est pas attendue à ce niveau cette année."
        if mastery not in MASTERIES:
            yield f"Compétence {code} : degré de maîtrise de 1 à 4."


@dataclass(frozen=True, slots=True)
class _Tidying:
    """Normalises texts, and gathers what is wrong with them and what was removed."""

    limits: Limits
    faults: list[str]
    notes: list[str]

    def text(self, text: str, spec: _Text) -> str:
        value, removed = spec.tidy(text)
        if removed:
            characters = ", ".join(removed)
            self.notes.append(f"{spec.label} : caractères interdits en XML retirés ({characters}).")
        limit: int = getattr(self.limits, spec.limit)
        if len(value) > limit:
            self.faults.append(f"{spec.label} : {len(value)} caractères, {limit} au plus.")
        return value

    def teacher(self, rank: int, teacher: Teacher) -> Teacher:
        who = f"enseignant n° {rank}"
        last = self.text(teacher.last_name, _Text(f"Nom, {who}", "last_name", normalise_name))
        first = self.text(teacher.first_name, _Text(f"Prénom, {who}", "first_name", normalise_name))
        if not (last and first):
            needed = "le nom et le prénom sont tous deux nécessaires."
            self.faults.append(f"{who.capitalize()} : {needed}")
        return Teacher(last, first)
