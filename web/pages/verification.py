"""Which version a file is: dropped on the page, or chosen; never kept."""

from __future__ import annotations

from fastapi import APIRouter, Request, UploadFile
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from pipeline.desk import files, rights
from pipeline.desk.page_words import words_for
from pipeline.domain.accounts import Right
from pipeline.errors import UnreadableFile
from pipeline.xml.read_back import LARGEST_BYTES
from web import head_words
from web.deps import Me, Wired
from web.uploads import name_of, read_bounded, room_for
from web.views import page

router = APIRouter()
REFUSED = 422
NONE_GIVEN = "Choisissez un fichier, ou déposez-le dans le cadre."


@router.get("/verification")
def ask(request: Request, me: Me) -> Response:
    """The form."""
    rights.need(me, Right.DOWNLOAD)
    return page(request, "head/verification.html", found=None, name="", refusal="")


@router.post("/verification", max_body_size=room_for(LARGEST_BYTES))
async def verify(
    request: Request, wiring: Wired, me: Me, fichier: UploadFile | None = None
) -> Response:
    """What the file is."""
    rights.need(me, Right.DOWNLOAD)
    if fichier is None or not fichier.filename:
        return _refused(request, NONE_GIVEN)
    try:
        data = await read_bounded(fichier, LARGEST_BYTES)
    except UnreadableFile as error:
        return _refused(request, words_for(error))
    name = name_of(fichier)
    found = await run_in_threadpool(files.verify, wiring, me, name, data)
    profile = wiring.profiles.get(found.version.profile) if found.version else None
    warning = head_words.NOT_MINISTRY if profile and not profile.official else ""
    return page(
        request, "head/verification.html", found=found, name=name, refusal="", warning=warning
    )


def _refused(request: Request, why: str) -> Response:
    return page(request, "head/verification.html", status=REFUSED, found=None, name="", refusal=why)
