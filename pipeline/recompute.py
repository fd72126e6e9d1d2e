"""Recompute: facts to gaps and light, saved with the revision they were computed from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline import crash
from pipeline.domain.completeness import gaps_of
from pipeline.domain.facts import LevelFacts, Limits
from pipeline.domain.gaps import light_of
from pipeline.domain.periods import Level
from pipeline.queue import RECOMPUTE_STUDENTS, Message
from pipeline.store import facts, lights
from pipeline.store.lights import CHUNK, ComputedLight
from pipeline.store.unit import Store

SETTLE_S = 1.0  # a booklet computed this recently is in a burst: wait until it is quiet
SETTLE_LOOKS = 15  # after so many looks at a booklet that never rests, compute all the same
SWEEP_LIMIT = 5_000
_NOWHERE = LevelFacts("", 0, "", Level.PREMIERE)  # a booklet without division expects nothing


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What one call did: lights saved, ids put off until they are quiet."""

    saved_count: int
    put_off_count: int


def messages(booklet_ids: Sequence[int], **options: Any) -> list[Message]:
    """Nudges for the booklets, many ids in each."""
    countdown_s = SETTLE_S if options else None
    return [
        Message(
            RECOMPUTE_STUDENTS,
            tuple(chunk),
            f"({len(chunk)} livret(s), premier {chunk[0]})",
            options,
            countdown_s,
        )
        for chunk in _chunks(booklet_ids)
    ]


def nudges(connection: Any, booklet_ids: Collection[int], now: dt.datetime) -> list[Message]:
    """Claim a nudge for each dirty booklet that has none in flight, and return the messages."""
    claimed = [
        booklet_id
        for chunk in _chunks(sorted(booklet_ids), size=1_000)
        for booklet_id in lights.claim_nudges(connection, chunk, now)
    ]
    return messages(claimed)


def run(
    store: Store,
    booklet_ids: Sequence[int],
    *,
    limits: Limits,
    now: Callable[[], dt.datetime],
    seen: Mapping[int, int] | None = None,
    look: int = 0,
) -> Recomputed:
    """Bring the lights of the booklets up to date; harmless when doubled, late or lost.

    In a burst of edits a light is computed once at its start and once it is quiet: a booklet
    computed less than SETTLE_S ago is looked at again later, and computed when its revision
    did not move between two looks (`seen`), at the latest after SETTLE_LOOKS looks.
    """
    busy: dict[int, int] = {}
    if look < SETTLE_LOOKS:
        busy = _busy(store, booklet_ids, now(), seen or {})
    ready = [booklet_id for booklet_id in booklet_ids if booklet_id not in busy]
    moved_on = compute(store, ready, limits=limits, now=now) if ready else {}
    if again := busy | moved_on:
        options = {"seen": {str(k): v for k, v in again.items()}, "look": look + 1 if busy else 1}
        with store.writing() as unit:
            lights.put_off(unit.connection, again, now())
            unit.say(messages(sorted(again), **options))
    return Recomputed(len(ready), len(again))


def _busy(
    store: Store, booklet_ids: Sequence[int], now: dt.datetime, seen: Mapping[int, int]
) -> dict[int, int]:
    """Booklets of a burst: computed a moment ago, or whose revision moved since the last look."""
    recent = now - dt.timedelta(seconds=SETTLE_S if not seen else SETTLE_S * SETTLE_LOOKS * 2)
    with store.reading() as connection:
        found = lights.computed_since(connection, booklet_ids, recent)
    return {
        booklet_id: wanted for booklet_id, wanted in found.items() if seen.get(booklet_id) != wanted
    }


def compute(
    store: Store,
    booklet_ids: Sequence[int],
    *,
    limits: Limits,
    now: Callable[[], dt.datetime],
) -> dict[int, int]:
    """Compute and save now; return the wanted revision of those that moved on meanwhile."""
    with store.reading() as connection:
        placed = facts.read_booklets(connection, booklet_ids=booklet_ids)
        levels = facts.read_levels(connection, facts.division_ids_of(placed))
    crash.point("facts_read")
    computed = []
    for one in placed:
        level = levels.get(one.division_id, _NOWHERE) if one.division_id else _NOWHERE
        gaps = gaps_of(one.facts, level, limits)
        computed.append(
            ComputedLight(one.facts.booklet_id, one.facts.data_revision, light_of(gaps), gaps)
        )
    with store.writing() as unit:
        wanted = lights.save_lights(unit.connection, computed, now())
        crash.point("light_saved")
    revisions = {one.booklet_id: one.revision for one in computed}
    return {key: value for key, value in wanted.items() if value > revisions[key]}


def sweep(store: Store, now: dt.datetime) -> int:
    """Send again what is dirty and due; return how many booklets."""
    with store.reading() as connection:
        if not lights.is_any_due(connection, now):
            return 0
    with store.writing() as unit:
        due = lights.sweep_due(unit.connection, now, SWEEP_LIMIT)
        unit.say(messages(due))
    return len(due)


def inline(
    store: Store,
    *,
    limits: Limits,
    now: Callable[[], dt.datetime],
    progress: Callable[[int], None] = lambda _count: None,
) -> int:
    """Compute every dirty light here, without messages: for a day without Redis."""
    total = 0
    while True:
        with store.reading() as connection:
            ids = lights.dirty_ids(connection, 500)
        if not ids:
            return total
        compute(store, ids, limits=limits, now=now)
        total += len(ids)
        progress(total)


def _chunks(ids: Sequence[int], size: int = CHUNK) -> list[Sequence[int]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]
