"""A burst of edits: a light at its start, one once it is quiet, and never too long without."""

from __future__ import annotations

import heapq
import itertools
import json

import pytest
import sqlalchemy as sa
from rowsbuilder import a_school, compute_lights

from pipeline import recompute
from pipeline.domain.facts import Limits
from pipeline.recompute import SETTLE_LOOKS, SETTLE_S, Recomputed
from pipeline.store import rows as t
from tests.oracle import dirty_count, wrong_lights
from tests.running import light_row


@pytest.fixture
def booklet_id(store, clock):
    """A booklet whose light was computed just now."""
    (found,) = a_school(store, pupil_count=1).booklet_ids
    compute_lights(store, clock())
    return found


class Office:
    """One writer and one worker on one clock; messages arrive when their countdown is over."""

    def __init__(self, w, clock, sent):
        self.w, self.clock, self.sent = w, clock, sent
        self.under_way, self.numbers = [], itertools.count()
        self.computed_at, self.looks = [], 0

    def edit(self, booklet_id):
        with self.w.store.writing() as unit:
            of_booklet = t.average.c.booklet_id == booklet_id
            marks = sa.update(t.average).where(of_booklet)
            unit.connection.execute(marks.values(average=next(self.numbers) % 20))
            unit.say(recompute.nudges(unit.connection, [booklet_id], self.clock()))
        self.collect()

    def collect(self):
        for message in self.sent:
            due = self.clock.instant.timestamp() + (message.countdown_s or 0)
            heapq.heappush(self.under_way, (due, next(self.numbers), message))
        self.sent.clear()

    def work(self):
        """Run what has arrived."""
        while self.under_way and self.under_way[0][0] <= self.clock.instant.timestamp():
            _, _, message = heapq.heappop(self.under_way)
            options = json.loads(json.dumps(message.options))  # as it travels
            seen = {int(key): value for key, value in options.get("seen", {}).items()}
            found = recompute.run(
                self.w.store, message.ids, limits=Limits(), now=self.clock,
                seen=seen, look=options.get("look", 0),
            )  # fmt: skip
            self.looks += 1
            self.computed_at += [self.clock()] * found.saved_count
            self.collect()

    def pass_time(self, seconds, step, booklet_id=None):
        """Let time pass, with an edit each step where a booklet is given."""
        for _ in range(round(seconds / step)):
            self.clock.move(step)
            if booklet_id is not None:
                self.edit(booklet_id)
            self.work()


@pytest.fixture
def office(w, clock, sent):
    return Office(w, clock, sent)


@pytest.fixture
def run(w, clock):
    def run_it(booklet_id, **options):
        return recompute.run(w.store, [booklet_id], limits=Limits(), now=clock, **options)

    return run_it


@pytest.mark.parametrize(("seconds", "put_off"), [(-0.001, 1), (0, 0), (0.001, 0)])
def test_a_booklet_is_put_off_where_it_was_computed_less_than_a_second_ago(
    office, booklet_id, run, seconds, put_off
):
    office.clock.move(SETTLE_S + seconds)
    office.edit(booklet_id)
    assert run(booklet_id) == Recomputed(1 - put_off, put_off)


def test_what_is_put_off_comes_back_in_a_second_with_the_revision_seen(
    w, office, booklet_id, run, sent
):
    office.edit(booklet_id)
    run(booklet_id)
    (message,) = sent
    seen = {str(booklet_id): light_row(w, booklet_id).wanted_revision}
    assert (message.ids, message.countdown_s) == ((booklet_id,), SETTLE_S)
    assert message.options == {"seen": seen, "look": 1}
    assert json.loads(json.dumps(message.options)) == message.options


def test_a_booklet_that_did_not_move_between_two_looks_is_computed(w, office, booklet_id, run):
    office.edit(booklet_id)
    seen = {booklet_id: light_row(w, booklet_id).wanted_revision}
    assert run(booklet_id, seen=seen, look=1) == Recomputed(1, 0)
    assert dirty_count(w) == 0


