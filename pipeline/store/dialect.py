"""What SQLite and PostgreSQL both know and SQLAlchemy spells by dialect."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insert(connection: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, in the connection's dialect."""
    made = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    return made(table)


def upsert(connection: sa.Connection, table: sa.Table, values: dict[str, Any]) -> None:
    """Insert a row, or set its other columns where its key is there."""
    keys = [column.name for column in table.primary_key]
    statement = insert(connection, table).values(**values)
    changed = {name: statement.excluded[name] for name in values if name not in keys}
    if changed:
        statement = statement.on_conflict_do_update(index_elements=keys, set_=changed)
    else:
        statement = statement.on_conflict_do_nothing()
    connection.execute(statement)
