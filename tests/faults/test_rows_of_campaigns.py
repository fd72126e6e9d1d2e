"""Row 8: workers killed again and again under load; and the control: the attack does bite."""

from __future__ import annotations

import itertools
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests.oracle import dirty_count
from tests.polling import wait_until
from tests.running import job_rows, time_passes

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1_800)]
QUICK = {"kills": 4, "edits": 400, "exports": 40}
LONG = {"kills": 20, "edits": 5_000, "exports": 500}
DIVISIONS, PUPILS = 10, 20
PAUSE_S = 0.01  # between two edits, so that the load lasts as long as the kills
WORKERS = ("recompute", "export")


def a_town(scene):
    """Schools enough that work is always under way."""
    return [scene.school(PUPILS) for _ in range(DIVISIONS)]


@contextmanager
def load(scene, divisions, size):
    """Edit and ask all the while, and go on until there were as many as the size says."""
    every, ended = size["edits"] // size["exports"], threading.Event()

    def work():
        for number in itertools.count():
            if ended.is_set() and number >= size["edits"]:
                return
            division = divisions[number % DIVISIONS]
            scene.edit(division.booklet_ids[number // DIVISIONS % PUPILS], number)
            if number % every == 0:
                scene.ask(division.division_id)
            ended.wait(PAUSE_S)

    with ThreadPoolExecutor(1) as pool:
        worker = pool.submit(work)
        try:
            yield
        finally:
            ended.set()
        worker.result()


def what_is_lost(scene):
    """Lights and jobs that nobody will end, once the workers have ended what they had begun."""
    client = scene.broker.client()
    keys = [f"{scene.settings.broker_prefix}{name}" for name in WORKERS]
    wait_until(lambda: not any(client.llen(key) for key in keys), 300, "the queues to be empty")
    for label in WORKERS:
        scene.signal(label, signal.SIGTERM)
        scene.wait_gone(label)
    jobs = job_rows(scene.w, sorted(scene.ledger.job_ids))
    return dirty_count(scene.w) + sum(row.finished_at is None for row in jobs)


def test_row_08_workers_killed_under_load_lose_nothing(scene, soak):
    size = LONG if soak else QUICK
    divisions = a_town(scene)
    scene.serve()
    with load(scene, divisions, size):
        for number in range(size["kills"]):
            pid = scene.served_pid(WORKERS[number % 2])
            threading.Event().wait(1.0)
            os.kill(pid, signal.SIGKILL)
            scene.ledger.fault()
    scene.ledger.healed()
    scene.drain(helped=False)
    scene.judge()


@pytest.mark.long
def test_the_control_of_row_08_by_random_kills_loses_lights_or_jobs(scene, record_property):
    """Row 8's control: the same kills and load, no beat, workers started again at once."""
    divisions = a_town(scene)
    for label in WORKERS:
        scene.start(label)
    with load(scene, divisions, LONG):
        for number in range(LONG["kills"]):
            label = WORKERS[number % 2]
            threading.Event().wait(1.0)
            scene.kill(label)
            scene.start(label)
    lost = what_is_lost(scene)
    record_property("fault_control", lost)
    assert lost > 0


def test_the_control_of_row_08_without_a_sweeper_loses_lights(scene):
    """The same attack where nothing sends again what got lost: it must show."""
    divisions = a_town(scene)
    for division in divisions:
        for mark, booklet_id in enumerate(division.booklet_ids):
            scene.edit(booklet_id, mark)
    scene.start("recompute", LSLPRO_CRASH_AT="facts_read:stop")
    scene.start("export", LSLPRO_CRASH_AT="snapshot_read:stop")
    for division in divisions:
        scene.ask(division.division_id)
    for label in WORKERS:
        scene.stopped_process(label)
        scene.kill(label)
        scene.start(label)
    assert what_is_lost(scene) > 0
    scene.start("recompute")
    scene.start("export")
    time_passes(scene.w)
    scene.drain()  # and with the sweeper nothing is
    scene.judge()
