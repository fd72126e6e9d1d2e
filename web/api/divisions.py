"""Divisions: those in reach with their counts, one with its pupils, what LSL would change."""

from __future__ import annotations

from fastapi import Request, Response

from pipeline.desk import division, reached
from web.api.answers import problems
from web.api.division_models import DivisionAnswer, DivisionDetail, of_desk, of_line
from web.api.kinds import PathId, QueryDiploma, QueryUai, QueryYear
from web.api.listing import Listed, Windowed, listed, part
from web.api.routes import router
from web.deps import ApiMe, Wired

routes = router("Divisions")


@routes.get("/divisions", response_model=Listed[DivisionAnswer], responses=problems())
def list_divisions(
    wiring: Wired, me: ApiMe, window: Windowed, request: Request, response: Response,
    uai: QueryUai = None, start_year: QueryYear = None, diploma_code: QueryDiploma = None,
) -> object:  # fmt: skip
    """Les divisions à portée, l'année la plus récente d'abord, avec leurs voyants."""
    found = reached.divisions(wiring, me, uai=uai, start_year=start_year, diploma=diploma_code)
    rows, following = part(window, found, lambda one: one.id)
    lines = [of_line(one) for one in reached.lines_of(wiring, me, rows)]
    return listed(request, response, lines, following)


@routes.get("/divisions/{division_id}", responses=problems(404))
def show_division(wiring: Wired, me: ApiMe, division_id: PathId) -> DivisionDetail:
    """Une division : ses élèves, tout ce qui leur manque, et si l'export est possible."""
    return of_desk(division.look(wiring, me, division_id))
