"""Rows 34 and 35: what strangers push into the queues, and an operator's view that dies."""

from __future__ import annotations

import base64
import json
import os
import pickle
import signal

import pytest

from pipeline.queue import QUEUES, RECOMPUTE_STUDENTS, RUN_EXPORTS
from tests.polling import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


class Trap:
    """A pickle that leaves a file where it is opened."""

    def __init__(self, path):
        self._path = path

    def __reduce__(self):
        return os.mkdir, (str(self._path),)


def message(body, *, task=RUN_EXPORTS, content_type="application/json", **properties):
    """A message as kombu writes it to a list of Redis."""
    return json.dumps({
        "body": base64.b64encode(body).decode(),
        "content-encoding": "utf-8",
        "content-type": content_type,
        "headers": {"lang": "py", "task": task, "id": "0", "root_id": "0", "argsrepr": ""},
        "properties": {
            "correlation_id": "0", "delivery_mode": 2, "delivery_tag": "0", "priority": 0,
            "delivery_info": {"exchange": "", "routing_key": "export"},
            "body_encoding": "base64",
        } | properties,
    })  # fmt: skip


def args(*given, **options):
    return json.dumps([list(given), options, {"callbacks": None, "chord": None}]).encode()


@pytest.fixture
def pushed(tmp_path):
    """What strangers push, by what it is."""
    return {
        "no JSON": b"\x80\x05garbage",
        "JSON of another shape": b"[1, 2, 3]",
        "no body": json.dumps({"headers": {}, "properties": {}}).encode(),
        "pickle": message(pickle.dumps(Trap(tmp_path / "opened")),
                          content_type="application/x-python-serialize"),
        "pickle said to be JSON": message(pickle.dumps(Trap(tmp_path / "opened"))),
        "unknown task": message(args([1]), task="os.system"),
        "no arguments": message(b"[]"),
        "another's arguments": message(args({"a": [None]}, "b", c=1)),
        "ids that are none": message(args(["../../etc/passwd", None, 10**30, {"x": 1}])),
        "a huge one": message(args(["x" * 5_000_000])),
        "an unknown compression": message(args([]), headers={"compression": "zip"}),
        "YAML": message(b"!!python/object/apply:os.system ['true']",
                        content_type="application/x-yaml"),
    }  # fmt: skip


@pytest.mark.parametrize("queue", sorted(set(QUEUES.values())))
def test_row_34_strange_messages_are_rejected_and_the_worker_lives(scene, pushed, queue, tmp_path):
    division = scene.school()
    scene.serve()
    client = scene.broker.client()
    key = f"{scene.settings.broker_prefix}{queue}"
    task = {"recompute": RECOMPUTE_STUDENTS, "export": RUN_EXPORTS}.get(queue, "lslpro.sweep")
    for raw in pushed.values():
        text = raw if isinstance(raw, str) else raw.decode("latin-1")
        client.lpush(key, text.replace(RUN_EXPORTS, task).encode("latin-1"))
        scene.ledger.fault()
    scene.ledger.healed()
    wait_until(lambda: not client.llen(key), 60, "the queue to be read")
    scene.edit(division.booklet_ids[0], 111)
    scene.ask(division.division_id)
    scene.drain(helped=False)
    scene.judge()
    assert not (tmp_path / "opened").exists()


def test_row_35_the_operators_view_may_die_and_be_flooded(scene):
    division = scene.school(10)
    scene.serve()
    for number in range(5):
        scene.ask(division.division_id)
        os.kill(scene.served_pid("flower"), signal.SIGKILL)
        scene.ledger.fault()
        for booklet_id in division.booklet_ids:
            scene.edit(booklet_id, number)
            scene.send(RECOMPUTE_STUDENTS, booklet_id)
    scene.ledger.healed()
    scene.drain(helped=False)
    scene.judge()
