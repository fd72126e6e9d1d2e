"""Databases for the tests: SQLite and PostgreSQL, migrated once, a fresh one for each test."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "store"))  # rowsbuilder, for every folder

from faults.matrix import Table
from postgres import Databases, databases

from pipeline.queue import Message
from pipeline.store import migrate
from pipeline.store.engine import make_engine
from pipeline.store.unit import Store


def _set_aside() -> None:
    """Hide the caller's settings from the product; keep what the fixtures may use.

    The TESTS_ variables reach the xdist processes, which start after this has run.
    """
    for name in ("DATABASE_URL", "BROKER_URL"):
        given = os.environ.get(f"LSLPRO_{name}") or os.environ.get(name)
        if given:
            os.environ[f"TESTS_{name}"] = given
    for name in list(os.environ):
        if name.startswith("LSLPRO_") or name in {"DATABASE_URL", "BROKER_URL"}:
            del os.environ[name]


_set_aside()
_table = Table()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--soak` plays the long form of the fault tests."""
    parser.addoption("--soak", action="store_true", help="the long form of the fault tests")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Gather the ledgers of the fault matrix, also those of xdist's processes."""
    if report.when == "teardown":
        for name, value in report.user_properties:
            if name == "fault_row":
                number, told = value  # type: ignore[misc]
                _table.add(number, told)
            if name == "fault_control":
                _table.controls.append(int(str(value)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the fault matrix found."""
    if _table.rows:
        terminalreporter.section("fault matrix")
        for line in _table.lines():
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def soak(request: pytest.FixtureRequest) -> bool:
    """Whether the long form is played."""
    return bool(request.config.getoption("--soak"))


def given_postgresql() -> str | None:
    """The server that the environment gives, if it is a PostgreSQL."""
    url = os.environ.get("TESTS_DATABASE_URL", "")
    return url if url.startswith(("postgresql", "postgres:")) else None


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """The run's PostgreSQL, started by the first test that needs it."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    with databases(shared, given_postgresql()) as found:
        yield found


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "lslpro.db"
    engine = make_engine(f"sqlite:///{path}")
    migrate.upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite database of the test's own."""
    path = shutil.copy(_sqlite_template, tmp_path / "lslpro.db")
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql: Databases) -> Iterator[str]:
    """A migrated PostgreSQL database of the test's own."""
    url = postgresql.create()
    yield url
    postgresql.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database of the test's own, once on each dialect."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def sent() -> list[Message]:
    """The messages the store has sent."""
    return []


@pytest.fixture
def store(database_url: str, sent: list[Message]) -> Iterator[Store]:
    """A store on a fresh database; what it sends is in `sent`."""
    made = Store(database_url, sent.extend)
    yield made
    made.engine.dispose()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def module_database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A migrated database for all the tests of a module, once on each dialect."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("_sqlite_template")
        folder = tmp_path_factory.mktemp("module")
        yield f"sqlite:///{shutil.copy(template, folder / 'lslpro.db')}"
    else:
        server: Databases = request.getfixturevalue("postgresql")
        url = server.create()
        yield url
        server.drop(url)
