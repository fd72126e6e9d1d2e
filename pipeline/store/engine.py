"""Engines for SQLite (WAL) and PostgreSQL, and what a foreign error means to us."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from pipeline.errors import SettingsRefused, StoreUnavailable

BUSY_TIMEOUT_MS = 30_000
WRITES = {"lslpro_writes": True}
_RETRYABLE_STATES = ("40001", "40P01", "53100", "55P03", "57P01", "57P02", "57P03")
_RETRYABLE_CODES = (  # of SQLite: held by another, the disk full or failing
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PROTOCOL,
)  # fmt: skip


def normalised_url(url: str) -> str:
    """Accept the common spellings of a PostgreSQL address; name psycopg 3 as the driver."""
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def make_engine(url: str) -> sa.Engine:
    """An engine on SQLite or PostgreSQL; any other database is refused by name."""
    try:
        parsed = sa.make_url(normalised_url(url))
    except (ArgumentError, ValueError):  # their texts may quote a part of the password
        raise SettingsRefused(
            "LSLPRO_DATABASE_URL : adresse illisible ; dans un mot de passe, écrivez « / » %2F, "
            "« : » %3A, « @ » %40."
        ) from None
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"}:
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(
            parsed, hide_parameters=True, connect_args={"check_same_thread": False}
        )
        _tune_sqlite(engine)
        return engine
    if parsed.drivername == "postgresql+psycopg":
        return sa.create_engine(
            parsed,
            pool_pre_ping=True,
            pool_size=5,
            hide_parameters=True,  # an error's text is logged: it must quote no pupil
            connect_args={"connect_timeout": 5},
        )
    raise SettingsRefused(
        f"LSLPRO_DATABASE_URL : base « {parsed.drivername} » inconnue, "
        "donnez une adresse sqlite:/// ou postgresql://."
    )


def _tune_sqlite(engine: sa.Engine) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            "synchronous = FULL",
            "foreign_keys = ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        _to_wal(cursor)
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        # A write that begins as a read can fail half-way with "database is locked".
        writes = connection.get_execution_options().get("lslpro_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _to_wal(cursor: sqlite3.Cursor) -> None:
    """Change a new database to WAL; SQLite does not wait for another that is doing so."""
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1_000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


@contextmanager
def translated() -> Iterator[None]:
    """Turn "the database did not answer, is locked, ended us" into StoreUnavailable."""
    try:
        yield
    except PoolTimeout as error:
        raise StoreUnavailable("connexions épuisées") from error
    except DBAPIError as error:
        if _retryable(error):
            raise StoreUnavailable(type(error.orig).__name__) from None
        raise


def _retryable(error: DBAPIError) -> bool:
    """By code, never by text; psycopg gives no code to a connection it could not make or keep."""
    if error.connection_invalidated:
        return True
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _RETRYABLE_CODES
    state = getattr(error.orig, "sqlstate", None)
    return state in _RETRYABLE_STATES or (state is None and isinstance(error, OperationalError))
