"""The rescuer: jobs that wait unsent, or whose holder went silent, are sent again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from rowsbuilder import a_school

from pipeline import export, export_run
from pipeline.domain.states import JobState
from pipeline.store.jobs import RESEND_S
from tests.usecases.exporting import (
    Killed,
    all_jobs,
    ask,
    die,
    exported,
    hooked,
    job,
    run_messages,
    versions_of,
)

pytestmark = pytest.mark.faults


def divisions(store, count):
    return [
        a_school(store, pupil_count=1, division_code=f"1M{n}").division_id for n in range(count)
    ]


def rescued(w, sent):
    """The ids that a rescue sends."""
    sent.clear()
    count = export.rescue(w.store, w.now())
    ids = [job_id for message in sent for job_id in message.ids]
    assert count == len(ids)
    return ids


def a_silent_job(w, division_id):
    """A job whose worker died over its file."""
    job_id = ask(w, division_id)
    with suppress(Killed):
        export_run.run(hooked(w, die), [job_id])
    return job_id


def test_of_three_requests_of_three_ages_those_that_are_due_are_sent(w, store, clock, sent):
    old, due, young = (
        (ask(w, division_id), clock.move(1))[0] for division_id in divisions(store, 3)
    )
    clock.move(RESEND_S - 2)
    assert rescued(w, sent) == [old, due]
    assert rescued(w, sent) == []
    clock.move(1)
    assert rescued(w, sent) == [young]


def test_of_three_silent_workers_those_whose_lease_ran_out_are_replaced(w, store, clock, sent):
    jobs = []
    for division_id in divisions(store, 3):
        jobs.append(a_silent_job(w, division_id))
        clock.move(20)
    clock.move(w.settings.lease_s - 40)
    assert rescued(w, sent) == jobs[:2]
    assert rescued(w, sent) == []


@pytest.mark.parametrize(("beyond_s", "count"), [(-1, 0), (0, 1), (1, 1)])
def test_a_silent_worker_is_given_its_whole_lease(w, clock, sent, beyond_s, count):
    a_silent_job(w, *divisions(w.store, 1))
    clock.move(w.settings.lease_s + beyond_s)
    assert len(rescued(w, sent)) == count


def test_a_job_whose_messages_get_lost_is_sent_every_half_minute_until_it_is_run(
    w, store, clock, sent
):
    job_id = ask(w, *divisions(store, 1))
    for _ in range(5):
        clock.move(RESEND_S - 1)
        assert rescued(w, sent) == []
        clock.move(1)
        assert rescued(w, sent) == [job_id]
    run_messages(w, sent)
    assert (job(w, job_id).state, job(w, job_id).attempt_count) == (JobState.READY, 1)
    clock.move(86_400)
    assert rescued(w, sent) == []


def test_a_silent_job_is_finished_by_the_one_who_is_sent_for_it(w, store, clock, sent):
    (division_id,) = divisions(store, 1)
    job_id = a_silent_job(w, division_id)
    clock.move(w.settings.lease_s + 1)
    assert rescued(w, sent) == [job_id]
    run_messages(w, sent)
    assert (job(w, job_id).state, len(versions_of(w, division_id))) == (JobState.READY, 1)


def test_a_job_that_ended_or_was_cancelled_is_never_sent_again(w, store, clock, sent):
    first, second, third = divisions(store, 3)
    exported(w, first)
    export.cancel(store, ask(w, second), now=w.now())
    red = a_school(store, complete=False, division_code="1R").division_id
    exported(w, red)
    waiting = ask(w, third)
    clock.move(86_400)
    assert rescued(w, sent) == [waiting]


def test_many_jobs_travel_ten_in_a_message(w, store, clock, sent):
    for division_id in divisions(store, 12):
        ask(w, division_id)
    clock.move(RESEND_S)
    assert len(rescued(w, sent)) == 12
    assert [len(message.ids) for message in sent] == [10, 2]


def test_two_rescuers_at_once_send_each_job_once(w, store, clock, sent):
    for division_id in divisions(store, 4):
        ask(w, division_id)
    clock.move(RESEND_S)
    sent.clear()
    gate = Barrier(2)

    def rescue(_):
        gate.wait(10)
        return export.rescue(store, clock())

    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(rescue, range(2)))
    ids = [job_id for message in sent for job_id in message.ids]
    assert (sum(counts), sorted(ids)) == (4, sorted(row.id for row in all_jobs(w)))


def test_a_rescue_of_a_live_job_doubles_nothing(w, store, sent):
    (division_id,) = divisions(store, 1)
    job_id = ask(w, division_id)
    ran = []
    again = hooked(w, lambda _data: ran.append(export_run.run(w, [job_id])))
    export_run.run(again, [job_id])
    assert (ran, len(versions_of(w, division_id))) == ([0], 1)
