"""Rows 26 to 33, 36, 38 and 39: a version is whole, or it is not there."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psutil
import pytest
import sqlalchemy as sa

from pipeline import export, export_build, nightly, upkeep
from pipeline.crash import POINTS
from pipeline.domain.states import JobState, Outcome
from pipeline.errors import ArtifactExpired, ArtifactUnusable, IdempotencyConflict, StoreUnavailable
from pipeline.store.versions import expire
from tests.faults.scene import DRAFT
from tests.oracle import half_files, temporaries, version_lines
from tests.polling import wait_until
from tests.running import time_passes

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
END_SESSIONS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE pid <> pg_backend_pid() AND datname = current_database()"""
OF_RECOMPUTE = {"committed", "facts_read", "light_saved"}


def fingerprint_now(scene, division_id):
    """Of a file of the division, were it made now."""
    snapshot = export_build.read_snapshots(scene.w, [division_id])[division_id]
    return export_build.fingerprint(scene.w, scene.w.profile(DRAFT), snapshot)


def versions(scene):
    return [version for line in version_lines(scene.w).values() for version in line]


def stopped_at(scene, point, job_of):
    """A worker that stopped there with the job that was asked for."""
    scene.start("export", LSLPRO_CRASH_AT=f"{point}:stop")
    job_id = scene.ask(job_of)
    return job_id, scene.stopped_process("export")


@pytest.mark.parametrize("point", [point for point in POINTS if point not in OF_RECOMPUTE])
def test_row_26_a_crash_at_any_step_leaves_no_version_or_a_whole_one(scene, point):
    scene.start("export", label="victim", solo=True, LSLPRO_CRASH_AT=point)
    job_id = scene.ask(scene.school().division_id)
    scene.wait_gone("victim")
    scene.ledger.fault()
    assert half_files(scene.w) == []
    time_passes(scene.w)
    scene.start("export")
    scene.ledger.healed()
    scene.drain()
    scene.judge()
    assert (scene.job(job_id).state, len(versions(scene))) == (JobState.READY, 1)
    upkeep.purge(scene.w, grace_s=0)
    assert temporaries(scene.w) == []
    scene.judge()


def test_row_27_a_full_disk_ends_no_job_and_leaves_nothing_behind(scene):
    scene.start("export")
    main = psutil.Process(scene.processes["export"].pid)
    children = wait_until(main.children, 30, "the pool")
    limits = [child.rlimit(psutil.RLIMIT_FSIZE) for child in children]
    for child in children:
        child.rlimit(psutil.RLIMIT_FSIZE, (1_000, limits[0][1]))
        scene.ledger.fault()
    job_id = scene.ask(scene.school().division_id)
    client, prefix = scene.broker.client(), scene.settings.broker_prefix
    wait_until(lambda: not client.llen(f"{prefix}export"), 60, "the message to be taken")
    wait_until(lambda: not client.hlen(f"{prefix}unacked"), 60, "the job to be put back")
    assert scene.job(job_id).attempt_count == 0  # the log is on that disk too, and says nothing
    assert (versions(scene), temporaries(scene.w)) == ([], [])
    for child, limit in zip(children, limits, strict=True):
        child.rlimit(psutil.RLIMIT_FSIZE, limit)
    scene.ledger.healed()
    time_passes(scene.w)
    scene.drain()
    scene.judge()


def test_row_28_a_database_that_goes_away_for_a_while_ends_no_job(scene):
    job_id, child = stopped_at(scene, "file_kept", scene.school().division_id)
    scene.ledger.fault()
    if scene.w.store.dialect == "sqlite":  # another holds the only lock meanwhile
        with scene.w.store.writing():
            child.resume()
            wait_until(lambda: child.status() == psutil.STATUS_SLEEPING, 30, "the wait")
    else:
        with scene.w.store.writing() as unit:
            unit.connection.execute(sa.text(END_SESSIONS)).all()
        child.resume()
    scene.ledger.healed()
    wait_until(lambda: _drained_later(scene), 120, "the job to end")
    scene.judge()
    assert (scene.job(job_id).state, len(versions(scene))) == (JobState.READY, 1)


def _drained_later(scene):
    if scene.job(_only_job(scene)).state == JobState.RUNNING:
        time_passes(scene.w)
    scene.drain()
    return True


def _only_job(scene):
    (job_id,) = scene.ledger.job_ids
    return job_id


def test_row_29_writers_in_opposite_order_end_one_after_the_other(scene):
    scene.start("recompute")
    scene.start("export")
    ids = sorted(scene.school(8).booklet_ids)
    update = sa.text("UPDATE period_average SET average = :mark WHERE booklet_id = :id")

    def write(order):
        for mark in range(25):
            with suppress(StoreUnavailable), scene.w.store.writing() as unit:
                for booklet_id in order:
                    given = {"mark": mark, "id": booklet_id}
                    unit.connection.execute(update, given)
            scene.ledger.fault()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(write, [ids, ids[::-1], ids[4:] + ids[:4]]))
    scene.ledger.healed()
    scene.drain()
    scene.judge()


def test_row_30_on_demand_and_nightly_at_once_make_one_version_and_one_unchanged(scene):
    division_id = scene.school().division_id
    job_id = scene.ask(division_id)
    scene.start("export")
    nightly.begin(scene.w, scene.w.now().date())
    again = scene.ask(division_id)
    scene.ledger.fault()
    scene.ledger.healed()
    scene.drain()
    scene.judge()
    outcomes = [scene.job(one).outcome for one in {job_id, again}]
    assert outcomes.count(Outcome.NEW_VERSION) <= 1
    assert len(versions(scene)) == 1


