"""The statements that count failed log-ins; each is atomic, so that none is lost among many."""

import datetime as dt

import sqlalchemy as sa

from pipeline.store import rows as t
from pipeline.store.dialect import insert

f = t.login_failures.c


def count(
    connection: sa.Connection, key: str, *, now: dt.datetime, forget_at: dt.datetime
) -> int | None:
    """Count one more failure and lock its row; the count, or nothing while one must wait."""
    first = {"key": key, "failure_count": 1, "last_at": now, "forget_at": forget_at}
    statement = insert(connection, t.login_failures).values(**first)
    again = sa.case((f.forget_at <= now, 1), else_=f.failure_count + 1)
    statement = statement.on_conflict_do_update(
        index_elements=[f.key],
        set_={"failure_count": again, "last_at": now, "forget_at": forget_at, "wait_until": None},
        where=sa.or_(f.wait_until.is_(None), f.wait_until <= now),
    )
    return connection.execute(statement.returning(f.failure_count)).scalar()


def wait(connection: sa.Connection, key: str, until: dt.datetime) -> None:
    """Let nobody try until then."""
    connection.execute(sa.update(t.login_failures).where(f.key == key).values(wait_until=until))


def waits_until(connection: sa.Connection, key: str) -> dt.datetime | None:
    """Until when one must wait."""
    return connection.execute(sa.select(f.wait_until).where(f.key == key)).scalar()


def forget(connection: sa.Connection, key: str) -> None:
    """Forget every failure."""
    connection.execute(sa.delete(t.login_failures).where(f.key == key))


def take_back(connection: sa.Connection, key: str) -> None:
    """Take back one failure that was none, and the wait it began."""
    connection.execute(
        sa.update(t.login_failures)
        .where(f.key == key, f.failure_count > 0)
        .values(failure_count=f.failure_count - 1, wait_until=None)
    )


def purge(connection: sa.Connection, now: dt.datetime) -> int:
    """Remove what is to be forgotten by now; how many."""
    return connection.execute(sa.delete(t.login_failures).where(f.forget_at <= now)).rowcount
