"""The statements of schools: add one, name one."""

import sqlalchemy as sa

from pipeline.store import rows as t
from pipeline.store.dialect import insert

s = t.school.c


def add(connection: sa.Connection, uai: str, name: str) -> bool:
    """Add a school; `False` when it is there, whoever added it meanwhile."""
    statement = (
        insert(connection, t.school)
        .values(uai=uai, name=name)
        .on_conflict_do_nothing()
        .returning(s.uai)
    )
    return connection.execute(statement).first() is not None


def name_of(connection: sa.Connection, uai: str) -> str | None:
    """The name of a school, its row locked; `None` when there is no such school."""
    found = sa.select(s.name).where(s.uai == uai).with_for_update()
    return connection.execute(found).scalar()


def rename(connection: sa.Connection, uai: str, name: str) -> None:
    """Give a school another name."""
    connection.execute(sa.update(t.school).where(s.uai == uai).values(name=name))
