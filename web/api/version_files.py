"""The files of versions: downloaded whole or not at all, known again, their upload noted."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import File, Response, UploadFile
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from pipeline.desk import files, versions
from pipeline.desk.files import Verified
from pipeline.sent import LARGEST_REPORT_BYTES
from pipeline.verify import Verdict
from pipeline.xml.read_back import LARGEST_BYTES
from web.api import etags
from web.api.answers import NOT_MODIFIED, file_answer, problems
from web.api.etags import IfNoneMatch
from web.api.kinds import Answer, PathDigest, PathId
from web.api.routes import FORM_BODY, router
from web.deps import ApiMe, Wired
from web.downloads import send_file
from web.uploads import name_of, read_bounded, room_for

routes = router("Versions")
XML, SHEET = "application/xml", "application/vnd.ms-excel"
Sent = Annotated[UploadFile, File(description="Le fichier.")]


class RecordedAnswer(Answer):
    """Ce qui est noté de l'envoi d'une version."""

    sent_at: dt.datetime = Field(description="Quand l'envoi a été noté.")
    sent_by: str = Field(description="Par quel compte.")
    is_new: bool = Field(description="Cet appel l'a noté.")
    report_sha256: str | None = Field(description="SHA-256 du bilan donné.")
    report_is_new: bool = Field(description="Cet appel l'a gardé.")


class VerifiedAnswer(Answer):
    """Quelle version est un fichier."""

    result: Verdict = Field(description="Intact, modifié ou inconnu.")
    artifact_id: int | None = Field(default=None, description="Identifiant de la version.")
    division: str | None = Field(default=None, description="Code de la division.")
    profile: str | None = Field(default=None, description="Profil.")
    version: int | None = Field(default=None, description="Numéro.")
    file_name: str | None = Field(default=None, description="Nom d'origine.")
    superseded_by: int | None = Field(default=None, description="Numéro de la plus récente.")
    renamed: bool = Field(default=False, description="Le fichier a changé de nom.")


@routes.get(
    "/versions/{artifact_id}/file",
    response_class=Response,
    responses=problems(404, 410) | NOT_MODIFIED | file_answer(XML),
)
def download_version(
    wiring: Wired, me: ApiMe, artifact_id: PathId, known: IfNoneMatch = None
) -> Response:
    """Le fichier d'une version, tel qu'il a été contrôlé ; altéré, il n'est pas servi (410)."""
    if known is not None:
        row = versions.look(wiring, me, artifact_id)
        if row.unusable is None and etags.is_known(known, etags.tag(row.row.sha256)):
            return Response(status_code=304, headers={"ETag": etags.tag(row.row.sha256)})
    found = files.download(wiring, me, artifact_id)
    return send_file(found.data, found.file_name, found.sha256, XML)


@routes.post("/versions/{artifact_id}/sent", responses=problems(404))
def note_sent(wiring: Wired, me: ApiMe, artifact_id: PathId) -> RecordedAnswer:
    """Noter qu'une version a été envoyée dans LSL ; une seconde fois ne change rien."""
    return RecordedAnswer.model_validate(versions.note_sent(wiring, me, artifact_id))


@routes.post(
    "/versions/{artifact_id}/reports",
    status_code=201,
    responses=problems(404, 415),
    dependencies=FORM_BODY,
    max_body_size=room_for(LARGEST_REPORT_BYTES),
)
async def keep_report(wiring: Wired, me: ApiMe, artifact_id: PathId, file: Sent) -> RecordedAnswer:
    """Garder un bilan d'import de LSL avec une version, qui est alors notée comme envoyée."""
    data = await read_bounded(file, LARGEST_REPORT_BYTES)
    found = await run_in_threadpool(versions.note_sent, wiring, me, artifact_id, data)
    return RecordedAnswer.model_validate(found)


@routes.get(
    "/versions/{artifact_id}/reports/{sha256}",
    response_class=Response,
    responses=problems(404, 410) | file_answer(SHEET),
)
def download_report(wiring: Wired, me: ApiMe, artifact_id: PathId, sha256: PathDigest) -> Response:
    """Un bilan gardé, tel qu'il a été donné."""
    report, data = versions.report(wiring, me, artifact_id, sha256)
    return send_file(data, report.name, report.sha256, SHEET)


@routes.post(
    "/verify",
    responses=problems(415),
    dependencies=FORM_BODY,
    max_body_size=room_for(LARGEST_BYTES),
)
async def verify_file(wiring: Wired, me: ApiMe, file: Sent) -> VerifiedAnswer:
    """Dire quelle version est un fichier, s'il est intact et s'il est dépassé."""
    data = await read_bounded(file, LARGEST_BYTES)
    name = name_of(file)
    return _verified(await run_in_threadpool(files.verify, wiring, me, name, data))


def _verified(found: Verified) -> VerifiedAnswer:
    row = found.version
    if row is None:
        return VerifiedAnswer(result=found.verdict)
    return VerifiedAnswer(
        result=found.verdict, artifact_id=row.id, division=row.code, profile=row.profile,
        version=row.version, file_name=row.file_name,
        superseded_by=found.newest and found.newest.version, renamed=found.renamed,
    )  # fmt: skip
