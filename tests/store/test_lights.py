"""The statements of recompute: one nudge in flight, the newest light wins, nothing is lost."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from rowsbuilder import NOW, a_school, compute_lights
from sqlalchemy.exc import IntegrityError

from pipeline.domain.gaps import Gap, GapCode, Light, Severity
from pipeline.store import lights
from pipeline.store import rows as t
from pipeline.store.lights import BACK_OFF_S, ComputedLight

c = t.completeness.c
GAP = Gap(GapCode.COMPETENCE_NOT_RATED, Severity.MANDATORY, "9001")


def later(seconds):
    return NOW + dt.timedelta(seconds=seconds)


@pytest.fixture
def ids(store):
    """Three dirty booklets that nobody was told of."""
    return a_school(store, pupil_count=3).booklet_ids


def row(store, booklet_id):
    with store.reading() as connection:
        return connection.execute(sa.select(t.completeness).where(c.booklet_id == booklet_id)).one()


def claim(store, ids, now=NOW):
    with store.writing() as unit:
        return lights.claim_nudges(unit.connection, ids, now)


def save(store, booklet_id, revision, light=Light.GREEN, gaps=(), *, now=NOW):
    with store.writing() as unit:
        one = ComputedLight(booklet_id, revision, light, tuple(gaps))
        return lights.save_lights(unit.connection, [one], now)


def sweep(store, now, limit=100):
    with store.writing() as unit:
        return lights.sweep_due(unit.connection, now, limit)


def edit(store, booklet_id):
    """Change a source of the booklet; return the revision that is wanted now."""
    with store.writing() as unit:
        unit.connection.execute(
            sa.update(t.pfmp)
            .where(t.pfmp.c.booklet_id == booklet_id)
            .values(week_count=sa.func.coalesce(t.pfmp.c.week_count, 0) + 1)
        )
    return row(store, booklet_id).wanted_revision


def test_a_dirty_booklet_is_claimed_once(store, ids):
    assert claim(store, ids) == ids
    assert claim(store, ids) == []
    assert row(store, ids[0]).due_at == later(BACK_OFF_S[0])


def test_only_the_booklets_asked_for_are_claimed(store, ids):
    assert claim(store, [ids[2], ids[0]]) == [ids[0], ids[2]]
    assert claim(store, ids) == [ids[1]]
    assert claim(store, []) == []


def test_a_burst_of_edits_has_one_nudge_in_flight(store, ids):
    assert claim(store, ids[:1]) == ids[:1]
    for _ in range(3):
        edit(store, ids[0])
        assert claim(store, ids[:1]) == []


def test_a_clean_booklet_is_not_claimed(store, ids):
    compute_lights(store)
    assert claim(store, ids) == []


def test_an_edit_after_the_light_is_claimed_anew(store, ids):
    claim(store, ids)
    compute_lights(store)
    edit(store, ids[1])
    assert claim(store, ids) == [ids[1]]


def test_of_two_that_claim_at_once_one_gets_each_booklet(store, ids):
    gate = Barrier(4)

    def race(_):
        gate.wait(10)
        return claim(store, ids)

    with ThreadPoolExecutor(4) as pool:
        claimed = [one for found in pool.map(race, range(4)) for one in found]
    assert sorted(claimed) == ids


def test_a_light_is_saved_with_its_gaps_and_is_no_more_due(store, ids):
    claim(store, ids)
    wanted = row(store, ids[0]).wanted_revision
    assert save(store, ids[0], wanted, Light.RED, [GAP]) == {ids[0]: wanted}
    held = row(store, ids[0])
    assert (held.light, held.gaps) == (Light.RED, [["competence_not_rated", "mandatory", "9001"]])
    assert (held.computed_revision, held.computed_at) == (wanted, NOW)
    assert (held.due_at, held.attempt_count) == (None, 0)


def test_an_older_light_never_overwrites_a_newer_one(store, ids):
    old = row(store, ids[0]).wanted_revision
    new = edit(store, ids[0])
    save(store, ids[0], new, Light.GREEN)
    assert save(store, ids[0], old, Light.RED, [GAP], now=later(60)) == {}
    held = row(store, ids[0])
    assert (held.light, held.gaps, held.computed_revision) == (Light.GREEN, [], new)
    assert held.computed_at == NOW


def test_the_same_light_twice_is_saved_once(store, ids):
    wanted = row(store, ids[0]).wanted_revision
    assert save(store, ids[0], wanted) == {ids[0]: wanted}
    assert save(store, ids[0], wanted, now=later(60)) == {}
    assert row(store, ids[0]).computed_at == NOW


def test_a_light_of_a_booklet_that_is_gone_is_dropped(store):
    assert save(store, 999_999, 1) == {}


def test_a_light_ahead_of_its_facts_is_refused(store, ids):
    with pytest.raises(IntegrityError, match="computed_not_ahead"):
        save(store, ids[0], row(store, ids[0]).wanted_revision + 1)
    assert row(store, ids[0]).light is None


def test_wanted_never_falls_below_computed(store, ids):
    compute_lights(store)
    with pytest.raises(IntegrityError, match="computed_not_ahead"), store.writing() as unit:
        unit.connection.execute(sa.update(t.completeness).values(wanted_revision=0))


def test_a_booklet_that_moved_on_keeps_a_nudge_in_flight(store, ids):
    claim(store, ids)
    read = row(store, ids[0]).wanted_revision
    moved = edit(store, ids[0])
    assert save(store, ids[0], read) == {ids[0]: moved}
    held = row(store, ids[0])
    assert (held.nudged_revision, held.due_at) == (moved, later(BACK_OFF_S[0]))
    assert claim(store, ids[:1]) == []  # the caller of save_lights sends it
    assert sweep(store, later(BACK_OFF_S[0])) == ids  # and the sweeper, should it be lost


def test_a_light_that_is_up_to_date_does_not_touch_the_nudge(store, ids):
    claim(store, ids)
    nudged = row(store, ids[0]).nudged_revision
    save(store, ids[0], row(store, ids[0]).wanted_revision)
    assert row(store, ids[0]).nudged_revision == nudged


def test_a_booklet_nobody_was_told_of_is_swept_at_once(store, ids):
    assert sweep(store, NOW) == ids
    assert claim(store, ids) == []  # the sweeper's nudge is in flight


@pytest.mark.parametrize(("seconds", "is_due"), [(-1, False), (0, True), (1, True)])
def test_a_lost_nudge_is_swept_once_it_is_due(store, ids, seconds, is_due):
    claim(store, ids)
    assert sweep(store, later(BACK_OFF_S[0] + seconds)) == (ids if is_due else [])


def test_each_sweep_waits_longer_up_to_a_limit(store, ids):
    waits, now = [], NOW
    for _ in range(len(BACK_OFF_S) + 2):
        assert sweep(store, now) == ids
        due_at = row(store, ids[0]).due_at
        assert sweep(store, due_at - dt.timedelta(seconds=1)) == []
        waits.append(int((due_at - now).total_seconds()))
        now = due_at
    assert waits == [*BACK_OFF_S, BACK_OFF_S[-1], BACK_OFF_S[-1]]


def test_a_saved_light_starts_the_waits_anew(store, ids):
    sweep(store, NOW)
    sweep(store, later(100))
    assert row(store, ids[0]).attempt_count == 2
    save(store, ids[0], row(store, ids[0]).wanted_revision)
    assert row(store, ids[0]).attempt_count == 0


def test_a_clean_booklet_is_never_swept(store, ids):
    compute_lights(store)
    assert sweep(store, later(1_000_000)) == []


def test_the_oldest_due_are_swept_first_and_no_more_than_the_limit(store, ids):
    claim(store, [ids[0]], now=later(10))
    claim(store, [ids[1]], now=NOW)
    assert sweep(store, later(100), limit=1) == [ids[2]]  # never told of
    assert sweep(store, later(100), limit=1) == [ids[1]]
    assert sweep(store, later(100), limit=1) == [ids[0]]
    assert sweep(store, later(100), limit=1) == []


def test_two_sweepers_at_once_do_not_send_twice(store, ids):
    gate = Barrier(2)

    def race(_):
        gate.wait(10)
        return sweep(store, NOW)

    with ThreadPoolExecutor(2) as pool:
        swept = [one for found in pool.map(race, range(2)) for one in found]
    assert sorted(swept) == ids


def test_dirty_booklets_are_listed_nudged_or_not(store, ids):
    claim(store, ids[:1])
    save(store, ids[1], row(store, ids[1]).wanted_revision)
    with store.reading() as connection:
        assert lights.dirty_ids(connection, 10) == [ids[0], ids[2]]
        assert lights.dirty_ids(connection, 1) == [ids[0]]


@pytest.mark.parametrize(("seconds", "is_found"), [(-1, True), (0, False), (1, False)])
def test_a_booklet_of_a_burst_was_computed_after_the_instant(store, ids, seconds, is_found):
    compute_lights(store)
    wanted = edit(store, ids[0])
    with store.reading() as connection:
        found = lights.computed_since(connection, ids, later(seconds))
    assert found == ({ids[0]: wanted} if is_found else {})


def test_the_builder_makes_green_and_red_booklets(store):
    green = a_school(store, exports_pfmp=True)
    a_school(store, division_code="1MELEC2", pupil_count=1)
    red = a_school(store, uai="0999998A", complete=False)
    assert compute_lights(store) == 7
    assert {row(store, one).light for one in green.booklet_ids} == {Light.GREEN}
    assert {row(store, one).light for one in red.booklet_ids} == {Light.RED}
