"""The demonstration, whole, on each kind of server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from rowsbuilder import a_school

from pipeline import sessions
from pipeline.domain.accounts import Role
from pipeline.settings import Settings
from pipeline.store import rows as t
from pipeline.store.unit import Store
from pipeline.wiring import wire

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


def assert_opens_as_told(folder, said):
    """Each account logs in with the password told, in the home told, at the address told."""
    password = re.search(r"Mot de passe de tous +(\S+)", said)[1]
    home, address = re.search(r"LSLPRO_HOME=(\S+) make serve, puis (\S+)", said).groups()
    w = wire(Settings(home=folder / home))
    assert (w.settings.public_url, make_has("serve")) == (address, True)
    opened = [
        sessions.log_in(w, login, password, address="127.0.0.1").principal
        for login in re.findall(r"\S+@demo\.example", said)
    ]
    w.store.engine.dispose()
    assert [one.role for one in opened] == list(Role)
    assert [len(one.divisions) for one in opened] == [0, 0, 0, 2]


def make_has(target) -> bool:
    """Whether `make` has the target and hands the home on to what it runs."""
    rules = (Path(__file__).parents[2] / "Makefile").read_text()
    return f"{target}: $(STAMP)\n\t@$(BIN)/lslpro {target}\n" in rules


def test_the_demo_runs_from_nothing_and_again(tmp_path):
    assert_told(demo(tmp_path))
    said = demo(tmp_path)
    assert_told(said)
    assert_opens_as_told(tmp_path, said)
    assert len(list((tmp_path / "lslpro-demo" / "fichiers").glob("*.xml"))) == 6


@pytest.mark.faults
def test_the_demo_touches_nothing_of_a_database_in_use(tmp_path, postgresql_url):
    store = Store(postgresql_url, lambda _messages: None)
    a_school(store)
    broker = os.environ.get("TESTS_BROKER_URL")
    given = {"DATABASE_URL": postgresql_url} | ({"BROKER_URL": broker} if broker else {})
    said = demo(tmp_path, **given)
    assert_told(said)
    assert "make serve" not in said  # it would open what is really theirs
    with store.reading() as connection:
        counted = connection.execute(sa.select(sa.func.count()).select_from(t.student))
        assert counted.scalar_one() == 3
        assert connection.execute(sa.select(t.artifact)).all() == []
    store.engine.dispose()
    assert not (tmp_path / "lslpro-demo" / "lslpro.db").exists()
