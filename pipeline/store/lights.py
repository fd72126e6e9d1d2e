"""The statements of recompute: claim a nudge, save by compare-and-set, sweep."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pipeline.domain.gaps import Gap, Light
from pipeline.store import rows as t
from pipeline.store.sets import Numbers, among, table_of

CHUNK = 50  # ids per message and rows per statement
BACK_OFF_S = (5, 10, 20, 40, 80, 160, 300)
_c = t.completeness.c
_DIRTY = _c.wanted_revision > _c.computed_revision


@dataclass(frozen=True, slots=True)
class ComputedLight:
    """A light and its gaps, with the revision of the facts they were computed from."""

    booklet_id: int
    revision: int
    light: Light
    gaps: tuple[Gap, ...]


_IDS = sa.bindparam("ids", type_=Numbers())
_ASKED = among(_c.booklet_id, _IDS)
_DUE_AT = sa.bindparam("due_at", type_=_c.due_at.type)
_CLAIM = (
    sa.update(t.completeness)
    .where(_ASKED, _DIRTY, _c.nudged_revision <= _c.computed_revision)
    .values(nudged_revision=_c.wanted_revision, due_at=_DUE_AT)
    .returning(_c.booklet_id)
)
_PUT_OFF = sa.update(t.completeness).where(_ASKED, _DIRTY).values(due_at=_DUE_AT)
_COMPUTED_SINCE = sa.select(_c.booklet_id, _c.wanted_revision).where(
    _ASKED,
    _c.computed_at > sa.bindparam("instant", type_=_c.computed_at.type),
    _DIRTY,
)
_HOLD = sa.select(_c.booklet_id).where(_ASKED).order_by(_c.booklet_id).with_for_update()


def _saving(dialect: str, rows: Any) -> sa.Update:
    """Set the lights of `rows` (booklet_id, revision, light, gaps) that are newer than what is."""
    chosen = [_c.booklet_id == rows.c.booklet_id, _c.computed_revision < rows.c.revision]
    if dialect == "postgresql":  # which cannot tell from JSON that the rows are few
        chosen.append(among(_c.booklet_id, _IDS))
    moved_on = _c.wanted_revision > rows.c.revision
    return (
        sa.update(t.completeness)
        .where(*chosen)
        .values(
            light=rows.c.light,
            gaps=rows.c.gaps,
            computed_revision=rows.c.revision,
            computed_at=sa.bindparam("now", type_=_c.computed_at.type),
            attempt_count=0,
            nudged_revision=sa.case((moved_on, _c.wanted_revision), else_=_c.nudged_revision),
            due_at=sa.case((moved_on, _DUE_AT), else_=sa.null()),
        )
        .returning(_c.booklet_id, _c.wanted_revision)
    )


_NEW = {"booklet_id": sa.Integer, "revision": sa.Integer, "light": sa.Text, "gaps": sa.JSON}
_SAVE = {dialect: _saving(dialect, rows) for dialect, rows in table_of("lights", _NEW).items()}


def claim_nudges(
    connection: sa.Connection, booklet_ids: Collection[int], now: dt.datetime
) -> list[int]:
    """Of the booklets, those that are dirty and have no nudge in flight; now they have one."""
    due_at = now + dt.timedelta(seconds=BACK_OFF_S[0])
    return sorted(connection.execute(_CLAIM, {"ids": booklet_ids, "due_at": due_at}).scalars())


def put_off(connection: sa.Connection, booklet_ids: Collection[int], now: dt.datetime) -> None:
    """The booklets are looked at again soon: no sweep meanwhile, it would not wait."""
    later = now + dt.timedelta(seconds=BACK_OFF_S[0])
    connection.execute(_PUT_OFF, {"ids": booklet_ids, "due_at": later})


def save_lights(
    connection: sa.Connection, lights: Sequence[ComputedLight], now: dt.datetime
) -> dict[int, int]:
    """Save each light unless a newer one is there; return the wanted revision of those saved.

    A row that moved on meanwhile keeps a nudge in flight: the caller sends it. Rows are locked
    in the order of ids, so that two that save the same ones wait for each other.
    """
    rows = [
        (
            one.booklet_id,
            one.revision,
            one.light,
            [(g.code, g.severity, g.subject) for g in one.gaps],
        )
        for one in lights
    ]
    given: dict[str, Any] = {"lights": rows, "now": now}
    given["due_at"] = now + dt.timedelta(seconds=BACK_OFF_S[0])
    if connection.dialect.name == "postgresql":
        given["ids"] = [row[0] for row in rows]
        if len(rows) > 1:
            connection.execute(_HOLD, {"ids": given["ids"]})
    saved = connection.execute(_SAVE[connection.dialect.name], given)
    return {row.booklet_id: row.wanted_revision for row in saved}


def computed_since(
    connection: sa.Connection, booklet_ids: Collection[int], instant: dt.datetime
) -> dict[int, int]:
    """The booklets whose light was computed after `instant` and is dirty again: wanted by id."""
    found = connection.execute(_COMPUTED_SINCE, {"ids": booklet_ids, "instant": instant})
    return {row.booklet_id: row.wanted_revision for row in found}


def _due(now: dt.datetime) -> sa.ColumnElement[bool]:
    return sa.and_(_DIRTY, sa.or_(_c.due_at.is_(None), _c.due_at <= now))


def is_any_due(connection: sa.Connection, now: dt.datetime) -> bool:
    """Whether a sweep would find anything: a read, which waits for no writer."""
    return (
        connection.execute(sa.select(_c.booklet_id).where(_due(now)).limit(1)).first() is not None
    )


def sweep_due(connection: sa.Connection, now: dt.datetime, limit: int) -> list[int]:
    """Dirty booklets that are due, oldest first; each is due again later, with back-off."""
    due = (
        sa.select(_c.booklet_id)
        .where(_due(now))
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
