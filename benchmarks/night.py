"""Cases 1 and 5: a night of exports beside two plain processes doing the same; growth."""

from __future__ import annotations

import datetime as dt
import statistics
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from benchmarks import school
from benchmarks.plain import PlainProcesses
from benchmarks.results import Figure, fact, ratio
from benchmarks.stage import Stage, children_mb, scalar, wait_for, workers
from pipeline import export_build, nightly
from pipeline.domain.states import JobKind, JobState
from pipeline.store import rows as t
from pipeline.store import versions
from pipeline.store.jobs import ClaimedJob
from pipeline.wiring import Wiring

FIRST_NIGHT = dt.datetime(2026, 1, 5, 3, 0, tzinfo=dt.UTC)
OPEN = "SELECT count(*) FROM export_job WHERE state IN ('queued', 'running')"


@dataclass(frozen=True)
class PlainExport:
    """One export of the ceiling: its job's row is there, its version number is known."""

    job: ClaimedJob
    version: int
    at: dt.datetime


def run(stage: Stage, rounds: int) -> Iterator[Figure]:
    """The night's throughput in units of the ceiling's, and what a division costs."""
    ceilings, nights, memory = measure(stage, rounds)
    pairs = [
        (before + after) / 2 / night
        for before, night, after in zip(ceilings, nights, ceilings[1:], strict=False)
    ]
    name = f"nightly, {stage.division_count} divisions ÷ ceiling"
    yield ratio("nightly", stage.kind, name, pairs, "≥ 0.85")
    yield from _facts("nightly", stage, ceilings, nights, memory)


def growth(stage: Stage, rounds: int) -> Iterator[Figure]:
    """The same figures as facts, to be compared between sizes."""
    ceilings, nights, memory = measure(stage, rounds)
    yield from _facts("growth", stage, ceilings, nights, memory)


def _facts(
    case: str, stage: Stage, ceilings: list[float], nights: list[float], memory: list[int]
) -> Iterator[Figure]:
    for name, values in (("night", nights), ("ceiling", ceilings)):
        cost = statistics.median(values) / stage.division_count * 1000
        label = f"{name}, {stage.division_count} divisions: one division"
        yield fact(case, stage.kind, label, cost, "ms")
    label = f"memory of a worker after {stage.division_count} divisions"
    yield fact(case, stage.kind, label, max(memory), "MB")


def measure(stage: Stage, rounds: int) -> tuple[list[float], list[float], list[int]]:
    """Seconds of ceilings and nights in turn, a ceiling at both ends; then workers' memory."""
    ceilings: list[float] = []
    nights: list[float] = []
    version = 0
    with PlainProcesses(stage.settings) as plain, workers(stage, "export", 2) as worker:
        for turn in range(-1, rounds):  # the first turn warms both and does not count
            if turn >= 0:
                ceilings.append(_ceiling(stage, plain, version := version + 1))
            else:
                _ceiling(stage, plain, version := version + 1)
            seconds = _night(stage, turn + 1)
            version += 1
            if turn >= 0:
                nights.append(seconds)
        ceilings.append(_ceiling(stage, plain, version + 1))
        memory = children_mb(worker)
    return ceilings, nights, memory


def _night(stage: Stage, number: int) -> float:
    school.change_every_division(stage.wiring.store)
    at = FIRST_NIGHT + dt.timedelta(days=number)
    started = time.perf_counter()
    if nightly.tick(replace(stage.wiring, now=lambda: at)) is None:
        raise RuntimeError("the night had begun before")
    seconds = wait_for(lambda: not scalar(stage, OPEN)) - started
    done = "SELECT count(*) FROM export_job WHERE outcome = 'new_version' AND business_date = "
    if scalar(stage, f"{done}'{at.date()}'") != stage.division_count:
        raise RuntimeError("the night did not make every file")
    return seconds


def _ceiling(stage: Stage, plain: PlainProcesses, version: int) -> float:
    school.change_every_division(stage.wiring.store)
    exports = _job_rows(stage, version)
    return plain.run(export_one, exports)


def _job_rows(stage: Stage, version: int) -> list[PlainExport]:
    """The jobs of one ceiling, their rows made beforehand."""
    now = FIRST_NIGHT
    profile = stage.settings.default_profile
    rows: list[dict[str, Any]] = [
        {
            "id": str(uuid.uuid4()), "division_id": division_id, "profile": profile,
            "kind": JobKind.ON_DEMAND, "state": JobState.READY, "requested_by": "bench",
            "requested_at": now, "attempt_count": 1, "done_count": 0,
        }
        for division_id in school.division_ids(stage.wiring.store)
    ]  # fmt: skip
    with stage.wiring.store.writing() as unit:
        unit.connection.execute(sa.insert(t.export_job), rows)
    return [
        PlainExport(ClaimedJob(row["id"], row["division_id"], profile, 1, ""), version, now)
        for row in rows
    ]


def export_one(wiring: Wiring, export: PlainExport) -> None:
    """Read, assemble, check, render, validate, store, version row, commit: nothing else."""
    job = export.job
    snapshots = export_build.read_snapshots(wiring, [job.division_id])
    built = export_build.build(wiring, job, snapshots[job.division_id])
    row = {
        "division_id": job.division_id, "profile": job.profile, "version": export.version,
        "sha256": built.sha256, "size": built.size, "fingerprint": built.fingerprint,
        "file_name": f"plain-{job.id}.xml", "job_id": job.id, "created_at": export.at,
        "manifest": built.report,
    }  # fmt: skip
    with wiring.store.writing() as unit:
        versions.insert(unit.connection, [row])
