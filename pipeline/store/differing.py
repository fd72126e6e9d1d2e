"""Bringing the rows of a table to what is wanted: only what differs is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

Values = dict[str, Any]
_Held = dict[tuple[Any, ...], Any]  # the rows that are there, as items, by key


@dataclass
class Counts:
    """What happened to the rows of one table."""

    added: int = 0
    updated: int = 0
    removed: int = 0
    unchanged: int = 0

    @property
    def changed(self) -> int:
        """How many rows were written or removed."""
        return self.added + self.updated + self.removed

    def add(self, other: "Counts") -> None:
        """Count what another write did too."""
        for name, count in vars(other).items():
            setattr(self, name, getattr(self, name) + count)


def bring(
    connection: sa.Connection, table: sa.Table, wanted: Sequence[Values], within: Any = None
) -> Counts:
    """Add the rows that are missing and correct those that differ; columns not given stay.

    Every row has the same columns, its key among them; `within` bounds the rows to look at and
    must hold them all.
    """
    return _bring(connection, table, wanted, _held(connection, table, within))


def replace(
    connection: sa.Connection, table: sa.Table, wanted: Sequence[Values], within: Any
) -> Counts:
    """`bring`, then remove the rows within the bounds that are not wanted."""
    held = _held(connection, table, within)
    counts = _bring(connection, table, wanted, held)
    counts.removed = _drop(connection, table, wanted, held)
    return counts


def drop_others(
    connection: sa.Connection, table: sa.Table, wanted: Sequence[Values], within: Any
) -> int:
    """Remove the rows within the bounds that are not wanted; return how many."""
    return _drop(connection, table, wanted, _held(connection, table, within))


def add(connection: sa.Connection, table: sa.Table, rows: Sequence[Values]) -> None:
    """Insert rows, if there are any."""
    if rows:
        connection.execute(sa.insert(table), list(rows))


def update(connection: sa.Connection, table: sa.Table, rows: Sequence[Values]) -> None:
    """Set the columns given of the rows with these keys, in the order of the keys."""
    if rows:
        keys = _keys(table)
        columns = [name for name in rows[0] if name not in keys]
        values = {name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in columns}
        given = [
            {f"key_{name}": row[name] for name in keys}
            | {f"new_{name}": row[name] for name in columns}
            for row in sorted(rows, key=lambda row: [row[name] for name in keys])
        ]
        connection.execute(sa.update(table).where(*_is_row(table, keys)).values(values), given)


def _keys(table: sa.Table) -> list[str]:
    return [column.name for column in table.primary_key]


def _held(connection: sa.Connection, table: sa.Table, within: Any) -> _Held:
    statement = sa.select(table) if within is None else sa.select(table).where(within)
    keys = _keys(table)
    found = connection.execute(statement).mappings()
    return {tuple(row[name] for name in keys): row.items() for row in found}


def _bring(
    connection: sa.Connection, table: sa.Table, wanted: Sequence[Values], held: _Held
) -> Counts:
    keys = _keys(table)
    rows = {tuple(row[name] for name in keys): row for row in wanted}
    new = [row for key, row in rows.items() if key not in held]
    differing = [row for key, row in rows.items() if key in held and row.items() - held[key]]
    add(connection, table, new)
    update(connection, table, differing)
    return Counts(len(new), len(differing), 0, len(rows) - len(new) - len(differing))


def _drop(connection: sa.Connection, table: sa.Table, wanted: Sequence[Values], held: _Held) -> int:
    keys = _keys(table)
    kept = {tuple(row[name] for name in keys) for row in wanted}
    gone = [key for key in held if key not in kept]
    if gone:
        given = [{f"key_{name}": key[n] for n, name in enumerate(keys)} for key in gone]
        connection.execute(sa.delete(table).where(*_is_row(table, keys)), given)
    return len(gone)


def _is_row(table: sa.Table, keys: list[str]) -> list[sa.ColumnElement[bool]]:
    return [table.c[name] == sa.bindparam(f"key_{name}", type_=table.c[name].type) for name in keys]
