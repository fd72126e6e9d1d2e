"""Divisions as the API gives them: counts, pupils with what they lack, the report before export."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import Field

from pipeline.desk.division import DivisionDesk, Pupil
from pipeline.desk.divisions import Counts, Line
from pipeline.desk.exportable import WhyNot
from pipeline.domain.gaps import Light
from pipeline.domain.periods import Level, Periodicity
from pipeline.domain.states import JobState
from web.api.gap_models import ConcernAnswer, GapAnswer, concern, gaps
from web.api.kinds import Answer


class CountsAnswer(Answer):
    """Les élèves d'une division par voyant."""

    red: int = Field(description="En rouge : absents du fichier.")
    orange: int = Field(description="En orange : incomplets, exportés.")
    green: int = Field(description="En vert.")
    pending: int = Field(description="Voyants en calcul.")
    pupil_count: int = Field(description="Élèves sous statut scolaire.")


class OpenJob(Answer):
    """Une demande qui attend ou s'exécute."""

    id: str = Field(description="Identifiant de la demande.")
    profile: str = Field(description="Profil.")
    state: JobState = Field(description="État.")
    requested_at: dt.datetime = Field(description="Quand elle a été faite.")


class LatestVersion(Answer):
    """La version la plus récente, tous profils confondus."""

    id: int = Field(description="Identifiant de la version.")
    profile: str = Field(description="Profil.")
    version: int = Field(description="Numéro.")
    created_at: dt.datetime = Field(description="Quand elle a été produite.")
    sent_at: dt.datetime | None = Field(description="Quand son envoi a été noté.")


class DivisionAnswer(Answer):
    """Une division, ses voyants, ce qu'un export ferait."""

    id: int = Field(description="Identifiant de la division.")
    code: str = Field(description="Code SIECLE de la division.")
    school_uai: str = Field(description="UAI de l'établissement.")
    start_year: int = Field(description="Année de rentrée.")
    diploma_code: str = Field(description="Code du diplôme.")
    level: Level = Field(description="Niveau.")
    lights: CountsAnswer = Field(description="Les élèves par voyant.")
    export_possible: bool = Field(description="Un export peut être demandé.")
    why_not: WhyNot | None = Field(description="Pourquoi il ne le peut pas.")
    latest: LatestVersion | None = Field(description="La version la plus récente.")
    changed_since: bool = Field(description="Des données ont changé depuis cette version.")
    open_jobs: list[OpenJob] = Field(description="Les demandes en attente ou en cours.")


class PupilAnswer(Answer):
    """Un élève d'une division."""

    booklet_id: int = Field(description="Identifiant du livret.")
    siecle_id: int | None = Field(description="Identifiant SIECLE.")
    last_name: str = Field(description="Nom.")
    first_name: str = Field(description="Prénom.")
    revision: int = Field(description="Révision du livret.")
    light: Light | None = Field(description="Voyant ; rien tant qu'il n'est pas calculé.")
    pending: bool = Field(description="Voyant et écarts sont d'avant le dernier changement.")
    gaps: list[GapAnswer] = Field(description="Ce qui manque.")


class DivisionDetail(DivisionAnswer):
    """Une division avec ses élèves."""

    diploma_label: str = Field(description="Libellé du diplôme.")
    periodicity: Periodicity | None = Field(description="Périodicité du niveau.")
    default_profile: str = Field(description="Profil par défaut.")
    profiles: list[str] = Field(description="Profils possibles.")
    pupils: list[PupilAnswer] = Field(description="Les élèves, par nom.")
    preflight: list[ConcernAnswer] = Field(description="Ce qui bloque, puis ce qui manque.")


def of_line(line: Line) -> DivisionAnswer:
    """A division of the list."""
    return DivisionAnswer(**_of_line(line))


def of_desk(desk: DivisionDesk) -> DivisionDetail:
    """One division."""
    return DivisionDetail(
        **_of_line(desk.line),
        diploma_label=desk.diploma_label,
        periodicity=desk.periodicity,
        default_profile=desk.default_profile,
        profiles=[one.name for one in desk.profiles],
        pupils=[_pupil(one) for one in desk.pupils],
        preflight=[concern(one) for one in desk.concerns],
    )


def counts(found: Counts) -> CountsAnswer:
    """The pupils by light."""
    return CountsAnswer.model_validate(found)


def _of_line(line: Line) -> dict[str, Any]:
    row = line.division
    return {
        "id": row.id, "code": row.code, "school_uai": row.school_uai,
        "start_year": row.start_year, "diploma_code": row.diploma_code, "level": row.level,
        "lights": counts(line.counts), "export_possible": line.why_not is None,
        "why_not": line.why_not, "changed_since": line.changed,
        "latest": line.version and LatestVersion.model_validate(line.version),
        "open_jobs": [OpenJob.model_validate(one) for one in line.open_jobs],
    }  # fmt: skip


def _pupil(one: Pupil) -> PupilAnswer:
    row = one.row
    return PupilAnswer(
        booklet_id=row.id, siecle_id=row.siecle_id, last_name=row.last_name,
        first_name=row.first_name, revision=row.revision, light=row.light,
        pending=row.pending, gaps=gaps(one.gaps),
    )  # fmt: skip
