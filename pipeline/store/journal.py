"""Reading the audit: newest first, a page at a time from a key, never a value of a pupil."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pipeline.store import rows as t
from pipeline.store.rows import AnyRow

a, b = t.audit_event.c, t.booklet.c
Key = tuple[dt.datetime, int]  # of an event: its instant, its id


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events; `since` is the first instant, `until` the first one too late."""

    actor: str = ""
    action: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    booklet_id: int | None = None
    division_id: int | None = None  # of the booklets that are in it now, or said by the event


def page(
    connection: sa.Connection, wanted: Wanted, limit: int, before: Key | None = None
) -> list[AnyRow]:
    """The newest events that are older than the key `before`."""
    conditions = [*_conditions(wanted)]
    if before is not None:
        at = sa.literal(before[0], a.at.type)
        conditions.append(sa.or_(a.at < at, sa.and_(a.at == at, a.id < before[1])))
        conditions.append(a.at <= at)  # lets the index begin there
    return list(
        connection.execute(
            sa.select(a.id, a.at, a.actor, a.action, a.booklet_id, a.revision, a.details)
            .where(*conditions)
            .order_by(a.at.desc(), a.id.desc())
            .limit(limit)
        ).all()
    )


def accounts(connection: sa.Connection, ids: list[int]) -> dict[int, tuple[str, str]]:
    """Login and name of each account, by its id."""
    account = t.account.c
    found = connection.execute(
        sa.select(account.id, account.login, account.name).where(account.id.in_(ids))
    )
    return {row.id: (row.login, row.name) for row in found}


def _conditions(wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.actor:
        yield a.actor == wanted.actor
    if wanted.action:
        yield a.action == wanted.action
    if wanted.since is not None:
        yield a.at >= sa.literal(wanted.since, a.at.type)
    if wanted.until is not None:
        yield a.at < sa.literal(wanted.until, a.at.type)
    if wanted.booklet_id is not None:
        yield a.booklet_id == wanted.booklet_id
    if wanted.division_id is not None:
        yield a.id.in_(_of_division(wanted.division_id))


def _of_division(division_id: int) -> Any:
    """The events of a division: gathered first, each part by its index, then put in order."""
    e = t.audit_event.alias()
    inside = sa.select(b.id).where(b.division_id == division_id)
    of_booklets = sa.select(e.c.id).where(e.c.booklet_id.in_(inside))
    said = sa.select(e.c.id).where(
        e.c.booklet_id.is_(None), e.c.details["division_id"].as_integer() == division_id
    )
    return sa.union_all(of_booklets, said)
