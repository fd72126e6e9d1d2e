"""The migrations make what the models say, on both databases, once and for all."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from rowsbuilder import a_school
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from pipeline.errors import StoreUnavailable
from pipeline.store import migrate
from pipeline.store import rows as t
from pipeline.store.engine import make_engine
from pipeline.store.migrations import triggers_0001, triggers_0003
from pipeline.store.migrations.triggers_0001 import EVENTS

SCOPES = triggers_0001.SCOPES | triggers_0003.SCOPES


@pytest.fixture(params=["sqlite", "postgresql"])
def blank_url(request, tmp_path):
    """A database without a table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'blank.db'}"
        return
    server = request.getfixturevalue("postgresql")
    url = server.create(template="template0")
    yield url
    server.drop(url)


@pytest.fixture
def blank(blank_url):
    engine = make_engine(blank_url)
    yield engine
    engine.dispose()


@pytest.fixture
def migrated(store):
    return store.engine


def trigger_names(engine):
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[engine.dialect.name]
    with engine.connect() as connection:
        return set(connection.execute(sa.text(catalogue)).scalars())


def test_an_empty_database_is_brought_to_the_newest_revision(blank):
    assert migrate.current_revision(blank) is None
    migrate.upgrade(blank)
    assert migrate.current_revision(blank) == migrate.newest_revision()


def test_upgrading_twice_changes_nothing(store):
    a_school(store, pupil_count=2)
    tables, triggers = set(sa.inspect(store.engine).get_table_names()), trigger_names(store.engine)
    migrate.upgrade(store.engine)
    with store.reading() as connection:
        count = connection.execute(sa.select(sa.func.count()).select_from(t.booklet)).scalar()
    assert count == 2
    assert set(sa.inspect(store.engine).get_table_names()) == tables
    assert trigger_names(store.engine) == triggers


def test_two_upgrades_at_once_wait_for_each_other(blank_url):
    def upgrade(_):
        engine = make_engine(blank_url)
        try:
            migrate.upgrade(engine)
            return migrate.current_revision(engine)
        finally:
            engine.dispose()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(upgrade, range(2))) == [migrate.newest_revision()] * 2


def test_a_failed_upgrade_leaves_the_database_as_it_was(blank):
    with blank.begin() as connection:  # the last table of the migration is in the way
        connection.execute(sa.text("CREATE TABLE teacher (id INTEGER)"))
    with pytest.raises((DBAPIError, StoreUnavailable)):
        migrate.upgrade(blank)
    assert sa.inspect(blank).get_table_names() == ["teacher"]
    assert migrate.current_revision(blank) is None


def test_models_and_migrated_database_agree(migrated):
    options = {"compare_type": True, "compare_server_default": True}
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, SQLModel.metadata) == []


def test_every_check_of_the_models_is_in_the_database(migrated):
    found, wanted = {}, {}
    for name, table in SQLModel.metadata.tables.items():
        checks = [c for c in table.constraints if isinstance(c, sa.CheckConstraint)]
        wanted[name] = {check.name for check in checks}
        found[name] = {c["name"] for c in sa.inspect(migrated).get_check_constraints(name)}
    assert found == wanted


def test_every_partial_index_of_the_models_is_partial_in_the_database(migrated):
    dialect = migrated.dialect.name
    for name, table in SQLModel.metadata.tables.items():
        held = {
            index["name"]: f"{dialect}_where" in index.get("dialect_options", {})
            for index in sa.inspect(migrated).get_indexes(name)
            if not index.get("duplicates_constraint")
        }
        wanted = {
            index.name: index.dialect_options[dialect]["where"] is not None
            for index in table.indexes
        }
        assert held == wanted, name


def test_every_source_has_its_triggers(migrated):
    marks = {
        f"{table}_marks_{event}"
        for table in SCOPES
        for event in EVENTS
        if table != "booklet" or event == "update"
    }
    assert trigger_names(migrated) == marks | {"booklet_completeness"}
