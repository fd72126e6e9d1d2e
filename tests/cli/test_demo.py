"""The demonstration, whole, on each kind of server."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import sqlalchemy as sa
from rowsbuilder import a_school

from pipeline.store import rows as t
from pipeline.store.unit import Store

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.timeout(300)]


def demo(folder, **variables):
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "demo"]
    ended = subprocess.run(
        command, cwd=folder, env=os.environ | variables, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def assert_told(said):
    assert "vert → rouge" in said
    assert "rouge → vert" in said
    assert said.count("intact LSLPRO_") == 6
    assert said.count("_v002_") == 2


def test_the_demo_runs_from_nothing_and_again(tmp_path):
    assert_told(demo(tmp_path))
    assert_told(demo(tmp_path))
    assert len(list((tmp_path / "lslpro-demo" / "fichiers").glob("*.xml"))) == 6


@pytest.mark.faults
def test_the_demo_touches_nothing_of_a_database_in_use(tmp_path, postgresql_url):
    store = Store(postgresql_url, lambda _messages: None)
    a_school(store)
    broker = os.environ.get("TESTS_BROKER_URL")
    given = {"DATABASE_URL": postgresql_url} | ({"BROKER_URL": broker} if broker else {})
    assert_told(demo(tmp_path, **given))
    with store.reading() as connection:
        counted = connection.execute(sa.select(sa.func.count()).select_from(t.student))
        assert counted.scalar_one() == 3
        assert connection.execute(sa.select(t.artifact)).all() == []
    store.engine.dispose()
    assert not (tmp_path / "lslpro-demo" / "lslpro.db").exists()
