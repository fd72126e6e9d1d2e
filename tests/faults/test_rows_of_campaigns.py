"""Row 8: workers killed again and again under load; and the control: the attack does bite."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

import pytest

from tests.oracle import dirty_count
from tests.polling import wait_until
from tests.running import job_rows, time_passes

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1_800)]
QUICK = {"kills": 4, "edits": 400, "exports": 40}
LONG = {"kills": 20, "edits": 5_000, "exports": 500}
DIVISIONS, PUPILS = 10, 20


def a_town(scene):
    """Schools enough that work is always under way."""
    return [scene.school(PUPILS) for _ in range(DIVISIONS)]


def load(scene, divisions, edits: int, exports: int) -> Callable[[], bool]:
    """Edit and ask in the background; tells whether all of it has been asked for."""
    every = edits // exports

    def work():
        for number in range(edits):
            division = divisions[number % DIVISIONS]
            scene.edit(division.booklet_ids[number // DIVISIONS % PUPILS], number)
            if number % every == 0:
                scene.ask(division.division_id)

    worker = threading.Thread(target=work)
    worker.start()
    return lambda: not worker.is_alive()


def test_row_08_workers_killed_under_load_lose_nothing(scene, soak):
    size = LONG if soak else QUICK
    divisions = a_town(scene)
    scene.serve()
    is_asked = load(scene, divisions, size["edits"], size["exports"])
    for number in range(size["kills"]):
        name = ("recompute", "export")[number % 2]
        pid = scene.served_pid(name)
        threading.Event().wait(1.0)
        os.kill(pid, signal.SIGKILL)
        scene.ledger.fault()
    wait_until(is_asked, 900, "all edits and requests")
    scene.ledger.healed()
    scene.drain(helped=False)
    scene.judge()


def test_the_control_without_a_sweeper_loses_lights(scene):
    """The same attack where nothing sends again what got lost: it must show."""
    divisions = a_town(scene)
    for division in divisions:
        for mark, booklet_id in enumerate(division.booklet_ids):
            scene.edit(booklet_id, mark)
    scene.start("recompute", LSLPRO_CRASH_AT="facts_read:stop")
    scene.start("export", LSLPRO_CRASH_AT="snapshot_read:stop")
    asked = [scene.ask(division.division_id) for division in divisions]
    for label in ("recompute", "export"):
        scene.stopped_process(label)
        scene.kill(label)
        scene.start(label)
    client = scene.broker.client()
    keys = [f"{scene.settings.broker_prefix}{name}" for name in ("recompute", "export")]
    wait_until(lambda: not any(client.llen(key) for key in keys), 60, "the queues to be empty")
    for label in ("recompute", "export"):
        scene.signal(label, signal.SIGTERM)  # it ends what it has begun
        scene.wait_gone(label)
    lost = dirty_count(scene.w) + sum(row.finished_at is None for row in job_rows(scene.w, asked))
    assert lost > 0
    scene.start("recompute")
    scene.start("export")
    time_passes(scene.w)
    scene.drain()  # and with the sweeper nothing is
    scene.judge()
