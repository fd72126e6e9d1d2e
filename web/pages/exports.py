"""Following jobs, one or several: live progress, cancel, ask again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from pipeline.desk import exports, follow
from pipeline.domain.accounts import Principal
from pipeline.domain.gaps import gaps_of_row
from pipeline.errors import MoveNotAllowed, PipelineError
from pipeline.wiring import Wiring
from web import head_words
from web.deps import Me, Wired
from web.forms import OneTimeKey, new_key
from web.head_addresses import banner, base, following, key_of
from web.head_gaps import GapLine, lines
from web.problems import refusal
from web.views import page, redirect

router = APIRouter()
Followed = Annotated[list[str] | None, Form(alias="d", max_length=follow.MOST_JOBS)]


@router.get("/demandes/{job_id}")
def one(request: Request, wiring: Wired, me: Me, job_id: str) -> Response:
    """One job."""
    return _shown(request, wiring, me, [job_id])


@router.get("/suivi")
def several(
    request: Request,
    wiring: Wired,
    me: Me,
    d: Annotated[list[str], Query(max_length=follow.MOST_JOBS)],
) -> Response:
    """Several jobs together."""
    return _shown(request, wiring, me, d)


@router.post("/demandes/{job_id}/annulation")
def cancel(
    request: Request, wiring: Wired, me: Me, job_id: str, followed: Followed = None
) -> Response:
    """Cancel a job, then follow on."""
    try:
        exports.cancel(wiring, me, job_id)
    except MoveNotAllowed as error:
        return _shown(request, wiring, me, [job_id], error)
    return redirect(request, following(followed or [job_id]), "Annulation enregistrée.", "info")


@router.post("/demandes/{job_id}/relance")
def ask_again(
    request: Request,
    wiring: Wired,
    me: Me,
    job_id: str,
    key: OneTimeKey,
    followed: Followed = None,
) -> Response:
    """Ask again for what an ended job was about, then follow the new one in its place."""
    try:
        new = exports.ask_again(wiring, me, job_id, key=key)
    except MoveNotAllowed as error:
        return _shown(request, wiring, me, [job_id], error)
    return redirect(
        request, following(new if each == job_id else each for each in followed or [job_id])
    )


def _shown(
    request: Request,
    wiring: Wiring,
    me: Principal,
    job_ids: list[str],
    error: PipelineError | None = None,
) -> Response:
    found = follow.progress(wiring, me, job_ids)
    first = found.jobs[0].row
    told = follow.left_out(wiring, me, found)
    return page(
        request,
        "head/follow.html",
        chosen=banner(first, first.diploma_label),
        found=found,
        back=f"{base(key_of(first))}/divisions",
        ids=[job.row.id for job in found.jobs],
        left_out=_left_out(found, told.competences),
        names=told.names,
        new_key=new_key,
        words=head_words,
        **refusal(error),
    )


def _left_out(
    found: follow.Progress, competences: dict[int, dict[str, str]]
) -> dict[str, list[tuple[int, int | None, list[GapLine]]]]:
    """By job, the pupils left out of its file or for whom there is none, with all they lack."""
    return {
        job.row.id: [
            (
                told["booklet_id"],
                told["siecle_id"],
                lines(
                    gaps_of_row(told["gaps"]),
                    told["booklet_id"],
                    competences[job.row.division_id],
                    "",
                ),
            )
            for told in (job.row.report or {}).get("left_out", ())
        ]
        for job in found.jobs
    }
