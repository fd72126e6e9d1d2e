"""Recompute in one process: the newest light wins, nothing is computed twice for nothing."""

from __future__ import annotations

import pytest
from rowsbuilder import a_school, compute_lights
from sqlalchemy import event

from pipeline import recompute
from pipeline.domain.facts import Limits
from pipeline.domain.gaps import Light
from pipeline.queue import RECOMPUTE_STUDENTS
from pipeline.recompute import Recomputed
from pipeline.store.lights import BACK_OFF_S, CHUNK
from pipeline.store.unit import Store
from tests.oracle import dirty_count, wrong_lights
from tests.running import light_row
from tests.usecases.exporting import execute, set_marks

SPOILS = [
    "DELETE FROM rating WHERE competence_code = '9002'",
    "DELETE FROM period_average",
    "UPDATE teacher SET first_name = ' '",
    "UPDATE evaluation SET appreciation = NULL",
    "UPDATE pfmp SET synthesis = NULL",
    "UPDATE level_settings SET exports_pfmp = true",
    "UPDATE level_settings SET periodicity = NULL",
    "UPDATE level_settings SET periodicity = 'semester'",
    "DELETE FROM framework_competence",
    "UPDATE student SET siecle_id = NULL",
    "DELETE FROM evaluation",
    "UPDATE booklet SET division_id = NULL",
    "UPDATE booklet SET status_code = 'AP'",
]


class Boom(Exception):
    """Ends a transaction."""


@pytest.fixture
def ids(store):
    return a_school(store, pupil_count=3).booklet_ids


@pytest.fixture
def slow(database_url, sent):
    """Another worker's store on the same database."""
    made = Store(database_url, sent.extend)
    yield made
    made.engine.dispose()


def compute(store, ids, clock):
    return recompute.compute(store, ids, limits=Limits(), now=clock)


def nudge(store, ids, clock):
    """Claim as a writer does and send what was claimed."""
    with store.writing() as unit:
        unit.say(recompute.nudges(unit.connection, ids, clock()))


def before_its_save(store, action):
    """Have something happen once between the worker's read and its save."""
    left = [action]

    def on_connect(connection):
        if left and connection.get_execution_options().get("lslpro_writes"):
            left.pop()()

    event.listen(store.engine, "engine_connect", on_connect)


def test_a_light_is_the_pure_function_of_the_data_after_each_change(w, ids, clock):
    compute_lights(w.store)
    for spoil in SPOILS:
        execute(w.store, spoil)
        clock.move(60)
        assert dirty_count(w) == len(ids), spoil
        recompute.run(w.store, ids, limits=Limits(), now=clock)
        assert (dirty_count(w), wrong_lights(w)) == (0, []), spoil


def test_a_booklet_without_division_is_red_and_harms_no_other(w, ids, clock):
    execute(w.store, "UPDATE booklet SET division_id = NULL WHERE id = :id", id=ids[0])
    compute(w.store, ids, clock)
    assert [light_row(w, one).light for one in ids] == [Light.RED, Light.GREEN, Light.GREEN]
    assert wrong_lights(w) == []


@pytest.mark.faults
def test_a_late_light_never_overwrites_a_newer_one(w, store, slow, ids, clock):
    """The first worker reads, the second reads newer data and saves, the first saves last."""

    def newer_data_and_a_quicker_worker():
        execute(store, "DELETE FROM rating")
        clock.move(1)
        compute(store, ids, clock)

    before_its_save(slow, newer_data_and_a_quicker_worker)
    assert compute(slow, ids, lambda: clock.instant.replace(year=2030)) == {}
    rows = [light_row(w, one) for one in ids]
    assert {(row.light, row.computed_at) for row in rows} == {(Light.RED, clock())}
    assert (dirty_count(w), wrong_lights(w)) == (0, [])


@pytest.mark.faults
def test_data_that_change_while_a_light_is_computed_are_computed_again(w, slow, ids, clock, sent):
    before_its_save(slow, lambda: set_marks(w.store, ids[:1], 1999))
    found = recompute.run(slow, ids, limits=Limits(), now=clock)
    (message,) = sent
    assert (found.put_off_count, message.ids, message.name) == (1, (ids[0],), RECOMPUTE_STUDENTS)
    assert (dirty_count(w), message.options["look"]) == (1, 1)
    clock.move(message.countdown_s)
    seen = {int(key): one for key, one in message.options["seen"].items()}
    recompute.run(slow, message.ids, limits=Limits(), now=clock, seen=seen, look=1)
    assert (dirty_count(w), len(sent)) == (0, 1)


