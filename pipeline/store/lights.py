"""The statements of recompute: claim a nudge, save by compare-and-set, sweep."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from pipeline.domain.gaps import Gap, Light
from pipeline.store import rows as t

CHUNK = 50  # ids per message and rows per statement
BACK_OFF_S = (20, 40, 80, 160, 300)
_c = t.completeness.c
_DIRTY = _c.wanted_revision > _c.computed_revision


@dataclass(frozen=True, slots=True)
class ComputedLight:
    """A light and its gaps, with the revision of the facts they were computed from."""

    booklet_id: int
    revision: int
    light: Light
    gaps: tuple[Gap, ...]


def claim_nudges(
    connection: sa.Connection, booklet_ids: Collection[int], now: dt.datetime
) -> list[int]:
    """Of the booklets, those that are dirty and have no nudge in flight; now they have one."""
    statement = (
        sa.update(t.completeness)
        .where(_c.booklet_id.in_(booklet_ids), _DIRTY, _c.nudged_revision <= _c.computed_revision)
        .values(
            nudged_revision=_c.wanted_revision, due_at=now + dt.timedelta(seconds=BACK_OFF_S[0])
        )
        .returning(_c.booklet_id)
    )
    return sorted(connection.execute(statement).scalars())


def save_lights(
    connection: sa.Connection, lights: Sequence[ComputedLight], now: dt.datetime
) -> dict[int, int]:
    """Save each light unless a newer one is there; return the wanted revision of those saved.

    A row that moved on meanwhile keeps a nudge in flight: the caller sends it.
    """
    wanted: dict[int, int] = {}
    due_at = now + dt.timedelta(seconds=BACK_OFF_S[0])
    for one in lights:
        moved_on = _c.wanted_revision > one.revision
        saved = connection.execute(
            sa.update(t.completeness)
            .where(_c.booklet_id == one.booklet_id, _c.computed_revision < one.revision)
            .values(
                light=one.light,
                gaps=[[gap.code, gap.severity, gap.subject] for gap in one.gaps],
                computed_revision=one.revision,
                computed_at=now,
                attempt_count=0,
                nudged_revision=sa.case((moved_on, _c.wanted_revision), else_=_c.nudged_revision),
                due_at=sa.case((moved_on, sa.literal(due_at, _c.due_at.type)), else_=sa.null()),
            )
            .returning(_c.wanted_revision)
        ).scalar()
        if saved is not None:
            wanted[one.booklet_id] = saved
    return wanted


def computed_since(
    connection: sa.Connection, booklet_ids: Collection[int], instant: dt.datetime
) -> dict[int, int]:
    """The booklets whose light was computed after `instant` and is dirty again: wanted by id."""
    found = connection.execute(
        sa.select(_c.booklet_id, _c.wanted_revision).where(
            _c.booklet_id.in_(booklet_ids), _c.computed_at > instant, _DIRTY
        )
    )
    return {row.booklet_id: row.wanted_revision for row in found}


def sweep_due(connection: sa.Connection, now: dt.datetime, limit: int) -> list[int]:
    """Dirty booklets that are due, oldest first; each is due again later, with back-off."""
    due = (
        sa.select(_c.booklet_id)
        .where(_DIRTY, sa.or_(_c.due_at.is_(None), _c.due_at <= now))
        .order_by(_c.due_at.nulls_first(), _c.booklet_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    waits = sa.case(
        *(
            (_c.attempt_count == n, sa.literal(now + dt.timedelta(seconds=s), _c.due_at.type))
            for n, s in enumerate(BACK_OFF_S)
        ),
        else_=sa.literal(now + dt.timedelta(seconds=BACK_OFF_S[-1]), _c.due_at.type),
    )
    statement = (
        sa.update(t.completeness)
        .where(_c.booklet_id.in_(due.scalar_subquery()))
        .values(
            nudged_revision=_c.wanted_revision,
            due_at=waits,
            attempt_count=_c.attempt_count + 1,
        )
        .returning(_c.booklet_id)
    )
    return sorted(connection.execute(statement).scalars())


def dirty_ids(connection: sa.Connection, limit: int) -> list[int]:
    """Dirty booklets, nudged or not, for recomputing without messages."""
    found = sa.select(_c.booklet_id).where(_DIRTY).order_by(_c.booklet_id).limit(limit)
    return list(connection.execute(found).scalars())
