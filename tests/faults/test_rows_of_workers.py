"""Rows 9 to 15: workers that die, freeze, run out of memory, or get one message many times."""

from __future__ import annotations

import resource
import signal

import psutil
import pytest

from pipeline.domain.states import JobState
from pipeline.export_run import ATTEMPT_CAP
from pipeline.queue import RUN_EXPORTS
from tests.faults.scene import terminate
from tests.oracle import half_files, temporaries, version_lines
from tests.polling import wait_until
from tests.running import time_passes

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
SHORT_LEASE_S = 5


def version_counts(scene):
    return sorted(len(found) for found in version_lines(scene.w).values())


def test_row_09_a_child_killed_in_mid_export_leaves_its_job_to_the_next(scene):
    job_id = scene.ask(scene.school().division_id)
    scene.start("export", LSLPRO_CRASH_AT="file_kept:stop")
    scene.send(RUN_EXPORTS, job_id)
    terminate(scene.stopped_process("export"))
    scene.ledger.fault()
    scene.kill("export")  # whose next child would stop there again
    time_passes(scene.w)
    scene.start("export")
    scene.ledger.healed()
    scene.drain()
    scene.judge()
    assert (scene.job(job_id).attempt_count, version_counts(scene)) == (2, [1])


def test_row_10_a_job_that_kills_each_worker_ends_and_takes_no_other_along(scene):
    poisoned = scene.ask(scene.school().division_id)
    scene.start("export", LSLPRO_CRASH_AT="snapshot_read")  # its children die there
    for attempt in range(1, ATTEMPT_CAP + 1):
        scene.send(RUN_EXPORTS, poisoned)
        wait_until(lambda n=attempt: scene.job(poisoned).attempt_count == n, 60, "an attempt")
        scene.ledger.fault()
        time_passes(scene.w)
    assert not scene.died("export")
    scene.kill("export")
    scene.start("export")
    other = scene.ask(scene.school().division_id)
    scene.ledger.may_fail.add(poisoned)
    scene.ledger.healed()
    scene.drain()
    scene.judge()
    assert (scene.job(poisoned).state, scene.job(other).state) == (
        JobState.FAILED,
        JobState.READY,
    )
    assert scene.job(poisoned).error_code == "too_many_attempts"


def test_row_11_a_worker_without_memory_loses_no_job(scene):
    divisions = [scene.school(20).division_id for _ in range(3)]
    scene.start("export")
    main = psutil.Process(scene.processes["export"].pid)
    children = wait_until(main.children, 30, "the pool")
    for child in children:
        child.rlimit(psutil.RLIMIT_AS, (child.memory_info().vms, resource.RLIM_INFINITY))
        scene.ledger.fault()
    for division_id in divisions:
        scene.ask(division_id)
    log = scene.logs["export"]
    wait_until(lambda: "lslpro.run_exports[" in log.read_text(), 60, "a message to be taken")
    for child in children:
        if child.is_running():
            child.rlimit(psutil.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    scene.ledger.healed()
    wait_until(lambda: _drained_later(scene), 120, "the jobs to be taken again")
    scene.judge()
    assert version_counts(scene) == [1, 1, 1]


def _drained_later(scene):
    time_passes(scene.w)
    scene.drain()
    return True


ENDINGS = {
    "TERM": [signal.SIGTERM],
    "QUIT": [signal.SIGQUIT],
    "TERM-QUIT-QUIT": [signal.SIGTERM, signal.SIGQUIT, signal.SIGQUIT],
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_row_12_a_worker_told_to_stop_in_mid_export_ends_it_or_leaves_it(scene, ending):
    scene.ask(scene.school().division_id)
    scene.start("export", app="tests.faults.hasty", LSLPRO_CRASH_AT="snapshot_read:stop")
    child = scene.stopped_process("export")
    for number in ENDINGS[ending]:
        scene.signal("export", number)
        scene.ledger.fault()
    child.resume()
    scene.wait_gone("export")
    assert half_files(scene.w) == []
    time_passes(scene.w)
    scene.start("export")
    scene.ledger.healed()
    scene.drain()
    scene.judge()
    assert version_counts(scene) == [1]


def test_row_12_serve_told_to_stop_under_load_ends_in_time_and_loses_nothing(scene):
    schools = [scene.school(10) for _ in range(4)]
    scene.serve()
    for number, school in enumerate(schools):
        for booklet_id in school.booklet_ids:
            scene.edit(booklet_id, number)
        scene.ask(school.division_id)
    scene.signal("serve", signal.SIGTERM)
    scene.ledger.fault()
    scene.wait_gone("serve")  # which fails after 120 s
    assert half_files(scene.w) == []
    scene.serve()
    scene.ledger.healed()
    scene.drain(helped=False)
    scene.judge()


def test_row_13_a_worker_that_slept_past_its_lease_writes_nothing_when_it_wakes(scene):
    division = scene.school()
    job_id = scene.ask(division.division_id)
    lease = {"LSLPRO_LEASE_S": str(SHORT_LEASE_S)}
    scene.start("export", label="zombie", solo=True, app="tests.faults.hasty",
                LSLPRO_CRASH_AT="file_kept:stop", **lease)  # fmt: skip
    scene.send(RUN_EXPORTS, job_id)
    zombie = scene.stopped_process("zombie")
    scene.ledger.fault()
    scene.start("export", label="twin", app="tests.faults.hasty", **lease)
    scene.edit(division.booklet_ids[0], 1_111)  # so that the twin's file is another
    scene.start("recompute")
    scene.drain()
    assert (scene.job(job_id).state, scene.job(job_id).attempt_count) == (JobState.READY, 2)
    ended = scene.job(job_id)
    zombie.resume()
    scene.ledger.healed()
    scene.signal("zombie", signal.SIGTERM)
    scene.wait_gone("zombie")
    scene.judge()
    assert (scene.job(job_id), version_counts(scene), temporaries(scene.w)) == (ended, [1], [])


def test_row_14_ten_copies_of_a_message_have_one_effect(scene):
    key = f"{scene.settings.broker_prefix}export"
    job_id = scene.ask(scene.school().division_id)
    client = scene.broker.client()
    (payload,) = client.lrange(key, 0, -1)
    for _ in range(9):
        client.lpush(key, payload)
        scene.ledger.fault()
    scene.start("export")
    scene.ledger.healed()
    scene.drain(helped=False)
    unacked = f"{scene.settings.broker_prefix}unacked"
    wait_until(lambda: not (client.llen(key) or client.hlen(unacked)), 60, "all to be consumed")
    scene.judge()
    assert (scene.job(job_id).attempt_count, version_counts(scene)) == (1, [1])


def test_row_15_a_message_given_again_while_its_task_runs_has_one_effect(scene):
    job_id = scene.ask(scene.school().division_id)
    scene.start("export", app="tests.faults.hasty", LSLPRO_CRASH_AT="file_kept:stop")
    child = scene.stopped_process("export")
    log = scene.logs["export"]
    ended = "lslpro.run_exports["  # the copy's run in the other child, after both were received
    wait_until(lambda: log.read_text().count(ended) >= 3, 60, "the message to be given again")
    scene.ledger.fault()
    child.resume()
    scene.ledger.healed()
    scene.drain()
    scene.judge()
    assert (scene.job(job_id).attempt_count, version_counts(scene)) == (1, [1])
