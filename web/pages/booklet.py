"""The page of a booklet: every field of it, saved as one goes or by a plain form."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import JSONResponse, Response

from pipeline.desk import entry, entry_save
from pipeline.desk.entry import Opened
from pipeline.desk.entry_others import hour
from pipeline.desk.entry_save import Saved
from pipeline.desk.entry_weighing import Written
from pipeline.domain.ids import LARGEST_ID
from pipeline.errors import PeriodicityNotSet
from web.deps import Me, Wired
from web.entry_forms import BookletId, Changes, written_of
from web.entry_view import Shown, after, fresh
from web.entry_words import as_json, gap_lines, words
from web.forms import Sent
from web.problems import problem
from web.views import page, redirect

router = APIRouter()
LONGEST_FLASH = 800  # it travels in a cookie
CLOSED = "la périodicité du niveau n’est pas attribuée : voyez le chef d’établissement ou le DDFPT."
IfMatch = Annotated[str, Header(pattern=r'^(W/)?"?[0-9]{1,9}"?$')]


@router.get("/livrets/{booklet_id}")
def show(request: Request, wiring: Wired, me: Me, booklet_id: BookletId) -> Response:
    """The booklet to fill in; who fixes the periodicity, as long as it is not set."""
    opened = entry.opened(wiring, me, booklet_id)
    if opened.level.periodicity is None:
        return _closed(request, opened)
    return _page(request, fresh(opened))


@router.post("/livrets/{booklet_id}")
def save(request: Request, wiring: Wired, me: Me, booklet_id: BookletId, form: Sent) -> Response:
    """The same as the script does, with the whole form."""
    written = written_of(form)
    try:
        saved = entry_save.save(wiring, me, booklet_id, written)
    except PeriodicityNotSet:
        return _closed(request, entry.opened(wiring, me, booklet_id), status=409)
    told = " ".join((*saved.told, *saved.notes))
    if not saved.is_whole or len(told) > LONGEST_FLASH:
        return _page(request, after(saved, written), status=_status(saved))
    flash = f"Enregistré à {hour(wiring.now(), wiring.settings.timezone)}. {told}".strip()
    following = saved.opened.beside(1) if form.get("suite") == "suivant" else None
    where = f"/livrets/{following or booklet_id}"
    return redirect(request, where, flash, "warning" if told else "success")


@router.patch("/livrets/{booklet_id}")
def change(
    wiring: Wired, me: Me, booklet_id: BookletId, changes: Changes, if_match: IfMatch
) -> Response:
    """Some fields, each for itself: what is right is saved beside what is not."""
    based_on = int(if_match.removeprefix("W/").strip('"'))
    written = Written(changes.values, changes.read, based_on, partial=True)
    try:
        saved = entry_save.save(wiring, me, booklet_id, written)
    except PeriodicityNotSet as error:
        return problem(409, error.code, CLOSED)
    at = hour(wiring.now(), wiring.settings.timezone)
    return JSONResponse(as_json(saved, at), _status(saved), {"ETag": f'"{saved.opened.revision}"'})


@router.get("/livrets/{booklet_id}/etat")
def state(
    wiring: Wired,
    me: Me,
    booklet_id: BookletId,
    revision: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0,
) -> Response:
    """The booklet as it is now, and what others changed since a revision."""
    saved = entry_save.state(wiring, me, booklet_id, revision)
    at = hour(wiring.now(), wiring.settings.timezone)
    return JSONResponse(as_json(saved, at), headers={"ETag": f'"{saved.opened.revision}"'})


def _status(saved: Saved) -> int:
    if saved.faults:
        return 422
    return 409 if saved.clashes else 200


def _page(request: Request, shown: Shown, status: int = 200) -> Response:
    opened = shown.opened
    return page(
        request, "entry/booklet.html", status=status, shown=shown, opened=opened,
        saved=shown.saved, gaps=gap_lines(opened), words=words,
        previous=opened.beside(-1), following=opened.beside(1),
    )  # fmt: skip


def _closed(request: Request, opened: Opened, status: int = 200) -> Response:
    return page(
        request, "entry/closed.html", status=status, level=opened.level, division=opened.division
    )
