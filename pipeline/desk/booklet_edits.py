"""Booklets for programs: read at a revision, changed at that revision, many at once; by field."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline import booklets
from pipeline.booklet_writer import EditResult
from pipeline.desk import rights
from pipeline.domain.accounts import Principal, Right
from pipeline.domain.entry import Edit, checked
from pipeline.domain.facts import BookletFacts, LevelFacts
from pipeline.errors import InvalidEntry, NotFound, OutdatedBooklet
from pipeline.store import booklets as statements
from pipeline.store import facts, reports
from pipeline.wiring import Wiring

_NOTHING = Edit()
_MAPPINGS = ("averages", "ratings", "opinions")  # each key of theirs is a field of its own


@dataclass(frozen=True, slots=True)
class ReadBooklet:
    """What a booklet holds, and the revision at which it holds that."""

    booklet: BookletFacts
    revision: int


@dataclass(frozen=True, slots=True)
class ManyEdited:
    """What edits of many booklets did, by booklet; with any fault nothing was written."""

    results: Mapping[int, EditResult]
    faults: Mapping[int, tuple[str, ...]]


def read(wiring: Wiring, principal: Principal, booklet_id: int) -> ReadBooklet:
    """A booklet in reach. Raises NotFound."""
    with wiring.store.reading() as connection:
        row = rights.booklet(connection, principal, Right.SEE, booklet_id)
        found = facts.read_booklets(connection, booklet_ids=[row.id])[0].facts
        return ReadBooklet(found, row.revision)


def light(wiring: Wiring, principal: Principal, booklet_id: int) -> Any:
    """The light of a booklet in reach, its gaps, and whether both are being computed again."""
    with wiring.store.reading() as connection:
        row = rights.booklet(connection, principal, Right.SEE, booklet_id)
        rows = reports.states(connection, [row.division_id])
    found = next((one for one in rows if one.id == booklet_id), None)
    if found is None:
        raise NotFound("Livret", booklet_id)
    return found


def edit(
    wiring: Wiring,
    principal: Principal,
    booklet_id: int,
    change: Edit,
    revisions: Collection[int] | None,
) -> EditResult:
    """Write a change if the booklet is at one of these revisions; `None`: at whichever it is.

    Raises OutdatedBooklet with what moved since, InvalidEntry with the faults of each field.
    """
    with wiring.store.reading() as connection:
        row = rights.booklet(connection, principal, Right.ENTER, booklet_id)
        if revisions is not None and row.revision not in revisions:
            read_at = max((one for one in revisions if one < row.revision), default=row.revision)
            moved = statements.fields_since(connection, booklet_id, read_at)
            raise OutdatedBooklet(booklet_id, read_at, row.revision, moved)
        level = facts.read_levels(connection, [row.division_id])[row.division_id]
    based_on = None if revisions is None else row.revision
    try:
        return booklets.edit(
            wiring.store, booklet_id, change, based_on=based_on, actor=principal.actor,
            limits=wiring.limits, now=wiring.now(),
        )  # fmt: skip
    except InvalidEntry as error:
        raise InvalidEntry(error.faults, faults_by_field(wiring, level, change)) from error


def edit_many(
    wiring: Wiring,
    principal: Principal,
    division_id: int,
    changes: Mapping[int, Edit],
    revisions: Mapping[int, int],
) -> ManyEdited:
    """Write changes of booklets of one division: all of them, or none and the faults of each.

    What moved since the revision given for a booklet is never overwritten. Raises NotFound for
    a booklet that is not of the division.
    """
    with wiring.store.reading() as connection:
        rights.division(connection, principal, Right.ENTER, division_id)
        known = {one.id for one in reports.states(connection, [division_id])}
    for booklet_id in changes:
        if booklet_id not in known:
            raise NotFound("Livret", booklet_id)
    results, faults = booklets.edit_many(
        wiring.store, list(changes.items()), actor=principal.actor, limits=wiring.limits,
        now=wiring.now(), read_at=revisions,
    )  # fmt: skip
    return ManyEdited(results, faults)


def faults_by_field(wiring: Wiring, level: LevelFacts, change: Edit) -> dict[str, list[str]]:
    """The faults of an edit at the fields that have them."""
    found = {name: list(checked(one, level, wiring.limits).faults) for name, one in _alone(change)}
    return {name: faults for name, faults in found.items() if faults}


def _alone(change: Edit) -> Iterator[tuple[str, Edit]]:
    """Each field of an edit as an edit of its own."""
    for one in dataclasses.fields(change):
        value = getattr(change, one.name)
        if one.name in _MAPPINGS:
            for key, part in value.items():
                alone: dict[str, Any] = {one.name: {key: part}}
                yield f"{one.name}.{key}", Edit(**alone)
        elif value != getattr(_NOTHING, one.name):
            alone = {one.name: value}
            yield one.name, Edit(**alone)
