"""Bringing a database to the newest migration."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from pipeline.store.engine import WRITES, make_engine, translated

FOLDER = Path(__file__).parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config


def newest_revision() -> str | None:
    """The revision this code is written for."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def current_revision(engine: sa.Engine) -> str | None:
    """The revision the database stands at; `None` for an empty one."""
    with translated(), engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: sa.Engine) -> None:
    """Apply what is missing in one transaction; a failure leaves the database as it was."""
    config = _config()
    with translated(), engine.execution_options(**WRITES).begin() as connection:
        if connection.dialect.name == "postgresql":  # two upgrades at once wait for each other
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(7102532)"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def fresh_schema(url: str, schema: str) -> str:
    """Make an empty PostgreSQL schema, dropping the one of that name; an address that uses it."""
    engine = make_engine(url)
    with translated(), engine.begin() as connection:
        connection.execute(sa.schema.DropSchema(schema, cascade=True, if_exists=True))
        connection.execute(sa.schema.CreateSchema(schema))
    engine.dispose()
    inside = engine.url.update_query_dict({"options": f"-csearch_path={schema}"})
    return inside.render_as_string(hide_password=False)
