"""Running exports: claim, one snapshot, render once, validate, store, version, finish."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from pipeline import crash
from pipeline.domain.assemble import Assembly, assemble
from pipeline.domain.checks import document_faults
from pipeline.domain.facts import BookletFacts, LevelFacts
from pipeline.errors import (
    Defect,
    InvalidDocument,
    NothingExportable,
    Refused,
    TooManyAttempts,
    Unavailable,
)
from pipeline.export_finish import Built, ended, record
from pipeline.store import facts, jobs
from pipeline.store.jobs import ClaimedJob
from pipeline.wiring import Wiring
from pipeline.xml.profiles import Profile
from pipeline.xml.render import render
from pipeline.xml.validate import schema_faults

ATTEMPT_CAP = 5
PUT_BACK_S = 20
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one consistent read saw of one division."""

    division: str
    level: LevelFacts
    booklets: tuple[BookletFacts, ...]


def run(wiring: Wiring, job_ids: Sequence[str]) -> int:
    """Run the jobs that are free to be taken; return how many. Harmless when doubled or late.

    Raises Unavailable when the world did not answer: the jobs are taken again by the rescuer.
    """
    started = wiring.now()
    token = str(uuid.uuid4())
    lease_s = wiring.settings.lease_s
    with wiring.store.writing() as unit:
        claimed = jobs.claim(unit.connection, job_ids, token=token, now=started, lease_s=lease_s)
        capped = [job for job in claimed if job.attempt_count > ATTEMPT_CAP]
        for job in capped:
            ended(unit.connection, job, TooManyAttempts(ATTEMPT_CAP), started)
    work = [job for job in claimed if job not in capped]
    if work:
        _run_claimed(wiring, work)
    return len(work)


def _run_claimed(wiring: Wiring, work: list[ClaimedJob]) -> None:
    crash.point("job_claimed")
    built: list[Built] = []
    try:
        snapshots = read_snapshots(wiring, work)
        crash.point("snapshot_read")
        for job in work:
            try:
                built.append(build(wiring, job, snapshots[job.division_id]))
            except (Refused, Defect) as error:
                _end(wiring, job, error)
        crash.point("file_kept")
        record(wiring, built)
        crash.point("version_committed")
    except Unavailable:
        _put_back(wiring, work)
        raise


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


def read_snapshots(wiring: Wiring, work: Sequence[ClaimedJob]) -> dict[int, Snapshot]:
    """One consistent read for all the jobs: what each division holds, by its id."""
    division_ids = sorted({job.division_id for job in work})
    with wiring.store.reading() as connection:
        placed = facts.read_booklets(connection, division_ids=division_ids)
        levels = facts.read_levels(connection, division_ids)
        codes = facts.read_division_codes(connection, division_ids)
    booklets: dict[int, list[BookletFacts]] = {division_id: [] for division_id in division_ids}
    for one in placed:
        if one.division_id is not None:
            booklets[one.division_id].append(one.facts)
    return {key: Snapshot(codes[key], levels[key], tuple(found)) for key, found in booklets.items()}


def build(wiring: Wiring, job: ClaimedJob, snapshot: Snapshot) -> Built:
    """Document, bytes, checks and the stored file of one job. Raises Refused or Defect."""
    profile = wiring.profile(job.profile)
    assembly = assemble(
        snapshot.level,
        snapshot.booklets,
        editor=wiring.settings.editor_name,
        application=wiring.settings.application_name,
        limits=profile.limits,
        carries_pfmp=profile.carries_pfmp,
        carries_project=profile.carries_project,
    )
    report = _report(assembly, profile, snapshot.level)
    if not assembly.document.pupils:
        raise NothingExportable(snapshot.division, len(snapshot.booklets), report)
    data = _checked_bytes(assembly, profile, snapshot.division)
    sha256 = wiring.artifacts.put(data)
    return Built(job, sha256, len(data), fingerprint(wiring, profile, snapshot), report)


def _checked_bytes(assembly: Assembly, profile: Profile, division: str) -> bytes:
    faults = [
        f"{fault.code} élève {fault.siecle_id or '-'} {fault.subject}".strip()
        for fault in document_faults(assembly.document, profile.limits)
    ]
    if not faults:
        data = render(assembly.document, profile)
        faults = schema_faults(data, profile)
    if faults:
        raise InvalidDocument(division, faults)
    return data


def _report(assembly: Assembly, profile: Profile, level: LevelFacts) -> dict[str, Any]:
    left_out = [
        {
            "siecle_id": siecle_id,
            "booklet_id": booklet_id,
            "gaps": [[gap.code, gap.severity, gap.subject] for gap in gaps],
        }
        for siecle_id, booklet_id, gaps in assembly.skipped
    ]
    asked = {"pfmp": level.exports_pfmp, "project": level.exports_project}
    carried = {"pfmp": profile.carries_pfmp, "project": profile.carries_project}
    return {
        "lights": {light.value: count for light, count in assembly.included.items()},
        "pupil_count": len(assembly.document.pupils),
        "left_out": left_out,
        "not_carried": [name for name, wanted in asked.items() if wanted and not carried[name]],
    }


def fingerprint(wiring: Wiring, profile: Profile, snapshot: Snapshot) -> str:
    """What a file was made from: booklets at their revisions, profile, header. No time-stamp."""
    parts = [profile.digest, wiring.settings.editor_name, wiring.settings.application_name]
    parts += sorted(f"{one.booklet_id}:{one.data_revision}" for one in snapshot.booklets)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
