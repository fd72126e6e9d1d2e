"""Export jobs as the API takes and gives them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import Field

from pipeline.desk.exportable import WhyNot
from pipeline.domain.states import JobKind, JobState, Outcome
from web.api.kinds import Answer, Body, Profile


class ExportWanted(Body):
    """Un export à faire."""

    profile: Profile | None = Field(default=None, description="Profil ; sinon celui par défaut.")


class JobAnswer(Answer):
    """Une demande d'export."""

    id: str = Field(description="Identifiant de la demande.")
    state: JobState = Field(description="État.")
    outcome: Outcome | None = Field(description="Version nouvelle, ou données inchangées.")
    profile: str = Field(description="Profil.")
    kind: JobKind = Field(description="À la demande, ou de nuit.")
    division_id: int = Field(description="Identifiant de la division.")
    division: str = Field(description="Code de la division.")
    school_uai: str = Field(description="UAI de l'établissement.")
    version: int | None = Field(description="Numéro de la version.")
    artifact_id: int | None = Field(description="Identifiant de la version.")
    attempt_count: int = Field(description="Tentatives.")
    done_count: int = Field(description="Élèves traités.")
    total_count: int | None = Field(description="Élèves de la division.")
    error_code: str | None = Field(description="Code de l'échec ou du refus.")
    requested_by: str = Field(description="Par quel compte.")
    requested_at: dt.datetime = Field(description="Quand.")
    started_at: dt.datetime | None = Field(description="Début.")
    finished_at: dt.datetime | None = Field(description="Fin.")
    report: dict[str, Any] | None = Field(description="Élèves écartés et pourquoi.")


class Aside(Answer):
    """Une division laissée de côté."""

    division_id: int = Field(description="Identifiant de la division.")
    division: str = Field(description="Code de la division.")
    why_not: WhyNot = Field(description="Pourquoi.")


class AskedAnswer(Answer):
    """Les demandes faites, et les divisions laissées de côté."""

    jobs: list[JobAnswer] = Field(description="Une demande par division.")
    aside: list[Aside] = Field(description="Les divisions dont aucun fichier ne peut être fait.")


def of_row(row: Any) -> JobAnswer:
    """The job of a row."""
    names = JobAnswer.model_fields.keys() - {"division"}
    return JobAnswer(division=row.code, **{name: getattr(row, name) for name in names})
