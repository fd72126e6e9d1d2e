"""Editing booklets: rules at entry, one transaction, the light follows in the background."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from pipeline import recompute
from pipeline.booklet_writer import BookletWriter, EditResult
from pipeline.domain.entry import Edit
from pipeline.domain.facts import Limits
from pipeline.store.unit import Store


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
        writer = BookletWriter(unit.connection, actor, limits, now)
        result = writer.apply(booklet_id, change, based_on)
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
    read_at: Mapping[int, int] | None = None,
    partial: bool = False,
    only_check: bool = False,
    progress: Callable[[], None] = lambda: None,
) -> tuple[dict[int, EditResult], dict[int, tuple[str, ...]]]:
    """Write many changes, all or none: with any fault nothing is kept, and faults come by id.

    `read_at` is the revision each booklet was copied at: what moved since is never overwritten.
    `partial` keeps the changes without a fault, `only_check` keeps none. Booklets are locked in
    the order of their ids, so that two imports wait for each other and never block each other;
    results come by id, in that order. `progress` is called after each.
    """
    try:
        with store.writing() as unit:
            writer = BookletWriter(unit.connection, actor, limits, now)
            results, faults = writer.apply_all(changes, read_at or {}, progress)
            _keep_nothing_if(faults, wanted=only_check or (bool(faults) and not partial))
            changed = [key for key, result in results.items() if result.changed]
            unit.say(recompute.nudges(unit.connection, changed, now))
    except _Faulty as faulty:
        return {}, faulty.faults
    return results, faults


class _Faulty(Exception):
    """Leaves the unit of work without keeping anything."""

    def __init__(self, faults: dict[int, tuple[str, ...]]) -> None:
        super().__init__()
        self.faults = faults


def _keep_nothing_if(faults: dict[int, tuple[str, ...]], *, wanted: bool) -> None:
    if wanted:
        raise _Faulty(faults)
