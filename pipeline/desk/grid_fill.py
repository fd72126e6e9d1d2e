"""Filling in a grid: the rows that were changed, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline import booklets
from pipeline.desk.entry_others import Clash, of_field
from pipeline.desk.entry_values import values_of
from pipeline.desk.entry_weighing import Held, Weighed, Written, weigh
from pipeline.desk.grid import Grid, Row, grid_in, grid_of
from pipeline.domain.accounts import Principal
from pipeline.errors import PeriodicityNotSet
from pipeline.labels import LEVELS
from pipeline.store.edits import edits_since
from pipeline.wiring import Wiring

TRIES = 5
_AGAIN = "Modifié à l’instant par quelqu’un d’autre : enregistrez de nouveau."


@dataclass(frozen=True, slots=True)
class Cell:
    """What was typed for one pupil, what had been read before, and at which revision."""

    value: str
    read: str | None
    based_on: int


@dataclass(slots=True)
class Filled:
    """What came of a grid: rows saved, faults and clashes by booklet, the grid as it is now."""

    grid: Grid
    saved: tuple[int, ...] = ()
    faults: dict[int, tuple[str, ...]] = field(default_factory=dict)
    clashes: dict[int, Clash] = field(default_factory=dict)


def fill(
    wiring: Wiring, principal: Principal, division_id: int, key: str, cells: Mapping[int, Cell]
) -> Filled:
    """Write the rows that were changed, all or none: with a fault none is kept.

    A row that another changed meanwhile is not written, and told. Raises PeriodicityNotSet.
    """
    for _ in range(TRIES):
        grid = grid_of(wiring, principal, division_id, key)
        if grid.field is None:
            raise PeriodicityNotSet(grid.level.diploma_code, LEVELS[grid.level.level])
        weighed = {row.booklet_id: _weighed(wiring, grid, row, cells) for row in grid.rows}
        faults = {n: f for n, one in weighed.items() for f in one.faults.values()}
        met = () if faults else _write(wiring, principal, grid, weighed)
        if not met:
            break
    else:
        faults = dict.fromkeys(met, (_AGAIN,))
    saved = () if faults else tuple(n for n, one in weighed.items() if one.parts)
    clashing = {n: cells[n].based_on for n, one in weighed.items() if one.clashes}
    with wiring.store.reading() as connection:
        now = grid_in(connection, principal, division_id, key)
        clashes = _clashes(wiring, connection, principal, now, clashing)
    return Filled(now, saved, faults, clashes)


def _weighed(wiring: Wiring, grid: Grid, row: Row, cells: Mapping[int, Cell]) -> Weighed:
    cell = cells.get(row.booklet_id)
    if cell is None or grid.field is None:
        return Weighed()
    read = {} if cell.read is None else {grid.field.key: cell.read}
    held = Held([grid.field], values_of(row.booklet), row.pupil.revision, grid.level)
    written = Written({grid.field.key: cell.value}, read, cell.based_on)
    return weigh(written, held, wiring.limits)


def _write(
    wiring: Wiring, principal: Principal, grid: Grid, weighed: Mapping[int, Weighed]
) -> tuple[int, ...]:
    """The rows that met another write, and then nothing is written."""
    revisions = {row.booklet_id: row.pupil.revision for row in grid.rows}
    changes = [(n, one.edit) for n, one in weighed.items() if one.parts]
    _, met = booklets.edit_many(
        wiring.store, changes, actor=principal.actor, limits=wiring.limits, now=wiring.now(),
        read_at={n: revisions[n] for n, _ in changes},
    )  # fmt: skip
    return tuple(met)


def _clashes(
    wiring: Wiring, connection: Any, principal: Principal, now: Grid, since: Mapping[int, int]
) -> dict[int, Clash]:
    past = edits_since(connection, since)
    return {
        row.booklet_id: Clash(
            now.field, {now.field.key: row.value}, row.read,
            of_field(
                now.field, [one for one in past if one.booklet_id == row.booklet_id],
                principal.actor, wiring.settings.timezone,
            ),
        )
        for row in now.rows
        if row.booklet_id in since and now.field
    }  # fmt: skip
