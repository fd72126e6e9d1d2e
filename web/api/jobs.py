"""Export jobs: asked for, followed, cancelled, asked again."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import Header, Query, Request, Response

from pipeline.desk import exports, follow, recent
from pipeline.domain.ids import LARGEST_ID
from pipeline.domain.states import JobState
from pipeline.errors import InvalidEntry
from web.api.answers import ACCEPTED, problems
from web.api.job_models import Aside, AskedAnswer, ExportWanted, JobAnswer, of_row
from web.api.kinds import (
    FIRST_YEAR,
    LAST_YEAR,
    PathDiploma,
    PathId,
    PathJob,
    PathUai,
    PathYear,
    QueryProfile,
)
from web.api.listing import UNUSABLE, Listed, Window, Windowed, listed, read_on
from web.api.routes import JSON_BODY, router
from web.api.schools import DIPLOMA
from web.deps import ApiMe, Wired

routes = router("Exports")
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern="^[A-Za-z0-9_.:-]{1,100}$",
        description="La même clé et la même demande donnent la même réponse.",
    ),
]
OfDivision = Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="D'une division.")]
InState = Annotated[JobState | None, Query(description="Dans un état.")]


@routes.post(
    "/divisions/{division_id}/exports",
    status_code=202,
    response_model=JobAnswer,
    responses=problems(404, 409, 415) | ACCEPTED,
    dependencies=JSON_BODY,
)
def ask_export(
    wiring: Wired, me: ApiMe, division_id: PathId, wanted: ExportWanted, response: Response,
    key: Key = None,
) -> object:  # fmt: skip
    """Demander le fichier d'une division. 409 `nothing_exportable` si tous sont en rouge."""
    job_id = exports.ask(wiring, me, division_id, profile=wanted.profile, key=key)
    response.headers["Location"] = f"/api/v1/jobs/{job_id}"
    return of_row(follow.progress(wiring, me, [job_id]).jobs[0].row)


@routes.post(
    f"{DIPLOMA}/exports",
    status_code=202,
    responses=problems(404, 409, 415),
    dependencies=JSON_BODY,
)
def ask_exports(
    wiring: Wired, me: ApiMe, uai: PathUai, start_year: PathYear, diploma_code: PathDiploma,
    wanted: ExportWanted, key: Key = None,
) -> AskedAnswer:  # fmt: skip
    """Demander les fichiers de toutes les divisions d'un diplôme qui peuvent en avoir un."""
    choice = (uai, start_year, diploma_code)
    asked = exports.ask_all(wiring, me, choice, profile=wanted.profile, key=key)
    found = follow.progress(wiring, me, asked.job_ids)
    aside = [
        Aside(division_id=row.id, division=row.code, why_not=reason) for row, reason in asked.aside
    ]
    return AskedAnswer(jobs=[of_row(one.row) for one in found.jobs], aside=aside)


@routes.get("/jobs", response_model=Listed[JobAnswer], responses=problems(404))
def list_jobs(
    wiring: Wired, me: ApiMe, window: Windowed, request: Request, response: Response,
    division_id: OfDivision = None, profile: QueryProfile = None, state: InState = None,
) -> object:  # fmt: skip
    """Les demandes des établissements à portée, les plus récentes d'abord."""
    rows = recent.jobs(
        wiring, me, window.limit + 1, _before(window), division_id=division_id, profile=profile,
        state=state,
    )  # fmt: skip
    chosen, following = read_on(window, rows, lambda row: f"{row.requested_at} {row.id}")
    return listed(request, response, [of_row(row) for row in chosen], following)


@routes.get("/jobs/{job_id}", responses=problems(404))
def show_job(wiring: Wired, me: ApiMe, job_id: PathJob) -> JobAnswer:
    """Une demande et son compte rendu."""
    return of_row(follow.progress(wiring, me, [job_id]).jobs[0].row)


@routes.post("/jobs/{job_id}/cancel", responses=problems(404, 409))
def cancel_job(wiring: Wired, me: ApiMe, job_id: PathJob) -> JobAnswer:
    """Annuler une demande : en attente elle ne s'exécutera pas, en cours elle s'arrêtera."""
    exports.cancel(wiring, me, job_id)
    return show_job(wiring, me, job_id)


@routes.post(
    "/jobs/{job_id}/retry",
    status_code=202,
    response_model=JobAnswer,
    responses=problems(404, 409) | ACCEPTED,
)
def retry_job(
    wiring: Wired, me: ApiMe, job_id: PathJob, response: Response, key: Key = None
) -> object:
    """Redemander ce qu'une demande terminée demandait ; c'est une demande nouvelle."""
    again = exports.ask_again(wiring, me, job_id, key=key)
    response.headers["Location"] = f"/api/v1/jobs/{again}"
    return show_job(wiring, me, again)


def _before(window: Window) -> tuple[dt.datetime, str] | None:
    if window.after is None:
        return None
    at, _, job_id = window.after.rpartition(" ")
    try:
        instant = dt.datetime.fromisoformat(at)
    except ValueError as error:
        raise InvalidEntry([UNUSABLE]) from error
    if instant.tzinfo is None or not FIRST_YEAR < instant.year < LAST_YEAR or "\0" in job_id:
        raise InvalidEntry([UNUSABLE])
    return instant, job_id
