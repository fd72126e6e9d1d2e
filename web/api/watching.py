"""What an administrator watches: the audit, and how the whole stands."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import Query, Request, Response
from pydantic import Field

from pipeline.desk import admin_health, admin_journal, admin_windows
from pipeline.desk.admin_words import about, action_label
from pipeline.domain.ids import LARGEST_ID
from pipeline.errors import InvalidEntry
from web.api.answers import problems
from web.api.kinds import Answer
from web.api.listing import UNUSABLE, Listed, Windowed, listed, read_on
from web.api.routes import router
from web.deps import ApiMe, Wired
from web.world import watch_of

routes = router("Administration")
Who = Annotated[
    str | None, Query(pattern="^[A-Za-z0-9:._-]{1,80}$", description="De qui : `user:12`, `cli:…`.")
]
What = Annotated[str | None, Query(pattern="^[a-z_]{1,40}$", description="Une action.")]
First = Annotated[dt.date | None, Query(description="Depuis ce jour.")]
Last = Annotated[dt.date | None, Query(description="Jusqu'à ce jour.")]
Booklet = Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="Sur un livret.")]
Division = Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="Sur une division.")]


class EventAnswer(Answer):
    """Qui a fait quoi ; jamais une valeur d'un élève."""

    id: int = Field(description="Identifiant de l'événement.")
    at: dt.datetime = Field(description="Quand.")
    actor: str = Field(description="Qui.")
    action: str = Field(description="Code de l'action.")
    label: str = Field(description="La même, en français.")
    booklet_id: int | None = Field(description="Livret.")
    revision: int | None = Field(description="Sa révision.")
    about: str = Field(description="L'objet, en français.")
    details: dict[str, Any] = Field(description="L'objet, par identifiants et codes.")


class SignAnswer(Answer):
    """Une chose regardée."""

    name: str = Field(description="Quoi.")
    state: str = Field(description="`unknown`, `good`, `attention` ou `down`.")
    found: str = Field(description="Ce qui a été vu.")
    advice: str = Field(description="Que faire ; vide si tout va bien.")


class HealthAnswer(Answer):
    """Comment va l'ensemble."""

    state: str = Field(description="Le plus grave des états.")
    signs: list[SignAnswer] = Field(description="Chaque chose regardée.")


@routes.get("/admin/audit", response_model=Listed[EventAnswer], responses=problems())
def list_events(
    wiring: Wired, me: ApiMe, window: Windowed, request: Request, response: Response,
    actor: Who = None, action: What = None, first: First = None, last: Last = None,
    booklet_id: Booklet = None, division_id: Division = None,
) -> object:  # fmt: skip
    """Le journal, le plus récent d'abord."""
    what = admin_journal.wanted(
        wiring, actor=actor or "", action=action or "", first=first, last=last,
        booklet_id=booklet_id, division_id=division_id,
    )  # fmt: skip
    before = admin_journal.key_of(window.after) if window.after is not None else None
    if window.after is not None and before is None:
        raise InvalidEntry([UNUSABLE])
    rows = admin_windows.events(wiring, me, what, window.limit + 1, before)
    chosen, following = read_on(window, rows, lambda row: f"{row.at.isoformat()}~{row.id}")
    return listed(request, response, [_event(row) for row in chosen], following)


@routes.get("/admin/health", responses=problems())
def show_health(wiring: Wired, me: ApiMe) -> HealthAnswer:
    """Comment va l'ensemble : base, courtier, ouvriers, voyants, disque, dernière nuit."""
    signs = admin_health.look(wiring, me, watch_of(wiring))
    told = [SignAnswer.model_validate(one) for one in signs]
    return HealthAnswer(state=admin_health.worst(signs), signs=told)


def _event(row: Any) -> EventAnswer:
    return EventAnswer(
        id=row.id, at=row.at, actor=row.actor, action=row.action, label=action_label(row.action),
        booklet_id=row.booklet_id, revision=row.revision, about=about(row.details),
        details=row.details,
    )  # fmt: skip
