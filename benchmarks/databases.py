"""Fresh databases: SQLite in a folder, or a PostgreSQL that keeps what it promised."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

import postgres  # type: ignore[import-not-found]

from pipeline.store import migrate
from pipeline.store.engine import make_engine

# The tests' server forgets on a crash; a measured one must not.
DURABLE = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
    "shared_buffers": "128MB",
}
NewDatabase = Callable[[], str]


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[NewDatabase]:
    """A function that makes a migrated, empty database of that kind and returns its address."""
    if kind == "sqlite":
        yield lambda: _migrated(f"sqlite:///{folder / f'{_name()}.db'}")
        return
    with _postgresql() as admin_url:
        yield lambda: _migrated(_created(admin_url))


@contextmanager
def _postgresql() -> Iterator[str]:
    postgres.OPTIONS.update(DURABLE)
    home = Path(tempfile.mkdtemp(prefix="lslpro-bench-", dir=postgres._open_folder()))  # noqa: SLF001
    home.chmod(0o755)
    try:
        with _quiet():
            server = postgres._start(home)  # noqa: SLF001 - the tests' own server
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={home / 'run'}"
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait(30)
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _quiet() -> Iterator[None]:
    """What a child says on standard output goes to standard error; ours is for figures."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _created(admin_url: str) -> str:
    name = _name()
    admin = sa.create_engine(admin_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    admin.dispose()
    return sa.make_url(admin_url).set(database=name).render_as_string(hide_password=False)


def _migrated(url: str) -> str:
    engine = make_engine(url)
    migrate.upgrade(engine)
    engine.dispose()
    return url


def _name() -> str:
    return f"bench_{secrets.token_hex(4)}"
