"""Nothing of a pupil in the broker, the logs or Flower, during and after a run."""

from __future__ import annotations

import base64
import json
import socket
import urllib.request
from pathlib import Path

import pytest
import sqlalchemy as sa
from redis import Redis

from pipeline import embedded, export
from pipeline.cli.tree import flower_credentials, specs
from pipeline.domain.states import JobState
from pipeline.embedded.broker import socket_path
from pipeline.queue import SWEEP
from pipeline.store import reports
from pipeline.store import rows as t
from tests.e2e.test_export import load_demo_school
from tests.polling import wait_until
from tests.running import running, wait_ended, wait_settled

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("privacy"), pytest.mark.timeout(300)]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def contents(client):
    """Every key of the broker with its value, whatever its type."""
    readers = {
        b"string": client.get,
        b"list": lambda key: client.lrange(key, 0, -1),
        b"hash": client.hgetall,
        b"set": client.smembers,
        b"zset": lambda key: client.zrange(key, 0, -1, withscores=True),
    }
    return b"\n".join(
        key + b" " + repr(readers[client.type(key)](key)).encode() for key in client.scan_iter()
    ).decode()


def decoded(dump):
    """A dump, and what its base64 message bodies hold."""
    parts = (part.split('"')[0] for part in dump.split('"body": "')[1:])
    bodies = [base64.b64decode(part).decode() for part in parts]
    return "\n".join([dump, *bodies])


def flower(port, home, path):
    credentials = base64.b64encode(flower_credentials(home).encode()).decode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Basic {credentials}"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read().decode()


def personal(w):
    """Every last name, first name and INE, as a file, a log or a message would spell it."""
    s = t.student.c
    with w.store.reading() as connection:
        rows = connection.execute(sa.select(s.last_name, s.first_name, s.ine)).all()
    words = {word for row in rows for word in row if word}
    spelled = {json.dumps(word)[1:-1] for word in words}
    return sorted(words | spelled)


def found_in(text, words):
    return [word for word in words if word in text]


@pytest.fixture
def tree(sqlite_url, tmp_path):
    with running(tmp_path, sqlite_url, broker_url="") as made:
        made.start("broker")
        made.start("recompute")
        yield made


def test_neither_broker_nor_logs_nor_flower_know_a_pupil(tree, tmp_path):
    w, home, port = tree.wiring, tree.settings.home, free_port()
    client = Redis(unix_socket_path=str(socket_path(home)))
    spec = next(one for one in specs(tree.settings, port) if one.name == "flower")
    tree.processes["flower"] = embedded.spawn(spec)
    load_demo_school(w, tmp_path / "import")
    words = personal(w)
    assert len(words) > 60

    # While messages wait: no worker on the export queue yet, and lights marked again.
    with w.store.reading() as connection:
        rows = reports.divisions(connection)
    ids = [export.request(w.store, row.id, "lslpro-draft-1", by="t", now=w.now()) for row in rows]
    waiting = decoded(contents(client))
    assert all(job_id in waiting for job_id in ids)
    assert rows[0].school_uai in waiting
    assert found_in(waiting, words) == []

    tree.start("export")
    assert {row.state for row in wait_ended(w, ids)} == {JobState.READY, JobState.REFUSED}
    tree.send(SWEEP)
    wait_settled(w)
    seen = ""

    def flower_knows():
        nonlocal seen
        seen = flower(port, home, "/api/tasks?limit=1000")
        return all(job_id[:8] in seen for job_id in ids)

    wait_until(flower_knows, 60, "Flower to show the jobs")
    seen += flower(port, home, "/api/workers?refresh=1") + flower(port, home, "/metrics")
    assert "1MELEC1" in seen
    assert found_in(seen, words) == []
    assert found_in(decoded(contents(client)), words) == []

    tree.stop()
    logs = {path.name: path.read_text() for path in Path(home / "logs").glob("*.log")}
    assert {name.split("-")[0] for name in logs} >= {"recompute", "export", "broker"}
    assert any("lslpro.run_exports" in text for text in logs.values())
    assert {name for name, text in logs.items() if found_in(text, words)} == set()
    with w.store.reading() as connection:
        audit = str(connection.execute(sa.select(t.audit_event)).all())
        jobs = str(connection.execute(sa.select(t.export_job)).all())
    assert found_in(audit + jobs, words) == []
