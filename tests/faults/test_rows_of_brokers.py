"""Rows 16 to 21: the broker dies, forgets, hangs, fills up, refuses; `lslpro serve` lives on."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import psutil
import pytest
from redis import Redis
from redis.exceptions import RedisError

from tests.polling import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]


@contextmanager
def under_load(scene, division, every_s=0.05):
    """Teachers who edit and heads who ask, meanwhile."""
    ended = threading.Event()

    def work():
        mark = 0
        while not ended.wait(every_s):
            mark += 1
            scene.edit(division.booklet_ids[mark % len(division.booklet_ids)], mark)
            if mark % 10 == 0:
                scene.ask(division.division_id)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield
    finally:
        ended.set()
        worker.join(60)


def works_again(scene, booklet_id, mark):
    """A new edit gets its light by the served processes alone: what was broken is healed."""
    scene.edit(booklet_id, mark)
    scene.wait_light(booklet_id)
    scene.ledger.recovered_now()


def test_row_16_a_broker_killed_under_load_loses_nothing(scene, soak):
    division = scene.school(20)
    probe = scene.school(1).booklet_ids[0]
    scene.serve()
    with under_load(scene, division):
        for kill in range(5 if soak else 2):
            scene.wait_light(probe)
            scene.broker.kill()
            scene.ledger.fault()
            scene.edit(probe, 10 + kill)
            scene.broker.start()
            scene.ledger.healed()
            works_again(scene, probe, 100 + kill)
    scene.drain(helped=False)
    scene.judge()


@pytest.mark.parametrize("loss", ["flushed", "empty"])
def test_row_17_a_broker_that_forgot_everything_is_told_again(scene, loss):
    division = scene.school(5)
    for mark, booklet_id in enumerate(division.booklet_ids):
        scene.edit(booklet_id, mark)
    scene.ask(division.division_id)
    scene.serve()
    if loss == "flushed":
        scene.broker.client().flushall()
    else:
        scene.broker.kill()
        scene.broker.forget()
        scene.broker.start()
    scene.ledger.fault()
    scene.ledger.healed()
    works_again(scene, division.booklet_ids[0], 1_500)
    scene.drain(helped=False)
    scene.judge()


def test_row_18_a_black_hole_is_left_once_it_is_healed(play, soak):
    scene = play(linked=True)
    division = scene.school(3)
    scene.serve()
    scene.edit(division.booklet_ids[0], 100)
    scene.wait_light(division.booklet_ids[0])
    scene.link.hang()
    scene.ledger.fault()
    threading.Event().wait(120 if soak else 12)  # past the socket's time-out of 10 s
    scene.edit(division.booklet_ids[1], 200)
    scene.ask(division.division_id)
    scene.link.heal()
    scene.ledger.healed()
    works_again(scene, division.booklet_ids[2], 300)
    scene.drain(helped=False)
    scene.judge()


def test_row_19_a_storm_of_resets_stops_nothing_and_leaks_nothing(play, soak):
    scene = play(linked=True)
    division = scene.school(10)
    scene.serve()
    with under_load(scene, division):
        for _ in range(30 if soak else 5):
            threading.Event().wait(2.0 if soak else 0.7)
            scene.ledger.fault(scene.link.reset())
    scene.ledger.healed()
    works_again(scene, division.booklet_ids[0], 1_700)
    scene.drain(helped=False)
    scene.judge()
    for name in ("recompute", "export"):
        assert psutil.Process(scene.served_pid(name)).num_fds() < 100


def test_row_20_a_broker_out_of_memory_costs_only_time(scene):
    division = scene.school(5)
    scene.serve()
    client = scene.broker.client()
    client.config_set("maxmemory", "1")
    scene.ledger.fault()
    with pytest.raises(RedisError):
        client.set("probe", "1")
    for mark, booklet_id in enumerate(division.booklet_ids):
        scene.edit(booklet_id, mark)
    scene.ask(division.division_id)
    client.config_set("maxmemory", "0")
    scene.ledger.healed()
    works_again(scene, division.booklet_ids[0], 900)
    scene.drain(helped=False)
    scene.judge()


def test_row_21_a_refused_password_and_cut_connections_heal(scene):
    division = scene.school(5)
    scene.serve()
    client = scene.broker.client()
    client.config_set("requirepass", "another")
    client.client_kill_filter(_type="normal", skipme=True)
    scene.ledger.fault()
    for mark, booklet_id in enumerate(division.booklet_ids):
        scene.edit(booklet_id, mark)
    log = scene.settings.home / "logs" / "recompute.log"
    wait_until(lambda: "username-password" in log.read_text(), 60, "the worker to be refused")
    assert scene.broker.password not in log.read_text()
    other = Redis(port=scene.broker.port, password="another")
    other.config_set("requirepass", scene.broker.password)
    scene.ledger.healed()
    works_again(scene, division.booklet_ids[0], 900)
    scene.drain(helped=False)
    scene.judge()
