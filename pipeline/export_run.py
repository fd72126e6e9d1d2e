"""Running exports: claim, build each file, give versions; what the world denies is put back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import structlog

from pipeline import crash
from pipeline.domain.states import JobState
from pipeline.errors import Defect, Refused, TooManyAttempts, Unavailable
from pipeline.export_build import build, read_snapshots
from pipeline.export_finish import Built, ended, record
from pipeline.heartbeat import beating
from pipeline.store import jobs
from pipeline.store.jobs import ClaimedJob
from pipeline.wiring import Wiring

ATTEMPT_CAP = 5
PUT_BACK_S = 20
RENEWALS = 3  # in one lease
log = structlog.get_logger(__name__)


def run(wiring: Wiring, job_ids: Sequence[str]) -> int:
    """Run the jobs that are free to be taken; return how many. Harmless when doubled or late.

    Raises Unavailable when the world did not answer: the jobs are taken again by the rescuer.
    """
    started = wiring.now()
    token = str(uuid.uuid4())
    lease_s = wiring.settings.lease_s
    with wiring.store.writing() as unit:
        claimed = jobs.claim(unit.connection, job_ids, token=token, now=started, lease_s=lease_s)
        work = [job for job in claimed if not _ends_here(unit.connection, job, started)]
    if work:
        _run_claimed(wiring, work)
    return len(work)


def _ends_here(connection: Any, job: ClaimedJob, now: dt.datetime) -> bool:
    """A cancel its last holder did not live to see, or one attempt too many: it is not run."""
    if job.cancel_asked:
        jobs.finish(connection, job, state=JobState.CANCELLED, finished_at=now)
    elif job.attempt_count > ATTEMPT_CAP:
        ended(connection, job, TooManyAttempts(ATTEMPT_CAP), now)
    else:
        return False
    return True


def _run_claimed(wiring: Wiring, work: list[ClaimedJob]) -> None:
    crash.point("job_claimed")
    try:
        with beating(lambda: _renew(wiring, work), wiring.settings.lease_s / RENEWALS):
            _build_and_record(wiring, work)
        crash.point("version_committed")
    except Unavailable:
        _put_back(wiring, work)
        raise


def _renew(wiring: Wiring, work: list[ClaimedJob]) -> None:
    """Hold the jobs for another lease: however long they take, a worker that lives keeps them."""
    until = wiring.now() + dt.timedelta(seconds=wiring.settings.lease_s)
    try:
        with wiring.store.writing() as unit:
            jobs.renew(unit.connection, work, until)
    except Unavailable:
        log.warning("lease_not_renewed", count=len(work))  # the next beat may


def _build_and_record(wiring: Wiring, work: list[ClaimedJob]) -> None:
    built: list[Built] = []
    snapshots = read_snapshots(wiring, [job.division_id for job in work])
    crash.point("snapshot_read")
    for job in work:
        try:
            built.append(build(wiring, job, snapshots[job.division_id]))
        except (Refused, Defect) as error:
            _end(wiring, job, error)
    crash.point("file_kept")
    record(wiring, built)


def _end(wiring: Wiring, job: ClaimedJob, error: Refused | Defect) -> None:
    with wiring.store.writing() as unit:
        ended(unit.connection, job, error, wiring.now())


def _put_back(wiring: Wiring, work: list[ClaimedJob]) -> None:
    due = wiring.now() + dt.timedelta(seconds=PUT_BACK_S)
    try:
        with wiring.store.writing() as unit:
            jobs.put_back(unit.connection, work, due)
    except Unavailable:
        log.warning("put_back_failed", count=len(work))  # the lease runs out by itself
