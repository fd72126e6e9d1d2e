"""Ending exports: version numbers given one by one, behind the fence of the token."""

from __future__ import annotations

import datetime as dt
import logging
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
    """A job whose file is stored and waits for its version row.

    `holds` is what its manifest tells of the content beside the report: `editor` and `pupils`.
    """

    job: ClaimedJob
    sha256: str
    size: int
    fingerprint: str
    report: dict[str, Any]
    holds: dict[str, Any]


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
        level = logging.INFO if isinstance(error, Refused) else logging.ERROR
        log.log(level, "export_finished", job_id=job.id, state=state.value, code=error.code)


def record(wiring: Wiring, built: Sequence[Built]) -> None:
    """Give each built file its version, or point at the latest when the bytes are the same.

    One transaction for all: a crash leaves files without a row, never a row without its file.
    A job another worker took over meanwhile is left to it.
    """
    if not built:
        return
    now = wiring.now()
    with wiring.store.writing() as unit:
        ids = {one.job.division_id for one in built}
        divisions = versions.lock_divisions(unit.connection, ids)
        mine = jobs.still_mine(unit.connection, [one.job for one in built])
        found = versions.latest(unit.connection, ids)
        latest = {key: (row.version, row.sha256) for key, row in found.items()}
        ready = []
        for one in built:
            if mine.get(one.job.id):
                jobs.finish(unit.connection, one.job, state=JobState.CANCELLED, finished_at=now)
            elif one.job.id in mine:
                ready.append(_numbered(one, latest))
        jobs.finish_ready(unit.connection, [(one.built.job, _ending(one, now)) for one in ready])
        rows = [
            _row(one.built, divisions[one.built.job.division_id], one.version, one.before, now)
            for one in ready
            if one.is_new
        ]
        versions.insert(unit.connection, rows)
        crash.point("version_inserted")
    for ended_well in ready:
        job_id, version = ended_well.built.job.id, ended_well.version
        log.info("export_finished", job_id=job_id, state="ready", version=version)


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A built file with its number, and that of the version it found there (0 for none)."""

    built: Built
    version: int
    before: int

    @property
    def is_new(self) -> bool:
        return self.version != self.before


def _numbered(built: Built, latest: dict[tuple[int, str], tuple[int, str]]) -> _Numbered:
    key = (built.job.division_id, built.job.profile)
    before, sha256 = latest.get(key, (0, ""))
    version = before if sha256 == built.sha256 else before + 1
    latest[key] = (version, built.sha256)
    return _Numbered(built, version, before)


def _ending(one: _Numbered, now: dt.datetime) -> dict[str, Any]:
    report = one.built.report
    return {
        "outcome": Outcome.NEW_VERSION if one.is_new else Outcome.UNCHANGED,
        "version": one.version,
        "report": report | {"made_of": one.built.fingerprint},  # an unchanged file has no row
        "done_count": report["pupil_count"],
        "total_count": sum(report["lights"].values()),
        "finished_at": now,
    }


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
    told = built.report | built.holds | _identity(row, division, superseded)
    return row | {"manifest": told}


def _identity(row: dict[str, Any], division: Any, superseded: int) -> dict[str, Any]:
    """What a manifest tells of the file beside the report of its job."""
    named = ("file_name", "version", "sha256", "size", "profile")
    return {name: row[name] for name in named} | {
        "supersedes": superseded or None,
        "school_uai": division.school_uai,
        "division": division.code,
        "created_at": row["created_at"].isoformat(),
    }
