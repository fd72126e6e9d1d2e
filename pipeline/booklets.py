"""Editing booklets: rules at entry, one transaction, the light follows in the background."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline import recompute
from pipeline.domain.entry import Edit, checked
from pipeline.domain.facts import LevelFacts, Limits
from pipeline.errors import InvalidEntry, NotFound, OutdatedBooklet, PeriodicityNotSet
from pipeline.store import booklets as statements
from pipeline.store import facts
from pipeline.store.unit import Store


@dataclass(frozen=True, slots=True)
class EditResult:
    """The booklet's revision now, the fields that changed, what was removed from texts."""

    revision: int
    changed: tuple[str, ...]
    notes: tuple[str, ...]


def edit(
    store: Store,
    booklet_id: int,
    change: Edit,
    *,
    based_on: int | None,
    actor: str,
    limits: Limits,
    now: dt.datetime,
) -> EditResult:
    """Write one change; all or nothing. A change that changes nothing makes no revision.

    `based_on` is the revision the writer had read. Raises NotFound, PeriodicityNotSet,
    InvalidEntry with every fault, OutdatedBooklet with what moved since.
    """
    with store.writing() as unit:
        result = apply(unit.connection, booklet_id, change, based_on, actor, limits, now)
        if result.changed:
            unit.say(recompute.nudges(unit.connection, [booklet_id], now))
    return result


def edit_many(
    store: Store,
    changes: Sequence[tuple[int, Edit]],
    *,
    actor: str,
    limits: Limits,
    now: dt.datetime,
) -> tuple[list[EditResult], dict[int, tuple[str, ...]]]:
    """Write many changes, all or none: with any fault nothing is kept, and faults come by id."""
    faults: dict[int, tuple[str, ...]] = {}
    results = []
    try:
        with store.writing() as unit:
            for booklet_id, change in changes:
                try:
                    results.append(
                        apply(unit.connection, booklet_id, change, None, actor, limits, now)
                    )
                except (InvalidEntry, PeriodicityNotSet) as error:
                    faults[booklet_id] = tuple(getattr(error, "faults", [str(error)]))
            if faults:
                raise InvalidEntry(["annulé"])
            changed = [
                one for (one, _), result in zip(changes, results, strict=True) if result.changed
            ]
            unit.say(recompute.nudges(unit.connection, changed, now))
    except InvalidEntry:
        return [], faults
    return results, {}


def apply(
    connection: Any,
    booklet_id: int,
    change: Edit,
    based_on: int | None,
    actor: str,
    limits: Limits,
    now: dt.datetime,
) -> EditResult:
    """One change inside the caller's transaction."""
    row = statements.lock(connection, booklet_id)
    if row is None:
        raise NotFound("Livret", booklet_id)
    if based_on is not None and based_on < row.revision:
        moved = statements.fields_since(connection, booklet_id, based_on)
        raise OutdatedBooklet(booklet_id, based_on, row.revision, moved)
    level = _level(connection, row.division_id, booklet_id)
    entry = checked(change, level, limits)
    if entry.faults:
        raise InvalidEntry(list(entry.faults))
    before = facts.read_booklets(connection, booklet_ids=[booklet_id])[0].facts
    changed = statements.write(connection, before, entry.edit)
    revision = row.revision
    if changed:
        revision = statements.bump(connection, booklet_id, changed, actor, now)
    return EditResult(revision, tuple(changed), entry.notes)


def _level(connection: Any, division_id: int | None, booklet_id: int) -> LevelFacts:
    if division_id is None:
        raise NotFound("Division du livret", booklet_id, "Réimportez le fichier SIECLE.")
    level = facts.read_levels(connection, [division_id])[division_id]
    if level.periodicity is None:
        raise PeriodicityNotSet(level.diploma_code, level.level)
    return level