def test_a_booklet_that_moved_between_two_looks_is_looked_at_again(
    w, office, booklet_id, run, sent
):
    office.edit(booklet_id)
    seen = {booklet_id: light_row(w, booklet_id).wanted_revision}
    office.edit(booklet_id)
    assert run(booklet_id, seen=seen, look=1) == Recomputed(0, 1)
    assert sent[0].options["look"] == 2
    moved = light_row(w, booklet_id).wanted_revision
    assert sent[0].options["seen"] == {str(booklet_id): moved}
    assert moved > seen[booklet_id]


@pytest.mark.faults
@pytest.mark.parametrize(("look", "saved"), [(-1, 0), (0, 1), (1, 1)])
def test_a_booklet_that_never_rests_is_computed_after_so_many_looks(
    office, booklet_id, run, look, saved
):
    office.edit(booklet_id)
    assert run(booklet_id, seen={booklet_id: 0}, look=SETTLE_LOOKS + look).saved_count == saved


def test_the_sweeper_stays_out_of_a_burst_that_lasts(office, booklet_id, sent):
    swept = []
    for _ in range(12):
        office.pass_time(1, 0.1, booklet_id)
        swept.append(recompute.sweep(office.w.store, office.clock()))
        office.collect()
    assert swept == [0] * 12
    assert office.computed_at == []


def test_one_edit_is_computed_at_once(w, office, clock, booklet_id):
    clock.move(60)
    office.edit(booklet_id)
    office.work()
    assert (office.computed_at, dirty_count(w)) == ([clock()], 0)


def test_a_burst_is_computed_at_its_start_and_once_it_is_quiet(w, office, clock, booklet_id):
    clock.move(60)
    office.pass_time(8, 0.1, booklet_id)
    office.pass_time(3, 0.5)
    assert len(office.computed_at) == 2
    assert (dirty_count(w), wrong_lights(w), office.under_way) == (0, [], [])


@pytest.mark.faults
def test_a_booklet_edited_without_a_pause_is_never_long_without_a_light(
    w, office, clock, booklet_id
):
    clock.move(60)
    office.pass_time(50, 0.5, booklet_id)
    gaps = [
        (later - earlier).total_seconds()
        for earlier, later in itertools.pairwise(office.computed_at)
    ]
    assert max(gaps) <= SETTLE_LOOKS + 2 * SETTLE_S
    assert 3 <= len(office.computed_at) <= 6
    assert office.looks < 120  # one or two a second, whatever the number of edits
    office.pass_time(3, 0.5)
    assert (dirty_count(w), wrong_lights(w)) == (0, [])


@pytest.mark.faults
def test_a_quiet_booklet_does_not_wait_for_one_that_never_rests(w, store, office, clock, run):
    busy, quiet = a_school(store, pupil_count=2, division_code="1M2").booklet_ids
    compute_lights(store, clock())
    for booklet_id in (busy, quiet):
        office.edit(booklet_id)
    seen = {one: light_row(w, one).wanted_revision for one in (busy, quiet)}
    office.edit(busy)
    found = recompute.run(
        store, [busy, quiet], limits=Limits(), now=clock, seen=seen, look=1
    )  # fmt: skip
    assert (found, dirty_count(w)) == (Recomputed(1, 1), 1)
    assert light_row(w, quiet).computed_revision == seen[quiet]


@pytest.mark.faults
def test_a_lost_look_is_made_up_for_by_the_sweeper(w, office, clock, booklet_id):
    clock.move(0.5)
    office.edit(booklet_id)
    office.work()
    office.under_way.clear()
    clock.move(60)
    assert recompute.sweep(w.store, clock()) == 1
    office.collect()
    office.work()
    assert (dirty_count(w), wrong_lights(w)) == (0, [])
