"""The grid of a division: one competence or one average for each of its pupils."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.desk import rights
from pipeline.desk.entry_fields import Field, average, competence, period_names, project_average
from pipeline.desk.entry_values import digest, values_of
from pipeline.domain.accounts import Principal, Right
from pipeline.domain.facts import BookletFacts, LevelFacts
from pipeline.errors import NotFound
from pipeline.store import facts, reports
from pipeline.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Row:
    """One pupil's value of the field, and what a writer has read of it."""

    booklet_id: int
    pupil: Any
    booklet: BookletFacts
    value: str
    read: str


@dataclass(frozen=True, slots=True)
class Grid:
    """One field for every pupil of a division, and the fields that may be chosen."""

    division: Any
    level: LevelFacts
    choices: tuple[Field, ...]
    field: Field | None  # none: the level has no field to offer
    rows: tuple[Row, ...]


def choices_of(level: LevelFacts) -> tuple[Field, ...]:
    """The fields a grid is offered for: each competence, each average."""
    if level.periodicity is None:
        return ()
    return (
        *(competence(one.code, one.reference_code) for one in level.competences),
        *(average(number, name) for number, name in period_names(level).items()),
        *([project_average(level)] if level.exports_project else ()),
    )


def grid_of(wiring: Wiring, principal: Principal, division_id: int, key: str | None) -> Grid:
    """The grid of a field, the first one without a key; as many statements for any division.

    Raises NotFound for a field that the level does not have.
    """
    with wiring.store.reading() as connection:
        return grid_in(connection, principal, division_id, key)


def grid_in(connection: Any, principal: Principal, division_id: int, key: str | None) -> Grid:
    """The same in the caller's snapshot."""
    division = rights.division(connection, principal, Right.ENTER, division_id)
    level = facts.read_levels(connection, [division.id])[division.id]
    choices = choices_of(level)
    chosen = next((one for one in choices if key in (None, one.key)), None)
    if choices and chosen is None:
        raise NotFound("Champ de la grille", key)
    if chosen is None:
        return Grid(division, level, choices, None, ())
    placed = facts.read_booklets(connection, division_ids=[division.id])
    held = {one.facts.booklet_id: one.facts for one in placed}
    rows = (
        _row(one, held[one.id], chosen)
        for one in reports.pupils(connection, division.id)
        if one.id in held
    )
    return Grid(division, level, choices, chosen, tuple(rows))


def _row(pupil: Any, booklet: BookletFacts, of: Field) -> Row:
    values = values_of(booklet)
    return Row(pupil.id, pupil, booklet, values.get(of.key, ""), digest(of, values))
