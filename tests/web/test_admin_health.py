"""The health of real processes: broker, worker and beat that answer, and those that do not."""

from __future__ import annotations

import dataclasses
import datetime as dt
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from pipeline import accounts
from pipeline.desk import admin_health
from pipeline.domain.accounts import Principal, Role
from pipeline.embedded import broker
from pipeline.queue import RUN_EXPORTS
from pipeline.watch import WorldWatch
from pipeline.wiring import Wiring
from tests.polling import wait_until
from tests.running import Running, running
from web.world import watch_of

MOST_S = 2.0
USER = "veille"


@pytest.fixture(scope="module")
def tree(module_home: Path, module_url: str) -> Iterator[Running]:
    """A broker, a worker of lights and ticks, and beat; no worker of exports."""
    with running(module_home, module_url, broker_url="") as made:
        made.start_broker()
        made.start("recompute")
        made.start("beat")
        yield made


@pytest.fixture(scope="module")
def module_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("health") / "home"


@pytest.fixture(scope="module")
def module_url(_sqlite_template: Path, module_home: Path) -> str:
    module_home.mkdir(parents=True)
    path = module_home / "lslpro.db"
    path.write_bytes(_sqlite_template.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def me(tree: Running) -> Principal:
    made = accounts.add(
        tree.wiring, by="tests", login="a@exemple.fr", name="A", role=Role.ADMINISTRATOR
    )
    return Principal(made.account_id, "a@exemple.fr", "A", Role.ADMINISTRATOR)


def look(w: Wiring, me: Principal) -> dict[str, admin_health.Sign]:
    began = time.monotonic()
    signs = admin_health.look(w, me, watch_of(w))
    assert time.monotonic() - began < MOST_S
    return {one.name: one for one in signs}


def test_what_answers_is_well_and_what_is_absent_is_not(tree: Running, me: Principal) -> None:
    wait_until(lambda: watch_of(tree.wiring).last_tick() is not None, 20, "beat to tick")
    found = look(tree.wiring, me)
    assert found["Base de données"].word == "bien"
    assert found["Courtier de messages"].word == "bien"
    assert found["Ouvriers pour les voyants"].found == "1 ouvrier répond"
    assert found["Ouvriers pour les tâches périodiques"].word == "bien"
    assert found["Ouvriers pour les fichiers"].word == "en panne"
    assert found["Planificateur"].word == "bien"


def test_each_tick_of_beat_is_seen(tree: Running) -> None:
    watch = watch_of(tree.wiring)
    wait_until(lambda: watch.last_tick() is not None, 20, "beat to tick")
    first = watch.last_tick()
    wait_until(lambda: watch.last_tick() != first, 20, "beat to tick again")
    last = watch.last_tick()
    assert last is not None
    assert dt.datetime.now(dt.UTC) - last < dt.timedelta(seconds=30)


def test_messages_nobody_takes_are_counted(tree: Running) -> None:
    before = watch_of(tree.wiring).look().depths["export"] or 0
    for _ in range(3):
        tree.send(RUN_EXPORTS, "absent")
    assert watch_of(tree.wiring).look().depths["export"] == before + 3


def test_an_account_of_least_rights_is_told_unknown(tree: Running) -> None:
    socket_path = broker.socket_path(tree.settings.home)
    client = Redis(unix_socket_path=str(socket_path))
    client.execute_command("ACL", "SETUSER", USER, "on", ">mot", "+ping", "+client", "+hello")
    client.close()
    url = f"redis+socket://{USER}:mot@{socket_path}?virtual_host=0"
    watch = WorldWatch(url, tree.settings.broker_prefix, schedule=Path("absent"), artifacts=Path())
    seen = watch.look()
    assert seen.broker_answers
    assert set(seen.depths.values()) == {None}
    assert seen.workers == {}


def test_a_broker_that_takes_and_never_answers_is_down_in_time(
    tree: Running, me: Principal
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        settings = tree.settings.model_copy(update={"broker_url": f"redis://127.0.0.1:{port}/0"})
        found = look(dataclasses.replace(tree.wiring, settings=settings), me)
    assert found["Courtier de messages"].word == "en panne"
    assert found["Ouvriers pour les voyants"].word == "inconnu"
    assert found["Base de données"].word == "bien"
