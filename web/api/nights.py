"""The nightly runs, told of one's own schools."""

from __future__ import annotations

import datetime as dt

from fastapi import Request, Response
from pydantic import Field

from pipeline.desk import nights
from pipeline.desk.nights import Night
from pipeline.domain.states import JobState
from web.api.answers import problems
from web.api.kinds import Answer
from web.api.listing import Listed, Windowed, listed, part
from web.api.routes import router
from web.deps import ApiMe, Wired

routes = router("Nuits")
MOST_NIGHTS = 400  # more than a year of them


class WithoutFile(Answer):
    """Une demande de la nuit qui n'a pas donné de fichier."""

    job_id: str = Field(description="Identifiant de la demande.")
    division_id: int = Field(description="Identifiant de la division.")
    division: str = Field(description="Code de la division.")
    state: JobState = Field(description="État.")
    error_code: str | None = Field(description="Pourquoi.")


class NightAnswer(Answer):
    """Une nuit, pour les établissements à portée."""

    business_date: dt.date = Field(description="Date de la nuit.")
    profile: str = Field(description="Profil.")
    started_at: dt.datetime = Field(description="Début.")
    is_over: bool = Field(description="Toutes les demandes sont terminées.")
    duration_s: float | None = Field(description="Durée, en secondes.")
    job_count: int = Field(description="Demandes.")
    new_count: int = Field(description="Nouvelles versions.")
    unchanged_count: int = Field(description="Données inchangées.")
    refused_count: int = Field(description="Refusées : tous les élèves en rouge.")
    failed_count: int = Field(description="Échecs.")
    cancelled_count: int = Field(description="Annulées.")
    open_count: int = Field(description="En attente ou en cours.")
    without_file: list[WithoutFile] = Field(description="Celles qui n'ont pas donné de fichier.")


@routes.get("/nights", response_model=Listed[NightAnswer], responses=problems())
def list_nights(
    wiring: Wired, me: ApiMe, window: Windowed, request: Request, response: Response
) -> object:
    """Les nuits, la plus récente d'abord."""
    found = nights.look(wiring, me, MOST_NIGHTS)
    rows, following = part(window, found, lambda one: one.row.business_date)
    return listed(request, response, [_night(one) for one in rows], following)


def _night(one: Night) -> NightAnswer:
    names = [name for name in NightAnswer.model_fields if name.endswith("_count")]
    return NightAnswer(
        business_date=one.row.business_date,
        profile=one.row.profile,
        started_at=one.row.started_at,
        is_over=one.is_over,
        duration_s=one.duration.total_seconds() if one.duration else None,
        without_file=[
            WithoutFile(
                job_id=row.id, division_id=row.division_id, division=row.code,
                state=row.state, error_code=row.error_code,
            )
            for row in one.without_file
        ],
        **{name: getattr(one.counts, name, 0) for name in names},
    )  # fmt: skip
