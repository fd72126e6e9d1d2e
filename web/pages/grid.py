"""The grid of a division: one competence or one average, pupil by pupil."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from pipeline.desk import grid as desk
from pipeline.desk import grid_fill
from pipeline.desk.entry_others import hour
from pipeline.desk.grid_fill import Cell, Filled
from pipeline.errors import PeriodicityNotSet
from web.deps import Me, Wired
from web.entry_forms import DivisionId, cells_of
from web.entry_words import words
from web.forms import Sent
from web.views import page, redirect

router = APIRouter()
Champ = Annotated[str | None, Query(max_length=40)]


@router.get("/divisions/{division_id}/grille")
def show(
    request: Request, wiring: Wired, me: Me, division_id: DivisionId, champ: Champ = None
) -> Response:
    """The grid of a field, the first of the level when none is named."""
    return _page(request, Filled(desk.grid_of(wiring, me, division_id, champ)), {})


@router.post("/divisions/{division_id}/grille")
def save(request: Request, wiring: Wired, me: Me, division_id: DivisionId, form: Sent) -> Response:
    """The rows that were changed: all, or none with a fault; a row that another changed is told."""
    cells = cells_of(form)
    try:
        filled = grid_fill.fill(wiring, me, division_id, str(form.get("champ", "")), cells)
    except PeriodicityNotSet:
        return _page(request, Filled(desk.grid_of(wiring, me, division_id, None)), {}, status=409)
    if filled.faults or filled.clashes:
        status = 422 if filled.faults else 409
        return _page(request, filled, cells, status=status)
    count, at = len(filled.saved), hour(wiring.now(), wiring.settings.timezone)
    what = "1 ligne enregistrée" if count == 1 else f"{count or 'aucune'} lignes enregistrées"
    flash = f"{what} à {at}." if count else "Aucune ligne n’était modifiée."
    field = filled.grid.field
    champ = f"?champ={field.key}" if field else ""
    return redirect(request, f"/divisions/{division_id}/grille{champ}", flash)


def _page(
    request: Request, filled: Filled, cells: Mapping[int, Cell], status: int = 200
) -> Response:
    grid = filled.grid
    if grid.field is None:
        return page(
            request, "entry/closed.html", status=status, level=grid.level, division=grid.division
        )
    unsaved = set(cells) - set(filled.saved)
    typed = {row: cells[row] for row in unsaved if filled.faults or row in filled.clashes}
    return page(
        request, "entry/grid.html", status=status, filled=filled, grid=grid, typed=typed,
        field=grid.field, words=words,
    )  # fmt: skip
