"""The embedded broker, always a real server."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest
from flower.utils.broker import Broker as FlowerBroker
from kombu import Connection
from redis import Redis

from pipeline import embedded
from pipeline.embedded import broker
from pipeline.embedded.broker import BrokerRunning, EmbeddedBroker, NoBroker
from pipeline.errors import Refused
from tests.polling import is_gone, until

LASTING_STARTER = """
import signal, sys
from pathlib import Path
from pipeline.embedded.broker import EmbeddedBroker
with EmbeddedBroker(Path(sys.argv[1])) as running:
    print(running.process.pid, flush=True)
    signal.pause()
"""


def client(home):
    return Redis(unix_socket_path=str(broker.socket_path(home)), decode_responses=True)


async def flower_sees(url):
    return await FlowerBroker(url, broker_options={}).queues(["probe"])


@pytest.fixture(autouse=True)
def short_temporary_folder(monkeypatch, tmp_path):
    """Sockets of deep folders go, for children too, to a place that is swept.

    It comes after `tmp_path`, whose own root pytest makes in the usual place.
    """
    with tempfile.TemporaryDirectory(prefix="lsl", dir="/tmp") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.setattr("tempfile.tempdir", folder)
        yield Path(folder)


def deep(folder: Path) -> Path:
    return folder / ("d" * 60) / ("e" * 60)


def test_it_starts_answers_and_stops(tmp_path):
    with EmbeddedBroker(tmp_path) as running:
        pid = running.process.pid
        assert broker.answering_pid(tmp_path, 1.0) == pid
    assert not broker.answers(tmp_path, 0.2)
    assert is_gone(pid)


def test_it_opens_no_tcp_port_and_its_socket_is_ours_alone(tmp_path):
    with EmbeddedBroker(tmp_path) as running:
        kinds = {c.family.name for c in psutil.Process(running.process.pid).net_connections("all")}
        mode = stat.S_IMODE(broker.socket_path(tmp_path).stat().st_mode)
    assert kinds == {"AF_UNIX"}
    assert mode == 0o700


def test_it_evicts_nothing_and_keeps_an_append_only_file(tmp_path):
    with EmbeddedBroker(tmp_path), client(tmp_path) as redis:
        found = {k: redis.config_get(k)[k] for k in ("maxmemory-policy", "appendfsync", "save")}
        assert found == {"maxmemory-policy": "noeviction", "appendfsync": "everysec", "save": ""}
        assert redis.config_get("appendonly") == {"appendonly": "yes"}


def test_data_survives_a_sigkill_of_the_server(tmp_path):
    with EmbeddedBroker(tmp_path) as running, client(tmp_path) as redis:
        redis.rpush("queue", *range(500))
        os.kill(running.process.pid, signal.SIGKILL)
        running.process.wait(10)
    with EmbeddedBroker(tmp_path), client(tmp_path) as redis:
        assert redis.llen("queue") == 500


def test_no_server_outlives_a_killed_parent_and_the_folder_is_free_again(tmp_path):
    command = [sys.executable, "-c", LASTING_STARTER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        pid = int(parent.stdout.readline())
        parent.kill()
    until(lambda: is_gone(pid))
    with EmbeddedBroker(tmp_path):
        assert broker.answers(tmp_path)


def test_a_second_broker_on_the_folder_is_refused_and_the_first_lives(tmp_path):
    with EmbeddedBroker(tmp_path) as first:
        with pytest.raises(BrokerRunning, match="déjà lancé"):
            EmbeddedBroker(tmp_path).start()
        assert broker.answering_pid(tmp_path, 1.0) == first.process.pid


def test_a_second_broker_is_refused_even_when_the_first_is_mute(tmp_path):
    with EmbeddedBroker(tmp_path) as first:
        os.kill(first.process.pid, signal.SIGSTOP)
        try:
            with pytest.raises(BrokerRunning, match="déjà lancé"):
                EmbeddedBroker(tmp_path).start()
        finally:
            os.kill(first.process.pid, signal.SIGCONT)


def test_a_broker_started_by_other_means_is_refused_too(tmp_path):
    command = broker.broker_command(broker.find_binary(), tmp_path)
    spec = embedded.ProcessSpec("broker", command, os.environ, tmp_path / "broker.log")
    process = embedded.spawn(spec)
    try:
        until(lambda: broker.answers(tmp_path, 0.5))
        with pytest.raises(BrokerRunning, match="déjà lancé"):
            EmbeddedBroker(tmp_path).start()
    finally:
        embedded.end(process)


def test_of_many_starts_at_once_one_wins(tmp_path):
    command = [sys.executable, "-c", LASTING_STARTER, str(tmp_path)]
    starters = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(5)
    ]
    try:
        until(lambda: sum(s.poll() is not None for s in starters) == 4, 60)
        assert broker.answers(tmp_path)
        assert all("BrokerRunning" in s.stderr.read() for s in starters if s.poll() is not None)
    finally:
        for starter in starters:
            starter.kill()
            starter.communicate()


@pytest.mark.parametrize("name", ["plain", "une école", "50%20#?&+", "d" * 90])
def test_kombu_and_flower_read_the_address_of_any_folder(tmp_path, name):
    home = tmp_path / name
    with (
        EmbeddedBroker(home),
        Connection(broker.broker_url(home)) as connection,
        connection.SimpleQueue("probe") as queue,
    ):
        queue.put({"id": 1})
        seen = asyncio.run(flower_sees(connection.as_uri(include_password=True)))
        message = queue.get(timeout=5)
        message.ack()
    assert seen == [{"name": "probe", "messages": 1}]
    assert message.payload == {"id": 1}


def test_a_deep_folder_gets_a_short_private_socket(tmp_path):
    home = deep(tmp_path)
    with EmbeddedBroker(home):
        folder = broker.socket_path(home).parent
        assert len(os.fsencode(broker.socket_path(home))) <= broker.SOCKET_PATH_LIMIT
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert (home / "broker" / "appendonlydir").is_dir()


def test_a_linked_socket_folder_is_refused(tmp_path):
    home = deep(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    broker.socket_path(home).parent.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused, match="dossier à vous"):
        broker.broker_command(broker.find_binary(), home)


@pytest.mark.parametrize(("spare", "is_near"), [(1, True), (0, True), (-1, False)])
def test_the_socket_leaves_the_home_one_byte_beyond_the_limit(spare, is_near):
    length = broker.SOCKET_PATH_LIMIT - len("//run/broker.sock") - spare
    home = Path("/") / ("x" * length)
    assert (home in broker.socket_path(home).parents) is is_near


def test_every_spelling_of_a_folder_gives_one_socket(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path / "home")
    spellings = [Path("home"), Path("x/../home"), tmp_path / "home", tmp_path / "link"]
    assert len({broker.broker_url(home) for home in spellings}) == 1


def test_without_the_wheel_the_path_is_searched_then_refused_clearly(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoBroker, match="LSLPRO_BROKER_URL"):
        broker.find_binary("no_such_package")
    (tmp_path / "redis-server").symlink_to(broker.find_binary())
    assert broker.find_binary("no_such_package") == tmp_path / "redis-server"
