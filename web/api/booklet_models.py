"""A booklet as the API gives it, and the change that a PATCH makes of it (RFC 7396)."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from pipeline.domain.facts import BookletFacts
from pipeline.domain.life import Commitment, ExamOpinion, Opinion, OpinionKind
from web.api.kinds import Answer, Body, CompetenceCode, Flag, LongText, Mark, Name, Whole

Period = Literal["1", "2", "3"]
NamePair = Annotated[list[Name], Field(min_length=2, max_length=2)]


def _a_day(text: str) -> str:
    """A day of the calendar, or nothing."""
    if text:
        dt.date.fromisoformat(text)
    return text


Day = Annotated[
    str, StringConstraints(pattern="^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"), AfterValidator(_a_day)
]
OpinionParts = tuple[LongText, Name, Name, Day]


class BookletAnswer(Answer):
    """Un livret, `null` ou vide où rien n'est saisi ; sans nom d'élève."""

    booklet_id: int = Field(description="Identifiant du livret.")
    siecle_id: int | None = Field(description="Identifiant SIECLE de l'élève.")
    revision: int = Field(description="Révision, qui est aussi l'ETag.")
    averages: dict[str, str] = Field(description="Moyenne par période, « 12.5 ».")
    ratings: dict[str, int] = Field(description="Degré de maîtrise, de 1 à 4, par compétence.")
    appreciation: str | None = Field(description="Appréciation générale.")
    teachers: list[list[str]] = Field(description="Enseignants : nom, prénom.")
    pfmp_synthesis: str | None = Field(default=None, description="Synthèse de PFMP.")
    pfmp_teacher_last_name: str | None = Field(default=None, description="Son enseignant, nom.")
    pfmp_teacher_first_name: str | None = Field(default=None, description="Son prénom.")
    pfmp_week_count: int | None = Field(default=None, description="Semaines de PFMP.")
    pfmp_abroad: bool | None = Field(default=None, description="PFMP à l'étranger.")
    project_average: str | None = Field(default=None, description="Moyenne du projet.")
    project_appreciation: str | None = Field(default=None, description="Appréciation du projet.")
    project_teacher_last_name: str | None = Field(default=None, description="Son enseignant, nom.")
    project_teacher_first_name: str | None = Field(default=None, description="Son prénom.")
    opinions: dict[str, list[str]] = Field(description="Avis : texte, nom, prénom, jour ou vide.")
    commitments: list[Commitment] = Field(description="Engagements codés.")
    other_commitment: str | None = Field(description="Autre engagement.")
    exam_opinion: ExamOpinion | None = Field(description="Avis pour l'examen.")


class BookletPatch(Body):
    """Ce qui change : un champ absent reste, `null` efface."""

    averages: dict[Period, Mark | None] = Field(default={}, description="Moyenne par période.")
    ratings: dict[CompetenceCode, Annotated[Whole, Field(ge=1, le=4)] | None] = Field(
        default={}, max_length=200, description="Degré de maîtrise, de 1 à 4, par compétence."
    )
    appreciation: LongText | None = Field(default=None, description="Appréciation générale.")
    teachers: Annotated[list[NamePair], Field(max_length=50)] | None = Field(
        default=None, description="Tous les enseignants : nom, prénom."
    )
    pfmp_synthesis: LongText | None = Field(default=None, description="Synthèse de PFMP.")
    pfmp_teacher_last_name: Name | None = Field(default=None, description="Son enseignant, nom.")
    pfmp_teacher_first_name: Name | None = Field(default=None, description="Son prénom.")
    pfmp_week_count: Annotated[Whole, Field(le=999)] | None = Field(
        default=None, description="Semaines de PFMP."
    )
    pfmp_abroad: Flag | None = Field(default=None, description="PFMP à l'étranger.")
    project_average: Mark | None = Field(default=None, description="Moyenne du projet.")
    project_appreciation: LongText | None = Field(default=None, description="Son appréciation.")
    project_teacher_last_name: Name | None = Field(default=None, description="Enseignant, nom.")
    project_teacher_first_name: Name | None = Field(default=None, description="Son prénom.")
    opinions: dict[OpinionKind, OpinionParts | None] = Field(
        default={}, description="Avis : texte, nom, prénom, jour ou vide."
    )
    commitments: Annotated[list[Commitment], Field(max_length=5)] | None = Field(
        default=None, description="Tous les engagements codés."
    )
    other_commitment: LongText | None = Field(default=None, description="Autre engagement.")
    exam_opinion: ExamOpinion | None = Field(default=None, description="Avis pour l'examen.")


class Edited(Answer):
    """Ce qu'une écriture a fait."""

    booklet_id: int = Field(description="Identifiant du livret.")
    revision: int = Field(description="Révision maintenant.")
    changed: list[str] = Field(description="Les champs changés ; vide si rien n'a changé.")
    notes: list[str] = Field(description="Ce qui a été retiré des textes, en français.")


def of_facts(one: BookletFacts, revision: int) -> BookletAnswer:
    """The booklet of these facts."""
    speciality, life = one.speciality, one.life
    parts = {
        f"{part}_{name}": getattr(held, name)
        for part, held in (("pfmp", one.pfmp), ("project", one.project))
        if held is not None
        for name in held.__slots__
    }
    average = parts.get("project_average")
    return BookletAnswer.model_validate(
        parts
        | {
            "booklet_id": one.booklet_id,
            "siecle_id": one.siecle_id,
            "revision": revision,
            "averages": {str(k): str(v) for k, v in speciality.averages.items()},
            "ratings": dict(speciality.ratings),
            "appreciation": speciality.appreciation,
            "teachers": [[t.last_name, t.first_name] for t in speciality.teachers],
            "project_average": None if average is None else str(average),
            "opinions": {kind: _told(opinion) for kind, opinion in life.opinions.items()},
            "commitments": list(life.commitments),
            "other_commitment": life.other_commitment,
            "exam_opinion": life.exam_opinion,
        }
    )


def _told(one: Opinion) -> list[str]:
    day = one.given_on.isoformat() if one.given_on else ""
    return [one.text, one.last_name, one.first_name, day]
