"""Booklets: read at a revision, changed at that revision, and their light."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body as InBody
from fastapi import Response
from pydantic import Field

from pipeline.desk import booklet_edits
from pipeline.domain.gaps import Light, gaps_of_row
from web.api import etags
from web.api.answers import NOT_MODIFIED, problems
from web.api.booklet_change import edit_of
from web.api.booklet_models import BookletAnswer, BookletPatch, Edited, of_facts
from web.api.etags import IfMatch, IfNoneMatch
from web.api.gap_models import GapAnswer, gaps
from web.api.kinds import Answer, PathId
from web.api.problems import NotReadFirst
from web.api.routes import JSON_BODY, router
from web.deps import ApiMe, Wired

routes = router("Livrets")
MERGE = "application/merge-patch+json"


class LightAnswer(Answer):
    """Le voyant d'un livret et ce qui y manque."""

    booklet_id: int = Field(description="Identifiant du livret.")
    light: Light | None = Field(description="Voyant ; rien tant qu'il n'est pas calculé.")
    pending: bool = Field(description="Voyant et écarts sont d'avant le dernier changement.")
    gaps: list[GapAnswer] = Field(description="Ce qui manque.")


@routes.get(
    "/booklets/{booklet_id}",
    response_model=BookletAnswer,
    responses=problems(404) | NOT_MODIFIED,
)
def show_booklet(
    wiring: Wired, me: ApiMe, booklet_id: PathId, response: Response, known: IfNoneMatch = None
) -> object:
    """Tout ce qui est saisi d'un livret ; l'ETag est sa révision."""
    found = booklet_edits.read(wiring, me, booklet_id)
    etag = etags.tag(found.revision)
    if etags.is_known(known, etag):
        return Response(status_code=304, headers={"ETag": etag})
    response.headers["ETag"] = etag
    return of_facts(found.booklet, found.revision)


@routes.get("/booklets/{booklet_id}/light", responses=problems(404))
def show_light(wiring: Wired, me: ApiMe, booklet_id: PathId) -> LightAnswer:
    """Le voyant d'un livret, et tout ce qui y manque ; il suit une écriture de peu."""
    row = booklet_edits.light(wiring, me, booklet_id)
    return LightAnswer(
        booklet_id=row.id, light=row.light, pending=row.pending, gaps=gaps(gaps_of_row(row.gaps))
    )


@routes.patch(
    "/booklets/{booklet_id}",
    response_model=Edited,
    responses=problems(404, 409, 412, 415, 428),
    dependencies=JSON_BODY,
    openapi_extra={
        "requestBody": {
            "content": {MERGE: {"schema": {"$ref": "#/components/schemas/BookletPatch"}}}
        }
    },
)
def change_booklet(
    wiring: Wired, me: ApiMe, booklet_id: PathId, response: Response,
    patch: Annotated[BookletPatch, InBody()], read: IfMatch = None,
) -> object:  # fmt: skip
    """Changer des champs d'un livret : tous ou aucun. `If-Match` porte l'ETag lu, ou `*`."""
    if read is None:
        raise NotReadFirst
    done = booklet_edits.edit(wiring, me, booklet_id, edit_of(patch), etags.revisions(read))
    response.headers["ETag"] = etags.tag(done.revision)
    return {
        "booklet_id": booklet_id, "revision": done.revision, "changed": list(done.changed),
        "notes": list(done.notes),
    }  # fmt: skip
