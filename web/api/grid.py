"""Many booklets of one division changed at once: all of them, or none."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pipeline.desk import booklet_edits
from pipeline.domain.ids import LARGEST_ID
from pipeline.errors import InvalidEntry
from web.api.answers import problems
from web.api.booklet_change import edit_of
from web.api.booklet_models import BookletPatch, Edited
from web.api.kinds import Answer, Body, PathId, Whole
from web.api.routes import JSON_BODY, router
from web.deps import ApiMe, Wired

routes = router("Livrets")
MOST_ROWS = 100
TWICE = "Un livret ne peut être donné qu'une fois."


class GridRow(Body):
    """Le changement d'un livret."""

    booklet_id: Annotated[Whole, Field(ge=1, le=LARGEST_ID)] = Field(description="Livret.")
    revision: Annotated[Whole, Field(le=LARGEST_ID)] = Field(
        description="Révision lue : ce qui a changé depuis n'est jamais écrasé."
    )
    change: BookletPatch = Field(description="Ce qui change.")


class GridPatch(Body):
    """Les changements de livrets d'une division."""

    rows: Annotated[list[GridRow], Field(min_length=1, max_length=MOST_ROWS)] = Field(
        description="Un changement par livret."
    )


class GridAnswer(Answer):
    """Ce que les écritures ont fait, par livret."""

    rows: list[Edited] = Field(description="Dans l'ordre des identifiants.")


@routes.patch(
    "/divisions/{division_id}/booklets",
    responses=problems(404, 409, 415),
    dependencies=JSON_BODY,
)
def change_booklets(wiring: Wired, me: ApiMe, division_id: PathId, patch: GridPatch) -> GridAnswer:
    """Changer des livrets d'une division : tous ou aucun, les écarts par livret."""
    changes = {one.booklet_id: edit_of(one.change) for one in patch.rows}
    if len(changes) < len(patch.rows):
        raise InvalidEntry([TWICE], {"rows": [TWICE]})
    revisions = {one.booklet_id: one.revision for one in patch.rows}
    done = booklet_edits.edit_many(wiring, me, division_id, changes, revisions)
    if done.faults:
        faults = {f"booklets.{key}": list(found) for key, found in done.faults.items()}
        raise InvalidEntry([one for found in faults.values() for one in found], faults)
    rows = [
        Edited(booklet_id=key, revision=one.revision, changed=list(one.changed),
               notes=list(one.notes))
        for key, one in done.results.items()
    ]  # fmt: skip
    return GridAnswer(rows=rows)
