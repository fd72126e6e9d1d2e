"""Who edited booklets since a revision, and which fields: from the audit, with the accounts."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa

from pipeline.domain.accounts import account_of
from pipeline.store import rows as t
from pipeline.store.desk_names import account_names
from pipeline.store.sets import Numbers, among

a = t.audit_event.c
_SINCE = (
    sa.select(a.booklet_id, a.at, a.actor, a.revision, a.details)
    .where(
        among(a.booklet_id, sa.bindparam("ids", type_=Numbers())), a.revision > sa.bindparam("low")
    )
    .order_by(a.booklet_id, a.revision)
)


@dataclass(frozen=True, slots=True)
class PastEdit:
    """One edit of a booklet: when, by whom (`name`: of the account, if there is one), of what."""

    booklet_id: int
    revision: int  # that it made
    at: dt.datetime
    actor: str
    name: str | None
    fields: tuple[str, ...]

    def without(self, names: Collection[str]) -> "PastEdit":
        """The same, silent about some fields."""
        return replace(self, fields=tuple(one for one in self.fields if one not in names))


def edits_since(connection: sa.Connection, revisions: Mapping[int, int]) -> list[PastEdit]:
    """The edits of booklets after the revision given for each, oldest first, in two statements."""
    if not revisions:
        return []
    asked = {"ids": list(revisions), "low": min(revisions.values())}
    found = [
        row for row in connection.execute(_SINCE, asked) if row.revision > revisions[row.booklet_id]
    ]
    names = _names(connection, {row.actor for row in found})
    return [
        PastEdit(
            row.booklet_id, row.revision, row.at, row.actor, names.get(row.actor),
            tuple(row.details.get("fields", ())),
        )
        for row in found
    ]  # fmt: skip


def _names(connection: sa.Connection, actors: Collection[str]) -> dict[str, str]:
    ids = {one: number for one in actors if (number := account_of(one)) is not None}
    names = account_names(connection, set(ids.values())) if ids else {}
    return {actor: names[key] for actor, key in ids.items() if key in names}
