"""Rows 1 to 7 and 37: no edit is lost, whoever writes, and the light is that of the last one."""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
import sqlalchemy as sa

from pipeline.queue import RECOMPUTE_STUDENTS
from tests.counting import computations, count_computations
from tests.oracle import dirty_count
from tests.running import light_row

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
BURST = 1_000


def revision(scene, booklet_id):
    return light_row(scene.w, booklet_id).wanted_revision


def test_row_01_a_writer_that_dies_after_its_commit_leaves_its_mark(scene):
    (booklet_id,) = scene.school(1).booklet_ids
    before = revision(scene, booklet_id)
    died = scene.run("booklet", "set", str(booklet_id), "--average", "1=3,75",
                     LSLPRO_CRASH_AT="committed")  # fmt: skip
    assert died.returncode == -signal.SIGKILL
    scene.ledger.fault()
    scene.ledger.edited(booklet_id, Decimal("3.75"))
    assert revision(scene, booklet_id) > before
    assert scene.broker.client().llen(f"{scene.settings.broker_prefix}recompute") == 0
    scene.start("recompute")
    scene.ledger.healed()
    scene.drain()
    scene.judge()


def test_row_02_a_writer_that_rolls_back_marks_and_says_nothing(scene):
    (booklet_id,) = scene.school(1).booklet_ids
    before = light_row(scene.w, booklet_id)

    def write_and_fail():
        with scene.w.store.writing() as unit:
            unit.connection.execute(sa.text("UPDATE period_average SET average = 0"))
            scene.ledger.fault()
            raise ArithmeticError

    with pytest.raises(ArithmeticError):
        write_and_fail()
    assert light_row(scene.w, booklet_id) == before
    refused = scene.run("booklet", "set", str(booklet_id), "--average", "1=25")
    assert refused.returncode == 1
    assert light_row(scene.w, booklet_id) == before
    assert scene.broker.client().keys(f"{scene.settings.broker_prefix}recompute") == []
    scene.judge()


def test_row_03_an_edit_while_the_broker_is_down_is_accepted_at_once(scene):
    (booklet_id,) = scene.school(1).booklet_ids
    scene.start("recompute")
    scene.broker.kill()
    scene.ledger.fault()
    scene.edit(booklet_id, 305)
    scene.run("booklet", "set", str(booklet_id), "--average", "1=3,10")
    scene.ledger.edited(booklet_id, Decimal("3.10"))
    assert dirty_count(scene.w) == 1
    scene.broker.start()
    scene.kill("recompute")  # Celery's worker may end with its broker: serve starts another
    scene.start("recompute")
    scene.ledger.healed()
    scene.drain()
    scene.judge()


def test_row_04_an_edit_while_the_broker_hangs_is_accepted_at_once(scene, soak):
    (booklet_id,) = scene.school(1).booklet_ids
    scene.start("recompute")
    scene.broker.signal(signal.SIGSTOP)
    scene.ledger.fault()
    for mark in range(30 if soak else 2):
        scene.edit(booklet_id, mark)
    assert dirty_count(scene.w) == 1
    scene.broker.signal(signal.SIGCONT)
    scene.ledger.healed()
    scene.drain()
    scene.judge()


def test_row_05_a_burst_of_edits_ends_in_the_right_light(scene):
    (booklet_id,) = scene.school(1).booklet_ids
    scene.start("recompute")
    count_computations(scene.w.store)
    scene.ledger.fault()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: scene.edit(booklet_id, 1_000), range(BURST // 2)))
        list(pool.map(lambda mark: scene.edit(booklet_id, mark), range(BURST // 2)))
    scene.edit(booklet_id, 1_234)
    scene.ledger.healed()
    scene.drain(helped=False)
    scene.judge()
    assert 1 <= computations(scene.w.store, booklet_id) <= 50


def test_row_06_an_edit_while_the_light_is_computed_is_computed_too(scene):
    (booklet_id,) = scene.school(1).booklet_ids
    scene.start("recompute", solo=True, LSLPRO_CRASH_AT="facts_read:stop")
    scene.edit(booklet_id, 100)
    worker = scene.stopped_process("recompute")
    scene.ledger.fault()
    scene.edit(booklet_id, 200)
    worker.resume()
    scene.ledger.healed()
    scene.drain(helped=False)
    scene.judge()


@pytest.mark.parametrize("point", ["facts_read", "light_saved"])
def test_row_06_a_worker_that_dies_over_a_light_leaves_it_to_the_next(scene, point):
    (booklet_id,) = scene.school(1).booklet_ids
    scene.start("recompute", label="victim", solo=True, LSLPRO_CRASH_AT=point)
    scene.edit(booklet_id, 100)
    scene.wait_gone("victim")
    scene.ledger.fault()
    scene.start("recompute")
    scene.ledger.healed()
    scene.drain()
    scene.judge()


def test_row_07_the_late_light_of_old_data_never_overwrites_the_newer(scene):
    (booklet_id,) = scene.school(1).booklet_ids
    scene.start("recompute", label="slow", solo=True, LSLPRO_CRASH_AT="facts_read:stop")
    scene.edit(booklet_id, 100)
    slow = scene.stopped_process("slow")
    scene.ledger.fault()
    scene.start("recompute", label="quick")
    scene.edit(booklet_id, 200)
    scene.send(RECOMPUTE_STUDENTS, booklet_id)
    scene.wait_light(booklet_id)
    newest = light_row(scene.w, booklet_id).computed_revision
    slow.resume()
    scene.ledger.healed()
    scene.signal("slow", signal.SIGTERM)  # it ends once its task has
    scene.wait_gone("slow")
    assert light_row(scene.w, booklet_id).computed_revision == newest
    scene.judge()


RAW = [
    "UPDATE period_average SET average = 2000",
    "UPDATE rating SET mastery = 4",
    "UPDATE teacher SET last_name = 'AUTRE'",
    "UPDATE pfmp SET synthesis = NULL",
    "UPDATE evaluation SET appreciation = NULL",
    "UPDATE level_settings SET exports_pfmp = true",
    "UPDATE booklet SET division_id = NULL",
    "DELETE FROM rating",
    "DELETE FROM evaluation",
    "DELETE FROM framework_competence WHERE position = 1",
    "INSERT INTO project (booklet_id, appreciation) SELECT id, 'Abouti.' FROM booklet",
]


def test_row_37_raw_sql_of_any_kind_is_found(scene):
    scene.start("recompute")
    scene.ledger.healed()
    for statement in RAW:
        ids = scene.school(2).booklet_ids
        with scene.w.store.writing() as unit:
            unit.connection.execute(sa.text(statement))
        scene.ledger.fault()
        assert dirty_count(scene.w) >= len(ids), statement
        scene.drain()
    scene.judge()
    with scene.w.store.writing() as unit:  # a cascade takes the lights along with their booklets
        unit.connection.execute(sa.text("DELETE FROM student"))
    scene.ledger.fault()
    scene.judge()
