"""Saving what was written in a booklet's page, and telling what others did meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline import booklets
from pipeline.desk.entry import Opened, opened, opened_in
from pipeline.desk.entry_others import Clash, of_field, sentences
from pipeline.desk.entry_values import digest
from pipeline.desk.entry_weighing import Held, Weighed, Written, weigh
from pipeline.domain.accounts import Principal
from pipeline.errors import OutdatedBooklet, PeriodicityNotSet
from pipeline.labels import LEVELS
from pipeline.store.edits import PastEdit, edits_since
from pipeline.wiring import Wiring

TRIES = 5  # a save that meets another one looks again


@dataclass(frozen=True, slots=True)
class Saved:
    """The booklet after a save: the fields saved, at fault and clashing; what others did."""

    opened: Opened
    saved: tuple[str, ...] = ()
    faults: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    clashes: tuple[Clash, ...] = ()
    told: tuple[str, ...] = ()  # what others changed since the writer's reading
    notes: tuple[str, ...] = ()  # what was removed from texts

    @property
    def is_whole(self) -> bool:
        """Whether everything that was written is saved."""
        return not self.faults and not self.clashes


def state(wiring: Wiring, principal: Principal, booklet_id: int, since: int) -> Saved:
    """A booklet as it is now, and what others changed after a revision."""
    with wiring.store.reading() as connection:
        found = opened_in(wiring, connection, principal, booklet_id)
        past = edits_since(connection, {booklet_id: since})
    return Saved(found, told=_told(wiring, principal, found, past))


def save(wiring: Wiring, principal: Principal, booklet_id: int, written: Written) -> Saved:
    """Write what someone changed, never over what another wrote that he had not seen.

    Fields that others changed meanwhile are kept and told; a field that both changed clashes and
    is not written. With a fault nothing is written, unless `partial`. Raises PeriodicityNotSet,
    NotFound, and OutdatedBooklet when others save without a pause.
    """
    for attempt in range(1, TRIES + 1):
        before = opened(wiring, principal, booklet_id)
        weighed = _weighed(before, written)
        try:
            notes = _write(wiring, principal, before, weighed)
        except OutdatedBooklet:
            if attempt == TRIES:
                raise
        else:
            break
    # Who wrote what clashes is told even when its writer had seen that revision go by.
    now, past = _after(wiring, principal, before, 0 if weighed.clashes else written.based_on)
    clashes = _clashes(wiring, principal, now, weighed, past)
    asked = {name for one in weighed.clashes for name in one.audited}
    since = [one for one in past if one.revision > written.based_on]
    told = _told(wiring, principal, now, since, asked)
    return Saved(now, tuple(weighed.parts), weighed.faults, clashes, told, notes)


def _weighed(before: Opened, written: Written) -> Weighed:
    level = before.level
    if level.periodicity is None:
        raise PeriodicityNotSet(level.diploma_code, LEVELS[level.level])
    held = Held(before.fields, before.values, before.revision, level)
    weighed = weigh(written, held, before.limits)
    if weighed.faults and not written.partial:
        weighed.parts.clear()
    return weighed


def _write(
    wiring: Wiring, principal: Principal, before: Opened, weighed: Weighed
) -> tuple[str, ...]:
    if not weighed.parts:
        return ()
    return booklets.edit(
        wiring.store, before.booklet_id, weighed.edit, based_on=before.revision,
        actor=principal.actor, limits=before.limits, now=wiring.now(),
    ).notes  # fmt: skip


def _after(
    wiring: Wiring, principal: Principal, before: Opened, since: int
) -> tuple[Opened, list[PastEdit]]:
    """The booklet now, and what was done in it between a revision and the writer's save."""
    with wiring.store.reading() as connection:
        now = opened_in(wiring, connection, principal, before.booklet_id)
        past = edits_since(connection, {before.booklet_id: since})
    return now, [one for one in past if one.revision <= before.revision]


def _clashes(
    wiring: Wiring, principal: Principal, now: Opened, weighed: Weighed, past: Sequence[PastEdit]
) -> tuple[Clash, ...]:
    values, zone = now.values, wiring.settings.timezone
    return tuple(
        Clash(one, values, digest(one, values), of_field(one, past, principal.actor, zone))
        for one in weighed.clashes
    )


def _told(
    wiring: Wiring,
    principal: Principal,
    now: Opened,
    past: Sequence[PastEdit],
    asked: Collection[str] = (),
) -> tuple[str, ...]:
    """What others did, without what is asked anyway."""
    others = [one.without(asked) for one in past if one.actor != principal.actor]
    told = [one for one in others if one.fields]
    return sentences(told, now.fields, principal.actor, wiring.settings.timezone)
