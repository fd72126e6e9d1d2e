"""The broker's account of least rights, on a real server; and where a password may never show."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest
from redis import Redis
from redis.exceptions import NoPermissionError, RedisError

from tests.faults.scene import Scene

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
ACL = Path(__file__).parents[2] / "deploy" / "redis" / "users.acl.example"
FORBIDDEN = [
    ("FLUSHALL",), ("FLUSHDB",), ("KEYS", "*"), ("CONFIG", "GET", "*"), ("DEBUG", "SLEEP", "0"),
    ("SHUTDOWN",), ("ACL", "LIST"), ("GET", "another:key"), ("LPUSH", "another", "x"),
    ("MONITOR",), ("SAVE",),
]  # fmt: skip


@pytest.fixture
def restricted(database_url, tmp_path):
    """The product, whose broker knows only the account of the example."""
    made = Scene(tmp_path / "home", database_url, acl=ACL)
    yield made
    made.end()


def test_the_product_works_with_the_least_rights(restricted):
    division = restricted.school(3)
    restricted.serve()
    restricted.edit(division.booklet_ids[0], 300)
    restricted.ask(division.division_id)
    restricted.drain(helped=False)
    restricted.judge()
    found = restricted.run("doctor")
    assert "ouvrier(s)" in found.stdout, found.stdout
    for log in (restricted.settings.home / "logs").glob("*.log"):
        assert "NOPERM" not in log.read_text(), log.name
        assert "permission" not in log.read_text().lower(), log.name


@pytest.mark.parametrize("command", FORBIDDEN, ids=" ".join)
def test_the_account_can_do_no_harm(restricted, command):
    client = Redis.from_url(restricted.broker.url)
    with pytest.raises(NoPermissionError):
        client.execute_command(*command)
    with pytest.raises(RedisError):
        Redis(port=restricted.broker.port).ping()  # nobody comes in without a password


def test_no_password_shows_in_logs_or_process_lists(scene):
    scene.serve()
    scene.edit(scene.school(1).booklet_ids[0], 100)
    scene.drain(helped=False)
    secrets = {scene.broker.password, (scene.settings.home / "run" / "flower.auth").read_text()}
    lines = [
        part
        for one in psutil.process_iter(["pid", "cmdline"])
        if one.pid != scene.broker.process.pid  # the test's own server
        for part in one.info["cmdline"] or []
    ]
    logs = [log.read_text() for log in (scene.settings.home / "logs").glob("*.log")]
    assert [text for text in (*lines, *logs) for secret in secrets if secret in text] == []
