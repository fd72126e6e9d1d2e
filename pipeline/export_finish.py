"""Ending exports: version numbers given one by one, behind the fence of the token."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from pipeline import crash
from pipeline.domain.names import artifact_file_name
from pipeline.domain.states import JobState, Outcome
from pipeline.errors import Defect, InvalidDocument, Refused
from pipeline.store import jobs, versions
from pipeline.store.jobs import ClaimedJob
from pipeline.wiring import Wiring

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Built:
    """A job whose file is stored and waits for its version row."""

    job: ClaimedJob
    sha256: str
    size: int
    fingerprint: str
    report: dict[str, Any]


def ended(connection: Any, job: ClaimedJob, error: Refused | Defect, now: dt.datetime) -> None:
    """End the job as the error says: REFUSED is told to the user, FAILED is alerted."""
    state = JobState.REFUSED if isinstance(error, Refused) else JobState.FAILED
    report: dict[str, Any] = dict(getattr(error, "report", None) or {})
    report["message"] = str(error)
    if isinstance(error, InvalidDocument):
        report["faults"] = error.faults
    if jobs.finish(
        connection, job, state=state, error_code=error.code, report=report, finished_at=now
    ):
        log.info("export_finished", job_id=job.id, state=state.value, code=error.code)


def record(wiring: Wiring, built: Sequence[Built]) -> None:
    """Give each built file its version, or point at the latest when the bytes are the same.

    One transaction for all: a crash leaves files without a row, never a row without its file.
    A job another worker took over meanwhile is left to it.
    """
    if not built:
        return
    now = wiring.now()
    with wiring.store.writing() as unit:
        divisions = versions.lock_divisions(unit.connection, {b.job.division_id for b in built})
        mine = jobs.still_mine(unit.connection, [b.job for b in built])
        newest = versions.latest(
            unit.connection, {(b.job.division_id, b.job.profile) for b in built}
        )
        latest = {key: (row.version, row.sha256) for key, row in newest.items()}
        rows = []
        for one in built:
            if one.job.id not in mine:
                continue
            if mine[one.job.id]:
                jobs.finish(unit.connection, one.job, state=JobState.CANCELLED, finished_at=now)
                continue
            rows += _ready(unit.connection, one, divisions[one.job.division_id], latest, now)
        versions.insert(unit.connection, rows)
        crash.point("version_inserted")


def _ready(
    connection: Any,
    built: Built,
    division: Any,
    latest: dict[tuple[int, str], tuple[int, str]],
    now: dt.datetime,
) -> list[dict[str, Any]]:
    key = (built.job.division_id, built.job.profile)
    number, sha256 = latest.get(key, (0, ""))
    same = sha256 == built.sha256
    version = number if same else number + 1
    latest[key] = (version, built.sha256)
    jobs.finish(
        connection,
        built.job,
        state=JobState.READY,
        outcome=Outcome.UNCHANGED if same else Outcome.NEW_VERSION,
        version=version,
        report=built.report,
        done_count=built.report["pupil_count"],
        total_count=sum(built.report["lights"].values()),
        finished_at=now,
    )
    return [] if same else [_row(built, division, version, number, now)]


def _row(
    built: Built,
    division: Any,
    version: int,
    superseded: int,
    now: dt.datetime,
) -> dict[str, Any]:
    file_name = artifact_file_name(
        uai=division.school_uai,
        start_year=division.start_year,
        label=division.label,
        profile=built.job.profile,
        version=version,
        created_at=now,
    )
    row = {
        "division_id": built.job.division_id,
        "profile": built.job.profile,
        "version": version,
        "sha256": built.sha256,
        "size": built.size,
        "fingerprint": built.fingerprint,
        "file_name": file_name,
        "job_id": built.job.id,
        "created_at": now,
    }
    return row | {"manifest": built.report | _identity(row, division, superseded)}


def _identity(row: dict[str, Any], division: Any, superseded: int) -> dict[str, Any]:
    """What a manifest tells of the file beside the report of its job."""
    named = ("file_name", "version", "sha256", "size", "profile")
    return {name: row[name] for name in named} | {
        "supersedes": superseded or None,
        "school_uai": division.school_uai,
        "division": division.code,
        "created_at": row["created_at"].isoformat(),
    }
