"""The page of a division: its pupils with all they lack, its versions, its export."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from pipeline.desk import division, exports
from pipeline.domain.accounts import Principal, Right, may
from pipeline.errors import (
    EmptyDivision,
    IdempotencyConflict,
    NothingExportable,
    PeriodicityNotSet,
    PipelineError,
)
from pipeline.wiring import Wiring
from web import head_words
from web.deps import Me, Wired
from web.forms import OneTimeKey, ProfileName, new_key
from web.head_addresses import banner, base, following, key_of
from web.head_gaps import lines
from web.problems import refusal
from web.views import page, redirect

router = APIRouter()


@router.get("/divisions/{division_id}")
def look(request: Request, wiring: Wired, me: Me, division_id: int) -> Response:
    """A division in reach."""
    return _shown(request, wiring, me, division_id)


@router.post("/divisions/{division_id}/exports")
def ask(
    request: Request,
    wiring: Wired,
    me: Me,
    division_id: int,
    key: OneTimeKey,
    profile: ProfileName,
) -> Response:
    """Ask for the division's file, then follow the job. A form sent twice makes one job."""
    try:
        job_id = exports.ask(wiring, me, division_id, profile=profile, key=key)
    except (EmptyDivision, IdempotencyConflict, NothingExportable, PeriodicityNotSet) as error:
        return _shown(request, wiring, me, division_id, error)
    return redirect(request, following([job_id]))


def _shown(
    request: Request,
    wiring: Wiring,
    me: Principal,
    division_id: int,
    error: PipelineError | None = None,
) -> Response:
    found = division.look(wiring, me, division_id)
    row = found.division
    configuration = f"{base(key_of(row))}/configuration" if may(me, Right.CONFIGURE) else ""
    gaps = {
        one.row.id: lines(one.gaps, one.row.id, found.competences, configuration)
        for one in found.pupils
    }
    return page(
        request,
        "head/division.html",
        chosen=banner(row, found.diploma_label),
        base=base(key_of(row)),
        found=found,
        gaps=gaps,
        may_export=may(me, Right.EXPORT),
        configuration=configuration,
        key=new_key(),
        words=head_words,
        **refusal(error),
    )
