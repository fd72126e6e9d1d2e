"""A booklet as a value for programs, and its fields in French for people."""

from __future__ import annotations

from typing import Any

from pipeline.domain.facts import BookletFacts

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
    for part, held in (("pfmp", one.pfmp), ("project", one.project)):
        if held is not None:
            found |= {f"{part}_{name}": getattr(held, name) for name in held.__slots__}
    return found


def cells(values: dict[str, Any]) -> list[tuple[str, str]]:
    """The fields that hold something, in words."""
    return [(label, _words(values[name])) for name, label in FIELDS.items() if _held(values[name])]


def _held(value: Any) -> bool:
    return value not in (None, {}, [], False)


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} : {one}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(" ".join(one) for one in value)
    return "oui" if value is True else str(value)
