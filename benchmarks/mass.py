"""Case 4: every light computed anew beside two plain processes that do one booklet at a time."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks import school
from benchmarks.plain import PlainProcesses
from benchmarks.results import Figure, fact, ratio
from benchmarks.stage import Stage, children_mb, scalar, wait_for, workers
from pipeline import recompute
from pipeline.wiring import Wiring

DIRTY = "SELECT EXISTS (SELECT 1 FROM completeness WHERE wanted_revision > computed_revision)"
MARK_ALL = "UPDATE level_settings SET exports_project = exports_project"
QUIET_S = recompute.SETTLE_S + 0.3


def run(stage: Stage, rounds: int) -> Iterator[Figure]:
    """Booklets per second in units of the ceiling's, with two workers and with one."""
    ids = school.booklet_ids(stage.wiring.store)
    recompute.inline(stage.wiring.store, limits=stage.wiring.limits, now=stage.wiring.now)
    school.tidy(stage.wiring.store)
    for process_count, goal in ((2, "≥ 3"), (1, "")):
        ceilings, masses = [], []
        with (
            PlainProcesses(stage.settings) as plain,
            workers(stage, "recompute", process_count) as worker,
        ):
            for turn in range(-1, rounds):
                ceiling, mass = _ceiling(stage, plain, ids), _mass(stage, ids)
                if turn >= 0:
                    ceilings.append(ceiling)
                    masses.append(mass)
            memory = max(children_mb(worker))
        pairs = [ceiling / mass for ceiling, mass in zip(ceilings, masses, strict=True)]
        label = f"{len(ids)} lights, {process_count} worker process(es)"
        yield ratio("mass", stage.kind, f"{label} ÷ ceiling", pairs, goal)
        yield fact("mass", stage.kind, label, len(ids) / min(masses), "/s")
        yield fact("mass", stage.kind, f"{label}: memory", memory, "MB")


def _dirty(stage: Stage) -> None:
    scalar(stage, MARK_ALL)
    time.sleep(QUIET_S)  # a booklet computed a moment ago would wait for the end of its burst


def _mass(stage: Stage, ids: list[int]) -> float:
    _dirty(stage)
    started = time.perf_counter()
    with stage.wiring.store.writing() as unit:
        unit.say(recompute.nudges(unit.connection, ids, stage.wiring.now()))
    return wait_for(lambda: not scalar(stage, DIRTY)) - started


def _ceiling(stage: Stage, plain: PlainProcesses, ids: list[int]) -> float:
    _dirty(stage)
    return plain.run(compute_one, ids)


def compute_one(wiring: Wiring, booklet_id: int) -> None:
    """The facts of one booklet, its gaps and light, saved and committed."""
    recompute.compute(wiring.store, [booklet_id], limits=wiring.limits, now=wiring.now)
