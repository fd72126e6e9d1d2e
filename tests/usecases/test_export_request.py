"""Asking for an export: a row before any message, one job that waits, one job per key."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from rowsbuilder import NOW, UAI, a_school
from sqlalchemy.exc import StatementError

from pipeline import export, export_run
from pipeline.domain.states import JobKind, JobState
from pipeline.errors import IdempotencyConflict, NotFound
from pipeline.queue import RUN_EXPORTS
from pipeline.store.unit import Store
from tests.usecases.exporting import (
    DRAFT,
    PLAIN,
    a_wiring,
    all_jobs,
    ask,
    exported,
    hooked,
    job,
    once,
)


class Boom(Exception):
    """Ends a transaction."""


@pytest.fixture
def division_id(store):
    return a_school(store, pupil_count=1).division_id


def at_once(count, action):
    """What the action returned or raised in threads that start together."""
    gate = Barrier(count)

    def race(number):
        gate.wait(10)
        try:
            return action(number)
        except IdempotencyConflict as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(race, range(count)))


def test_the_row_is_committed_before_its_message_leaves(database_url, tmp_path, clock):
    seen = []

    def send(messages):
        seen.extend((one.ids, [job(w, job_id).state for job_id in one.ids]) for one in messages)

    w = a_wiring(Store(database_url, send), tmp_path, clock)
    job_id = ask(w, a_school(w.store, pupil_count=1).division_id)
    w.store.engine.dispose()
    assert seen == [((job_id,), [JobState.QUEUED])]


def test_a_request_is_kept_with_who_asked_and_when(w, division_id):
    row = job(w, ask(w, division_id, by="ddfpt"))
    assert (row.state, row.kind, row.profile) == (JobState.QUEUED, JobKind.ON_DEMAND, DRAFT)
    assert (row.requested_by, row.requested_at, row.attempt_count) == ("ddfpt", NOW, 0)


def test_the_message_holds_the_id_and_shows_job_uai_and_division_only(w, division_id, sent):
    job_id = ask(w, division_id, by="prof@lycee.example", idempotency_key="secret")
    (message,) = sent
    assert (message.name, message.ids) == (RUN_EXPORTS, (job_id,))
    assert (message.options, message.countdown_s) == ({}, None)
    assert message.shown == f"({job_id[:8]} {UAI} 1MELEC1)"


def test_a_request_while_one_waits_is_that_one(w, division_id, sent):
    first = ask(w, division_id)
    assert ask(w, division_id, by="another") == first
    assert [message.ids for message in sent] == [(first,)]


def test_two_profiles_of_a_division_wait_side_by_side(w, division_id):
    assert ask(w, division_id, DRAFT) != ask(w, division_id, PLAIN)


def test_a_request_while_one_runs_makes_one_more(w, division_id):
    asked = []
    first = ask(w, division_id)
    export_run.run(hooked(w, once(lambda: asked.append(ask(w, division_id)))), [first])
    assert asked != [first]
    assert [job(w, one).state for one in (first, *asked)] == [JobState.READY, JobState.QUEUED]


def test_the_same_key_gives_the_same_job_even_after_it_ended(w, division_id, sent):
    first = ask(w, division_id, idempotency_key="k")
    export_run.run(w, [first])
    assert ask(w, division_id, idempotency_key="k") == first
    assert len(sent) == 1


def test_without_a_key_a_request_after_the_end_is_a_new_job(w, division_id):
    assert exported(w, division_id).id != ask(w, division_id)


def test_a_key_is_its_askers_own(w, division_id):
    first = ask(w, division_id, idempotency_key="k", by="one")
    export_run.run(w, [first])
    assert ask(w, division_id, idempotency_key="k", by="other") != first


@pytest.mark.faults
@pytest.mark.parametrize("other", ["division", "profile"])
def test_a_key_used_for_another_request_is_refused_by_name_and_changes_nothing(
    w, store, division_id, sent, other
):
    second = a_school(store, pupil_count=1, division_code="1MELEC2").division_id
    ask(w, division_id, idempotency_key="clé 7")
    wanted = (second, DRAFT) if other == "division" else (division_id, PLAIN)
    with pytest.raises(IdempotencyConflict, match=r"« clé 7 » .* changez de clé") as caught:
        ask(w, *wanted, idempotency_key="clé 7")
    assert caught.value.code == "idempotency_conflict"
    assert len(all_jobs(w)) == len(sent) == 1


@pytest.mark.faults
@pytest.mark.parametrize("key", ["k", None])
def test_of_requests_at_once_one_makes_the_row_and_all_get_it(w, division_id, sent, key):
    ids = at_once(4, lambda _number: ask(w, division_id, idempotency_key=key))
    assert len(set(ids)) == len(all_jobs(w)) == len(sent) == 1


@pytest.mark.faults
def test_of_two_uses_of_a_key_at_once_one_wins_and_the_other_is_told(w, store, division_id):
    second = a_school(store, pupil_count=1, division_code="1MELEC2").division_id
    divisions = [division_id, second]
    found = at_once(2, lambda number: ask(w, divisions[number], idempotency_key="k"))
    assert sorted(type(one).__name__ for one in found) == ["IdempotencyConflict", "str"]
    assert len(all_jobs(w)) == 1


@pytest.mark.faults
@pytest.mark.parametrize("name", ["lsl-2.0", "", "../lsl-1.0", "LSL-1.0"])
def test_an_unknown_profile_is_refused_with_those_there_are(w, name):
    with pytest.raises(NotFound, match=r"lsl-1\.0, lslpro-draft-1") as caught:
        w.profile(name)
    assert caught.value.key == name


@pytest.mark.faults
def test_a_job_whose_profile_is_gone_is_refused_with_those_there_are(w, division_id):
    row = exported(w, division_id, "lsl-0.9")
    assert (row.state, row.error_code) == (JobState.REFUSED, "not_found")
    assert "Profils connus : lsl-1.0, lslpro-draft-1" in row.report["message"]


@pytest.mark.faults
def test_a_night_that_is_rolled_back_leaves_no_job_and_says_nothing(w, store, division_id, sent):
    def begin_and_fail():
        with store.writing() as unit:
            assert export.request_night(unit, [division_id], DRAFT, NOW.date(), NOW) == 1
            raise Boom

    with pytest.raises(Boom):
        begin_and_fail()
    assert (all_jobs(w), sent) == ([], [])


@pytest.mark.faults
def test_a_request_that_the_database_refuses_says_nothing(w, division_id, sent):
    with pytest.raises(StatementError, match="naive instant"):
        ask(w, division_id, now=NOW.replace(tzinfo=None))
    assert (all_jobs(w), sent) == ([], [])
