"""Where the demo lives: a folder, a database and keys of its own, whatever servers are given."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from pipeline.cli import common
from pipeline.embedded import broker, listens
from pipeline.settings import settings
from pipeline.store.engine import make_engine
from pipeline.store.migrate import fresh_schema, upgrade

SCHEMA = "lslpro_demo"


def prepare(home: Path) -> None:
    """Begin from nothing in `home`, and in a schema of its own on a PostgreSQL that is given.

    No other data is touched. Raises BrokerRunning while another demo runs there.
    """
    if listens(broker.socket_path(home)):
        raise broker.BrokerRunning(home)
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True, mode=0o750)
    given = settings().database_url
    on_server = given.startswith("postgres")
    os.environ["LSLPRO_HOME"] = str(home)
    os.environ["LSLPRO_DATABASE_URL"] = fresh_schema(given, SCHEMA) if on_server else ""
    os.environ["LSLPRO_BROKER_PREFIX"] = "lslpro-demo:"
    os.environ.pop("DATABASE_URL", None)
    settings.cache_clear()
    common.wiring.cache_clear()
    engine = make_engine(settings().effective_database_url)
    upgrade(engine)
    engine.dispose()
