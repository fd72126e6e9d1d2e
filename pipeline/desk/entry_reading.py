"""Reading what was typed in a booklet's page: an edit, and each fault at its field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from pipeline.desk.entry_fields import OPINION_KEYS, TEACHERS, Field, teacher_inputs
from pipeline.desk.entry_values import NO, YES, Values, content, number, teacher_ranks
from pipeline.domain.entry import ERASE, MOST_WEEKS, Edit, checked
from pipeline.domain.facts import LevelFacts, Limits, Teacher
from pipeline.domain.life import Commitment, ExamOpinion, Opinion

_TEXTS = {
    "appreciation": ("appreciation",),
    "pfmp-synthese": ("pfmp_synthesis",),
    "pfmp-enseignant": ("pfmp_teacher_last_name", "pfmp_teacher_first_name"),
    "projet-appreciation": ("project_appreciation",),
    "projet-enseignant": ("project_teacher_last_name", "project_teacher_first_name"),
    "autre-engagement": ("other_commitment",),
}
_NOT_A_MARK = "attendu un nombre de 0 à 20, par exemple 12,5."
_WEEKS = f"Semaines de PFMP : attendu un nombre entier de 0 à {MOST_WEEKS}."
LONGEST_COUNT = 9  # digits
_DAY = "La date de l’avis n’existe pas : choisissez-la dans le calendrier, ou tapez AAAA-MM-JJ."


class Unreadable(Exception):
    """What was typed is no value of the field; the message is French and repeats none of it."""


def read(field: Field, values: Values) -> dict[str, Any]:
    """What an Edit is given for the field. Raises Unreadable."""
    kind, _, rest = field.key.partition("-")
    if kind == "competence":
        return {"ratings": {rest: _degree(rest, content(field, values)[0])}}
    if kind == "moyenne":
        return {"averages": {int(rest): _mark(values[field.key], f"Moyenne de la période {rest}")}}
    if field.key in OPINION_KEYS:
        return {"opinions": {OPINION_KEYS[field.key]: _opinion(field, values)}}
    if names := _TEXTS.get(field.key):
        texts = (values.get(name, "") for name in field.inputs)
        return dict(zip(names, texts, strict=True))
    return _READERS[field.key](values)


def together(parts: list[Mapping[str, Any]]) -> Edit:
    """One edit of what was read field by field."""
    found: dict[str, Any] = {}
    for part in parts:
        for name, value in part.items():
            found[name] = (
                found[name] | value if isinstance(value, dict) and name in found else value
            )
    return Edit(**found)


def faults_of(
    field: Field, values: Values, level: LevelFacts, limits: Limits
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What was read of one field, and what is wrong with it."""
    try:
        part = read(field, values)
    except Unreadable as error:
        return {}, (str(error),)
    return part, checked(together([part]), level, limits).faults


def _degree(code: str, text: str) -> int | None:
    if text and text not in {"1", "2", "3", "4"}:
        raise Unreadable(f"Compétence {code} : degré de maîtrise de 1 à 4.")
    return int(text) if text else None


def _mark(text: str, label: str) -> Any:
    text = text.strip()
    if not text:
        return None
    mark = number(text)
    if mark is None:
        raise Unreadable(f"{label} : {_NOT_A_MARK}")
    return mark


def _opinion(field: Field, values: Values) -> Opinion | None:
    text, last, first, day = (values.get(name, "") for name in field.inputs)
    if not any(one.strip() for one in (text, last, first, day)):
        return None
    try:
        return Opinion(
            text, last, first, dt.date.fromisoformat(day.strip()) if day.strip() else None
        )
    except ValueError:
        raise Unreadable(_DAY) from None


def _teachers(values: Values) -> dict[str, Any]:
    rows = [[values.get(name, "") for name in teacher_inputs(r)] for r in teacher_ranks(values)]
    return {"teachers": tuple(Teacher(*row) for row in rows if any(one.strip() for one in row))}


def _weeks(values: Values) -> dict[str, Any]:
    text = values["pfmp-semaines"].strip()
    if text and not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_COUNT):
        raise Unreadable(_WEEKS)
    return {"pfmp_week_count": int(text) if text else ERASE}


def _abroad(values: Values) -> dict[str, Any]:
    if values["pfmp-etranger"] not in {YES, NO, ""}:
        raise Unreadable("PFMP à l’étranger : attendu oui ou non.")
    return {"pfmp_abroad": values["pfmp-etranger"] == YES}


def _commitments(values: Values) -> dict[str, Any]:
    try:
        return {"commitments": tuple(map(Commitment, values["engagements"].split()))}
    except ValueError:
        raise Unreadable("Engagements : un choix est inconnu.") from None


def _exam(values: Values) -> dict[str, Any]:
    text = values["avis-examen"].strip()
    try:
        return {"exam_opinion": ExamOpinion(text) if text else ERASE}
    except ValueError:
        raise Unreadable("Avis pour l’examen : ce choix est inconnu.") from None


def _project_average(values: Values) -> dict[str, Any]:
    mark = _mark(values["projet-moyenne"], "Moyenne du projet")
    return {"project_average": ERASE if mark is None else mark}


_READERS = {
    TEACHERS: _teachers,
    "pfmp-semaines": _weeks,
    "pfmp-etranger": _abroad,
    "engagements": _commitments,
    "avis-examen": _exam,
    "projet-moyenne": _project_average,
}
