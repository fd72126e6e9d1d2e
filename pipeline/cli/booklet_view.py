"""A booklet as a value for programs, and its fields in French for people."""

from __future__ import annotations

from typing import Any

from pipeline.domain.facts import BookletFacts
from pipeline.domain.life import Opinion, OpinionKind
from pipeline.labels import COMMITMENTS, EXAM_OPINIONS, OPINION_KINDS

FIELDS = {
    "booklet_id": "Livret",
    "siecle_id": "Identifiant SIECLE",
    "revision": "Révision",
    "averages": "Moyennes par période",
    "ratings": "Degrés de maîtrise",
    "appreciation": "Appréciation générale",
    "teachers": "Enseignants",
    "pfmp_synthesis": "Synthèse de PFMP",
    "pfmp_teacher_last_name": "Enseignant de PFMP, nom",
    "pfmp_teacher_first_name": "Enseignant de PFMP, prénom",
    "pfmp_week_count": "Semaines de PFMP",
    "pfmp_abroad": "PFMP à l'étranger",
    "project_average": "Projet, moyenne",
    "project_appreciation": "Projet, appréciation",
    "project_teacher_last_name": "Projet, nom de l'enseignant",
    "project_teacher_first_name": "Projet, prénom de l'enseignant",
    "opinions": "Avis",
    "commitments": "Engagements",
    "other_commitment": "Autre engagement",
    "exam_opinion": "Avis pour l'examen",
}


def view(one: BookletFacts, revision: int | None) -> dict[str, Any]:
    """Every field of the booklet, `None` where nothing was entered."""
    speciality = one.speciality
    found: dict[str, Any] = dict.fromkeys(FIELDS)
    found |= {
        "booklet_id": one.booklet_id,
        "siecle_id": one.siecle_id,
        "revision": revision,
        "averages": {str(k): str(v) for k, v in speciality.averages.items()},
        "ratings": dict(speciality.ratings),
        "appreciation": speciality.appreciation,
        "teachers": [[t.last_name, t.first_name] for t in speciality.teachers],
    }
    life = one.life
    found |= {
        "opinions": {kind: _opinion(opinion) for kind, opinion in life.opinions.items()},
        "commitments": list(life.commitments),
        "other_commitment": life.other_commitment,
        "exam_opinion": life.exam_opinion,
    }
    for part, held in (("pfmp", one.pfmp), ("project", one.project)):
        if held is not None:
            found |= {f"{part}_{name}": getattr(held, name) for name in held.__slots__}
    return found


def _opinion(opinion: Opinion) -> list[str]:
    day = opinion.given_on.isoformat() if opinion.given_on else ""
    return [opinion.text, opinion.last_name, opinion.first_name, day]


def cells(values: dict[str, Any]) -> list[tuple[str, str]]:
    """The fields that hold something, in words."""
    told = values | _in_french(values)
    return [(label, _words(told[name])) for name, label in FIELDS.items() if _held(told[name])]


def _in_french(values: dict[str, Any]) -> dict[str, Any]:
    """The coded fields in words."""
    opinions = {
        OPINION_KINDS[OpinionKind(kind)]: " ".join(filter(None, parts))
        for kind, parts in values["opinions"].items()
    }
    return {
        "opinions": opinions,
        "averages": {period: mark.replace(".", ",") for period, mark in values["averages"].items()},
        "commitments": [[COMMITMENTS[code]] for code in values["commitments"]],
        "exam_opinion": EXAM_OPINIONS.get(values["exam_opinion"]),
    }


def _held(value: Any) -> bool:
    return value not in (None, {}, [], False)


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} : {one}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(" ".join(one) for one in value)
    return "oui" if value is True else str(value)
