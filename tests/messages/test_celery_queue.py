"""Sending through Celery to a real broker: what travels, and what a dead broker costs."""

from __future__ import annotations

import base64
import json
import os
import signal

import pytest
from celery import Celery
from kombu.exceptions import OperationalError
from redis import Redis

from pipeline.embedded import broker
from pipeline.embedded.broker import EmbeddedBroker
from pipeline.queue import (
    MUTE_S,
    NIGHTLY,
    PURGE,
    QUEUES,
    RECOMPUTE_STUDENTS,
    RESCUE,
    RUN_EXPORTS,
    SCRUB,
    SWEEP,
)
from tests.messages.door import JOB, a_door
from tests.polling import wait_until

BOUND_S = 5.0  # of a send to a broker that does not answer; 2 s on a quiet machine


def client(home):
    return Redis(unix_socket_path=str(broker.socket_path(home)), decode_responses=True)


@pytest.fixture(scope="module")
def calm(tmp_path_factory):
    """A broker that nobody harms and a door to it."""
    home = tmp_path_factory.mktemp("calm")
    with EmbeddedBroker(home), a_door(home) as door, client(home) as redis:
        yield door, redis


@pytest.fixture
def door(calm):
    return calm[0]


@pytest.fixture
def redis(calm):
    """The client of a broker that holds nothing yet."""
    calm[1].flushall()
    return calm[1]


@pytest.fixture
def home(tmp_path):
    """The home of a broker that comes to harm."""
    return tmp_path / "home"


@pytest.fixture
def its_door(home):
    with a_door(home) as made:
        yield made


def waiting(redis, queue):
    """The messages that wait in a queue, oldest first, and what their bodies hold."""
    found = [json.loads(one) for one in redis.lrange(f"lslpro:{queue}", 0, -1)][::-1]
    return [(one, json.loads(base64.b64decode(one["body"]))) for one in found]


def test_a_message_is_json_with_ids_only_and_shows_what_flower_may(door, redis):
    assert door.send(shown="(1b4e28ba 0999999Z 1MELEC1)")[0] == "returned"
    ((message, body),) = waiting(redis, "export")
    assert (message["content-type"], message["content-encoding"]) == ("application/json", "utf-8")
    args, kwargs, embedded = body
    assert (args, kwargs) == ([[JOB]], {})
    assert not any(embedded.values())
    headers = message["headers"]
    assert (headers["task"], headers["argsrepr"]) == (RUN_EXPORTS, "(1b4e28ba 0999999Z 1MELEC1)")
    assert (headers["kwargsrepr"], headers["ignore_result"]) == ("", True)
    assert (headers["eta"], headers["expires"], headers["retries"]) == (None, None, 0)


def test_the_options_of_a_look_travel_as_they_are_and_not_before_their_time(door, redis):
    options = {"seen": {"12": 7}, "look": 3}
    assert door.send(RECOMPUTE_STUDENTS, [12, 13], "(2 livret(s))", options, 1.0)[0] == "returned"
    ((message, (args, kwargs, _)),) = waiting(redis, "recompute")
    assert (args, kwargs) == ([[12, 13]], options)
    assert message["headers"]["eta"] is not None
    assert message["headers"]["kwargsrepr"] == ""


def test_each_message_goes_to_its_own_queue_under_our_prefix_and_nowhere_else(door, redis):
    for name in (RECOMPUTE_STUDENTS, RUN_EXPORTS, SWEEP, RESCUE, NIGHTLY, PURGE, SCRUB):
        assert door.send(name, [])[0] == "returned"
    found = {
        message["headers"]["task"]: queue
        for queue in set(QUEUES.values())
        for message, _ in waiting(redis, queue)
    }
    assert found == QUEUES
    assert [key for key in redis.scan_iter() if not key.startswith("lslpro:")] == []


def test_a_thousand_ids_are_one_message(door, redis):
    ids = list(range(1_000))
    assert door.send(RECOMPUTE_STUDENTS, ids, "(1000 livret(s))")[0] == "returned"
    ((message, (args, _, _)),) = waiting(redis, "recompute")
    assert args == [ids]
    assert message["headers"]["argsrepr"] == "(1000 livret(s))"


@pytest.mark.faults
def test_a_dead_broker_costs_one_wait_then_nothing_until_it_is_back(home, its_door):
    how, seconds = its_door.send()
    assert (how, seconds < BOUND_S) == ("returned", True)
    for _ in range(20):
        how, seconds = its_door.send()
        assert (how, seconds < 0.1) == ("returned", True)
    with EmbeddedBroker(home), client(home) as redis:
        wait_until(lambda: arrives(its_door, redis), MUTE_S + BOUND_S, "a message once it is back")
    log = its_door.log()
    assert "nudge_not_sent" in log
    assert JOB not in log


@pytest.mark.faults
def test_a_broker_that_dies_after_a_message_is_not_raised_to_the_caller(home, its_door):
    with EmbeddedBroker(home):
        assert its_door.send()[0] == "returned"
    how, seconds = its_door.send()
    assert (how, seconds < BOUND_S) == ("returned", True)


@pytest.mark.faults
@pytest.mark.parametrize("known", [True, False])
def test_a_broker_that_hangs_holds_the_caller_for_a_bounded_while(home, its_door, known):
    with EmbeddedBroker(home) as running, client(home) as redis:
        if known:
            assert its_door.send()[0] == "returned"
        os.kill(running.process.pid, signal.SIGSTOP)
        try:
            how, seconds = its_door.send()
            assert (how, seconds < BOUND_S) == ("returned", True)
            assert its_door.send()[1] < 0.1
        finally:
            os.kill(running.process.pid, signal.SIGCONT)
        wait_until(lambda: arrives(its_door, redis), MUTE_S + BOUND_S, "a message once it answers")


def arrives(door, redis):
    assert door.send(ids=["later"])[0] == "returned"
    return [body for _, body in waiting(redis, "export") if body[0] == [["later"]]]


@pytest.mark.faults
def test_a_message_of_an_unknown_name_is_a_bug_that_rises_and_makes_no_queue(door, redis):
    assert door.send("lslpro.drop_all_tables")[0] == "KeyError"
    assert redis.keys() == []
    assert door.send()[0] == "returned"


@pytest.mark.faults
def test_an_unknown_queue_cannot_be_made():
    app = Celery("tests-messages", set_as_current=False)
    app.config_from_object("celeryconfig")
    with pytest.raises((KeyError, OperationalError), match="nowhere"):
        app.send_task(RUN_EXPORTS, args=([JOB],), queue="nowhere", retry=False)
