"""One version: what it holds, its file, what differs, what LSL would do, its upload."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, UploadFile
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from pipeline.desk import versions
from pipeline.desk.page_words import words_for
from pipeline.domain.accounts import Principal
from pipeline.domain.gaps import gaps_of_row
from pipeline.errors import PipelineError, UnreadableFile
from pipeline.field_labels import FATES, PRESENCES
from pipeline.sent import LARGEST_REPORT_BYTES
from pipeline.wiring import Wiring
from web import head_changes, head_words
from web.deps import Me, Wired
from web.head_addresses import banner, base, key_of
from web.head_gaps import lines
from web.problems import refusal
from web.uploads import read_bounded, room_for
from web.views import page, redirect

router = APIRouter()
TODAY = "maintenant"


@router.get("/versions/{artifact_id}")
def look(request: Request, wiring: Wired, me: Me, artifact_id: int) -> Response:
    """One version."""
    return _shown(request, wiring, me, artifact_id)


def _shown(
    request: Request,
    wiring: Wiring,
    me: Principal,
    artifact_id: int,
    error: PipelineError | None = None,
) -> Response:
    found = versions.look(wiring, me, artifact_id)
    row = found.row
    left_out = [
        (told["booklet_id"], told["siecle_id"],
         lines(gaps_of_row(told["gaps"]), told["booklet_id"], found.competences, ""))
        for told in row.manifest["left_out"]
    ]  # fmt: skip
    return page(
        request,
        "head/version.html",
        chosen=banner(row, row.diploma_label),
        base=base(key_of(row)),
        found=found,
        profile=wiring.profiles.get(row.profile),
        left_out=left_out,
        not_carried=head_changes.not_carried(row.manifest["not_carried"]),
        words=head_words,
        unusable=words_for(found.unusable) if found.unusable else "",
        **refusal(error),
    )


@router.get("/versions/{artifact_id}/ecarts")
def changes(
    request: Request,
    wiring: Wired,
    me: Me,
    artifact_id: int,
    avec: Annotated[str, Query(pattern=f"^(precedente|{TODAY})$")] = "precedente",
) -> Response:
    """What differs from the version before, or from this one to the data of now."""
    told = versions.changes(wiring, me, artifact_id, today=avec == TODAY)
    pupils = told.found.pupils
    return page(
        request,
        "head/changes.html",
        chosen=banner(told.row, told.row.diploma_label),
        told=told,
        base=base(key_of(told.row)),
        today=avec == TODAY,
        presences=[
            (PRESENCES[one.presence], head_changes.who(told.names, one.siecle_id))
            for one in pupils
            if one.presence != "changed"
        ],
        rows=head_changes.rows(
            [("Fichier", told.found.header)]
            + [
                (head_changes.who(told.names, one.siecle_id), one.changes)
                for one in pupils
                if one.presence == "changed"
            ]
        ),
        aside=head_changes.not_compared(told.found.not_compared),
    )


@router.get("/versions/{artifact_id}/apercu")
def foretold(request: Request, wiring: Wired, me: Me, artifact_id: int) -> Response:
    """What LSL would do with the file, as far as is known."""
    told = versions.foretold(wiring, me, artifact_id)
    report = told.found.report
    return page(
        request,
        "head/preview.html",
        chosen=banner(told.row, told.row.diploma_label),
        told=told,
        report=report,
        base=base(key_of(told.row)),
        warnings=list(head_changes.warnings(told.found)),
        fates=FATES,
        who=head_changes.who,
        refusal_words=head_changes.refusal_words,
        rows=head_changes.rows(
            (head_changes.who(told.names, one.siecle_id), one.changes)
            for one in report.pupils
            if one.fate == "changed"
        ),
        kept=head_changes.kept(told.found, told.names),
        faults=head_changes.faults(told.found.faults, told.names),
    )


@router.post("/versions/{artifact_id}/envoi", max_body_size=room_for(LARGEST_REPORT_BYTES))
async def note_sent(
    request: Request,
    wiring: Wired,
    me: Me,
    artifact_id: int,
    bilan: UploadFile | None = None,
) -> Response:
    """Note that the version was uploaded; keep LSL's report, whatever bytes it is."""
    data = await read_bounded(bilan, LARGEST_REPORT_BYTES) if bilan and bilan.filename else None
    return await run_in_threadpool(_note, request, wiring, me, artifact_id, data)


def _note(
    request: Request, wiring: Wiring, me: Principal, artifact_id: int, data: bytes | None
) -> Response:
    try:
        found = versions.note_sent(wiring, me, artifact_id, data)
    except UnreadableFile as error:
        return _shown(request, wiring, me, artifact_id, error)
    said = "Envoi marqué." if found.is_new else "L’envoi était déjà marqué."
    if found.report_sha256:
        said += " Bilan gardé." if found.report_is_new else " Ce bilan était déjà gardé."
    return redirect(request, f"/versions/{artifact_id}", said)
