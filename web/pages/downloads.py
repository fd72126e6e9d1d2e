"""The bytes of a version and of LSL's reports beside it, checked just before they are served."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from pipeline.desk import files, versions
from web.deps import Me, Wired
from web.downloads import send_file

router = APIRouter()
Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


@router.get("/versions/{artifact_id}/fichier")
def download(wiring: Wired, me: Me, artifact_id: int) -> Response:
    """The file, checked just before it is served; its digest goes with it."""
    found = files.download(wiring, me, artifact_id)
    return send_file(found.data, found.file_name, found.sha256, "application/xml")


@router.get("/versions/{artifact_id}/bilans/{sha}")
def report(wiring: Wired, me: Me, artifact_id: int, sha: Digest) -> Response:
    """A report kept beside a version, as it was given, never opened here."""
    kept, data = versions.report(wiring, me, artifact_id, sha)
    return send_file(data, kept.name, sha, "application/octet-stream")