@pytest.mark.faults
def test_two_workers_with_one_message_save_each_light_once(w, store, slow, ids, clock):
    before_its_save(slow, lambda: compute(store, ids, clock))
    assert compute(slow, ids, lambda: clock.instant.replace(year=2030)) == {}
    assert {light_row(w, one).computed_at for one in ids} == {clock()}


@pytest.mark.faults
def test_a_booklet_deleted_on_the_way_is_harmless(w, ids, clock, sent):
    execute(w.store, "DELETE FROM student WHERE id = (SELECT min(id) FROM student)")
    recompute.run(w.store, [*ids, 10**9], limits=Limits(), now=clock)
    recompute.run(w.store, [10**9], limits=Limits(), now=clock)
    assert recompute.run(w.store, [], limits=Limits(), now=clock) == Recomputed(0, 0)
    assert (dirty_count(w), wrong_lights(w), sent) == (0, [], [])


@pytest.mark.faults
def test_a_booklet_deleted_between_read_and_save_is_harmless(w, slow, ids, clock, sent):
    gone = "DELETE FROM student WHERE id = (SELECT min(id) FROM student)"
    before_its_save(slow, lambda: execute(w.store, gone))
    recompute.run(slow, ids, limits=Limits(), now=clock)
    assert (dirty_count(w), wrong_lights(w), sent) == (0, [], [])


def test_a_nudge_is_claimed_once_and_travels_in_messages_of_many_ids(store, clock, sent):
    ids = a_school(store, pupil_count=CHUNK + 1).booklet_ids
    nudge(store, ids, clock)
    nudge(store, ids, clock)
    assert [message.ids for message in sent] == [tuple(ids[:CHUNK]), (ids[-1],)]
    assert sent[0].shown == f"({CHUNK} livret(s), premier {ids[0]})"
    assert {(m.name, m.countdown_s, str(m.options)) for m in sent} == {
        (RECOMPUTE_STUDENTS, None, "{}")
    }


@pytest.mark.faults
def test_a_nudge_of_a_write_that_was_rolled_back_is_neither_sent_nor_claimed(
    store, ids, clock, sent
):
    def nudge_and_fail():
        with store.writing() as unit:
            unit.say(recompute.nudges(unit.connection, ids, clock()))
            raise Boom

    with pytest.raises(Boom):
        nudge_and_fail()
    assert sent == []
    nudge(store, ids, clock)
    assert [message.ids for message in sent] == [tuple(ids)]


@pytest.mark.faults
def test_a_lost_nudge_is_sent_again_later_and_later(store, ids, clock, sent):
    nudge(store, ids, clock)
    sent.clear()
    waits = []
    for expected in BACK_OFF_S[:1] + BACK_OFF_S:
        clock.move(expected - 1)
        assert recompute.sweep(store, clock()) == 0
        clock.move(1)
        waits.append(recompute.sweep(store, clock()))
    assert waits == [len(ids)] * (len(BACK_OFF_S) + 1)
    assert {message.ids for message in sent} == {tuple(ids)}


@pytest.mark.faults
def test_what_nobody_was_told_of_is_swept_at_once_and_then_computed(w, ids, clock, sent):
    assert recompute.sweep(w.store, clock()) == len(ids)
    for message in sent:
        recompute.run(w.store, message.ids, limits=Limits(), now=clock)
    assert (dirty_count(w), recompute.sweep(w.store, clock())) == (0, 0)


def test_inline_computes_all_without_a_message_and_tells_its_progress(w, ids, clock, sent):
    nudge(w.store, ids[:1], clock)  # its message was lost
    sent.clear()
    told = []
    count = recompute.inline(w.store, limits=Limits(), now=clock, progress=told.append)
    assert (count, told, sent) == (len(ids), [len(ids)], [])
    assert recompute.inline(w.store, limits=Limits(), now=clock) == 0
    assert wrong_lights(w) == []