def test_row_31_one_key_is_one_job_and_refused_for_another(scene):
    division_id, other = scene.school().division_id, scene.school().division_id
    gate = threading.Barrier(4)

    def ask(_):
        gate.wait()
        return scene.ask(division_id, idempotency_key="k-1")

    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(ask, range(4)))
    scene.ledger.fault(3)
    assert len(ids) == 1
    with pytest.raises(IdempotencyConflict):
        scene.ask(other, idempotency_key="k-1")
    scene.start("export")
    scene.drain()
    assert {scene.ask(division_id, idempotency_key="k-1")} == ids
    scene.judge()
    assert len(versions(scene)) == 1


def test_row_32_a_cancelled_job_never_runs_or_stops_at_its_next_step(scene):
    queued = scene.ask(scene.school().division_id)
    export.cancel(scene.w.store, queued, now=scene.w.now())
    running, child = stopped_at(scene, "file_kept", scene.school().division_id)
    export.cancel(scene.w.store, running, now=scene.w.now())
    scene.ledger.fault(2)
    child.resume()
    scene.drain()
    scene.judge()
    states = [scene.job(one).state for one in (queued, running)]
    assert (states, versions(scene)) == ([JobState.CANCELLED] * 2, [])
    assert scene.job(queued).attempt_count == 0


@pytest.mark.parametrize("harm", ["altered", "missing"])
def test_row_33_a_harmed_file_is_not_served_is_reported_and_healed(scene, harm):
    division_id = scene.school().division_id
    scene.start("export")
    scene.ask(division_id)
    scene.drain()
    (version,) = versions(scene)
    path = scene.w.artifacts.path(version.sha256)
    if harm == "altered":
        path.write_bytes(path.read_bytes().replace(b"1", b"2", 1))
    else:
        path.unlink()
    scene.ledger.fault()
    with pytest.raises(ArtifactUnusable):
        upkeep.serve(scene.w, version)
    code = str(scene.run("artifacts", "scrub").returncode)
    assert (code, [name for name, _ in upkeep.scrub(scene.w).unusable]) == (
        "1",
        [version.file_name],
    )
    scene.ask(division_id)
    scene.ledger.healed()
    scene.drain()
    scene.judge()
    assert (upkeep.scrub(scene.w).unusable, len(versions(scene))) == ((), 1)


def test_row_36_a_file_shows_one_instant_and_the_next_one_catches_up(scene):
    division = scene.school()
    _, child = stopped_at(scene, "snapshot_read", division.division_id)
    before = fingerprint_now(scene, division.division_id)
    scene.edit(division.booklet_ids[0], 1_999)
    scene.ledger.fault()
    child.resume()
    scene.start("recompute")
    scene.drain()
    (version,) = versions(scene)
    now = fingerprint_now(scene, division.division_id)
    assert version.fingerprint == before != now
    assert b"19.99" not in upkeep.serve(scene.w, version)
    scene.ask(division.division_id)
    scene.ledger.healed()
    scene.drain()
    scene.judge()
    newest = versions(scene)[-1]
    assert (newest.version, newest.fingerprint) == (2, now)
    assert b"19.99" in upkeep.serve(scene.w, newest)


def test_row_38_retention_never_takes_what_is_read_or_made_again(scene):
    division = scene.school()
    scene.start("recompute")
    scene.start("export")
    w = scene.w
    ended = threading.Event()
    served, expired = [], []

    def read_all():
        while not ended.is_set():
            for version in versions(scene):
                try:
                    served.append(len(upkeep.serve(w, version)) == version.size)
                except ArtifactExpired:
                    expired.append(version.version)

    def remove_all():
        while not ended.is_set():
            with w.store.writing() as unit:  # all but the newest, whatever its age
                expire(unit.connection, w.now(), w.now())
            upkeep.purge(w, grace_s=2)

    with ThreadPoolExecutor(2) as pool:
        tasks = [pool.submit(read_all), pool.submit(remove_all)]
        for mark in (100, 200, 100, 300, 200, 100):  # the same bytes come again and again
            scene.edit(division.booklet_ids[0], mark)
            scene.drain()
            scene.ask(division.division_id)
            scene.drain()
            scene.ledger.fault()
        ended.set()
        assert [task.result() for task in tasks] == [None, None]
    assert len(served) > 0
    assert all(served)
    scene.ledger.healed()
    scene.judge()


def test_row_39_a_division_no_schema_takes_fails_with_codes_and_tells_no_pupil(scene):
    division = scene.school()
    poison = "UPDATE evaluation SET modality = 'X', appreciation = 'LE-SECRET'"
    with scene.w.store.writing() as unit:
        unit.connection.execute(sa.text(poison))
    scene.start("recompute")
    scene.start("export")
    scene.drain()
    job_id = scene.ask(division.division_id)
    scene.ledger.may_fail.add(job_id)
    scene.ledger.fault()
    scene.drain()
    scene.judge()
    ended = scene.job(job_id)
    assert (ended.state, ended.error_code) == (JobState.FAILED, "invalid_document")
    assert versions(scene) == []
    told = str(ended.report) + "".join(
        log.read_text() for log in (scene.settings.home / "logs").iterdir()
    )
    with scene.w.store.reading() as connection:
        named = connection.execute(sa.text("SELECT last_name, ine FROM student")).all()
    secrets = {"LE-SECRET", *(text for pupil in named for text in pupil)}
    assert [one for one in secrets if one in told] == []
