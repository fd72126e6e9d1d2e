"""The bytes of a version and of LSL's reports beside it, checked just before they are served."""

from __future__ import annotations

import base64
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from pipeline.desk import files, versions
from web.deps import Me, Wired

router = APIRouter()
Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


@router.get("/versions/{artifact_id}/fichier")
def download(wiring: Wired, me: Me, artifact_id: int) -> Response:
    """The file, checked just before it is served; its digest goes with it."""
    found = files.download(wiring, me, artifact_id)
    return Response(found.data, media_type="application/xml", headers=headers_of(found))


def headers_of(found: files.Download) -> dict[str, str]:
    """The name, ASCII by construction, and the digest in the forms of RFC 9110 and RFC 9530."""
    digest = base64.b64encode(bytes.fromhex(found.sha256)).decode()
    return {
        "Content-Disposition": f'attachment; filename="{found.file_name}"',
        "ETag": f'"{found.sha256}"',
        "Repr-Digest": f"sha-256=:{digest}:",
    }


@router.get("/versions/{artifact_id}/bilans/{sha}")
def report(wiring: Wired, me: Me, artifact_id: int, sha: Digest) -> Response:
    """A report kept beside a version, as it was given, never opened here."""
    kept, data = versions.report(wiring, me, artifact_id, sha)
    headers = {"Content-Disposition": f'attachment; filename="{kept.name}"'}
    return Response(data, media_type="application/octet-stream", headers=headers)
