"""Rules at entry: what a write may hold, said all at once and before anything is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from pipeline.domain.facts import LevelFacts, Limits, Teacher
from pipeline.domain.text import normalise, normalise_name

_LIMITS = {
    "appreciation": ("Appréciation générale", "appreciation"),
    "pfmp_synthesis": ("Synthèse PFMP", "pfmp_synthesis"),
    "pfmp_teacher_last_name": ("Nom de l'enseignant PFMP", "last_name"),
    "pfmp_teacher_first_name": ("Prénom de l'enseignant PFMP", "first_name"),
}


@dataclass(frozen=True, slots=True)
class Edit:
    """What a write changes. `None` leaves a field alone; an empty text, or `None` in a mapping,
    erases."""

    appreciation: str | None = None
    averages: Mapping[int, Decimal | None] = field(default_factory=dict)
    ratings: Mapping[str, int | None] = field(default_factory=dict)
    teachers: tuple[Teacher, ...] | None = None
    pfmp_synthesis: str | None = None
    pfmp_teacher_last_name: str | None = None
    pfmp_teacher_first_name: str | None = None
    pfmp_week_count: int | None = None


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
    notes: list[str] = []
    faults = [*_average_faults(edit, level), *_rating_faults(edit, level)]
    texts: dict[str, str] = {}
    for name, (label, limit) in _LIMITS.items():
        text = getattr(edit, name)
        if text is not None:
            tidy = normalise if limit in {"appreciation", "pfmp_synthesis"} else normalise_name
            texts[name] = _tidied(text, label, getattr(limits, limit), faults, notes, tidy)
    teachers = edit.teachers
    if teachers is not None:
        teachers = tuple(
            _teacher(rank, one, limits, faults, notes) for rank, one in enumerate(teachers, 1)
        )
    if edit.pfmp_week_count is not None and not 0 <= edit.pfmp_week_count <= 999:
        faults.append("Semaines de PFMP : attendu un nombre de 0 à 999.")
    return CheckedEdit(replace(edit, teachers=teachers, **texts), tuple(faults), tuple(notes))


def _average_faults(edit: Edit, level: LevelFacts) -> Iterator[str]:
    count = level.periodicity.period_count if level.periodicity else 0
    for period, average in edit.averages.items():
        if not 1 <= period <= count:
            yield f"Période {period} : ce niveau a {count} périodes."
        if average is None:
            continue
        exponent = average.normalize().as_tuple().exponent
        if not average.is_finite() or not 0 <= average <= 20:
            yield f"Moyenne de la période {period} : attendu un nombre de 0 à 20."
        elif isinstance(exponent, int) and exponent < -2:
            yield f"Moyenne de la période {period} : deux décimales au plus."


def _rating_faults(edit: Edit, level: LevelFacts) -> Iterator[str]:
    expected = {one.code for one in level.competences}
    for code, mastery in edit.ratings.items():
        if code not in expected:
            yield f"Compétence {code} : elle n'est pas attendue à ce niveau cette année."
        if mastery is not None and mastery not in {1, 2, 3, 4}:
            yield f"Compétence {code} : degré de maîtrise de 1 à 4."


def _tidied(
    text: str, label: str, limit: int, faults: list[str], notes: list[str], tidy: object
) -> str:
    value, removed = (normalise_name if tidy is normalise_name else normalise)(text)
    if removed:
        notes.append(f"{label} : caractères interdits en XML retirés ({', '.join(removed)}).")
    if len(value) > limit:
        faults.append(f"{label} : {len(value)} caractères, {limit} au plus.")
    return value


def _teacher(
    rank: int, teacher: Teacher, limits: Limits, faults: list[str], notes: list[str]
) -> Teacher:
    label = f"enseignant n° {rank}"
    last = _tidied(teacher.last_name, f"Nom, {label}", limits.last_name, faults, notes,
                   normalise_name)  # fmt: skip
    first = _tidied(teacher.first_name, f"Prénom, {label}", limits.first_name, faults, notes,
                    normalise_name)  # fmt: skip
    if not (last and first):
        faults.append(f"{label.capitalize()} : le nom et le prénom sont tous deux nécessaires.")
    return Teacher(last, first)
