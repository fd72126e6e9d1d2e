"""Lights, by real workers on a real broker, on both databases."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal

import pytest
from rowsbuilder import a_school

from pipeline import booklets, recompute
from pipeline.domain.entry import Edit
from pipeline.domain.facts import Teacher
from pipeline.domain.gaps import Light
from pipeline.queue import RECOMPUTE_STUDENTS, SWEEP
from pipeline.recompute import SETTLE_LOOKS, SETTLE_S
from tests.counting import computations, count_computations
from tests.ledger import assert_at_rest
from tests.oracle import dirty_count
from tests.polling import wait_until
from tests.running import light_row, running, ticking, time_passes, wait_settled

pytestmark = [pytest.mark.xdist_group("lights"), pytest.mark.timeout(300)]
PATIENCE = dt.timedelta(seconds=5)  # kombu by itself connects again for 6 s
COMPLETE = Edit(
    appreciation="Bien.",
    averages={1: Decimal(12)},
    ratings={"9001": 1, "9002": 2, "9003": 3},
    teachers=(Teacher("DURAND", "Inès"),),
    pfmp_synthesis="Bonne intégration.",
    pfmp_teacher_last_name="MARTIN",
    pfmp_teacher_first_name="Léo",
)


@pytest.fixture(scope="module")
def tree(module_database_url, tmp_path_factory):
    with running(tmp_path_factory.mktemp("lights"), module_database_url) as made:
        made.start_broker()
        made.start("recompute")
        yield made


@pytest.fixture
def w(tree):
    return tree.wiring


def an_edit(w, booklet_id, change, **options):
    now = options.get("now", w.now())
    return booklets.edit(
        w.store, booklet_id, change, based_on=None, actor="tests", limits=w.limits, now=now
    )


def wait_light(w, booklet_id, light):
    look = ticking(
        lambda: recompute.sweep(w.store, w.now()), lambda: light_row(w, booklet_id).light == light
    )
    wait_until(look, 120, f"a {light} light")


def test_the_light_follows_an_edit(w):
    (booklet_id,) = a_school(w.store, pupil_count=1, uai="0000001A", complete=False).booklet_ids
    an_edit(w, booklet_id, COMPLETE)
    wait_light(w, booklet_id, Light.GREEN)
    an_edit(w, booklet_id, Edit(averages={1: None}))
    wait_light(w, booklet_id, Light.RED)
    row = light_row(w, booklet_id)
    assert row.wanted_revision == row.computed_revision
    assert [code for code, _, _ in row.gaps] == ["average_missing"]


def test_a_thousand_edits_in_a_burst_make_few_computations(w):
    """One at its start, one at its end, and one each so many looks however long it lasts."""
    (booklet_id,) = a_school(w.store, pupil_count=1, uai="0000002A", complete=False).booklet_ids
    an_edit(w, booklet_id, COMPLETE)
    wait_light(w, booklet_id, Light.GREEN)
    count_computations(w.store)
    began = time.monotonic()
    for n in range(1_000):
        an_edit(w, booklet_id, Edit(averages={1: Decimal(n % 2_000) / 100}))
    an_edit(w, booklet_id, Edit(ratings={"9003": None}))
    wait_light(w, booklet_id, Light.RED)
    row = light_row(w, booklet_id)
    assert row.wanted_revision == row.computed_revision > 1_000
    lasted = (time.monotonic() - began) / (SETTLE_LOOKS * SETTLE_S)
    assert 1 <= computations(w.store, booklet_id) <= 3 + int(lasted)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("period_average", "SET average = 2000"),
        ("rating", "SET mastery = 4"),
        ("teacher", "SET last_name = 'AUTRE'"),
        ("pfmp", "SET synthesis = NULL"),
        ("evaluation", "SET appreciation = NULL"),
    ],
)
def test_raw_sql_on_a_source_table_is_found_by_the_sweeper(tree, w, table, change):
    uai = f"{len(table):04d}{len(change):03d}B"
    ids = a_school(w.store, pupil_count=2, uai=uai).booklet_ids
    tree.send(SWEEP)
    wait_settled(w)
    with w.store.writing() as unit:
        where = f"WHERE booklet_id IN ({ids[0]}, {ids[1]})"
        unit.connection.exec_driver_sql(f"UPDATE {table} {change} {where}")
    assert dirty_count(w) == 2
    tree.send(SWEEP)
    wait_settled(w)
    assert_at_rest(w)


@pytest.mark.faults
def test_doubled_and_unknown_messages_are_harmless(tree, w):
    ids = a_school(w.store, pupil_count=3, uai="0000003A").booklet_ids
    for message in [ids, ids[::-1], ids, [10**9, *ids], []]:
        tree.send(RECOMPUTE_STUDENTS, *message)
    wait_settled(w)
    assert_at_rest(w)


@pytest.mark.faults
def test_an_edit_while_the_broker_is_down_is_saved_and_computed_once_it_is_back(
    module_database_url, tmp_path_factory
):
    home = tmp_path_factory.mktemp("down")
    with running(home, module_database_url, broker_url="") as tree:
        w = tree.wiring
        tree.start("broker")
        tree.start("recompute")
        (booklet_id,) = a_school(w.store, pupil_count=1, uai="0000004A").booklet_ids
        tree.send(SWEEP)
        wait_settled(w)
        tree.kill("broker")
        asked_at = w.now()
        result = an_edit(w, booklet_id, Edit(averages={1: None, 2: None, 3: None}))
        assert result.changed
        assert w.now() - asked_at < PATIENCE
        assert dirty_count(w) == 1
        tree.start("broker")
        tree.kill("recompute")  # Celery's worker may end when its broker dies: serve starts another
        tree.start("recompute")
        time_passes(w)
        tree.start("beat")
        wait_light(w, booklet_id, Light.RED)
        wait_settled(w)
        assert_at_rest(w)
