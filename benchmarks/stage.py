"""What a case runs on: one filled database, real workers, two plain processes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import sqlalchemy as sa

from benchmarks import school
from benchmarks.worker import TOUCH
from pipeline.cli.tree import specs
from pipeline.embedded.supervisor import Supervisor
from pipeline.queue import CeleryQueue, Message
from pipeline.settings import Settings
from pipeline.wiring import Wiring, wire

DEADLINE_S = 900.0
POLL_S = 0.02


class TimedQueue:
    """The product's queue; remembers when the last commit was followed by a send."""

    def __init__(self) -> None:
        self._queue = CeleryQueue.from_config()
        self.said_at = 0.0

    def send(self, messages: Any) -> None:
        """Note the moment, then send."""
        self.said_at = time.perf_counter()
        self._queue.send(messages)


@dataclass(frozen=True)
class Stage:
    """One database with its folder of files, and the way to the workers."""

    kind: str
    settings: Settings
    wiring: Wiring
    queue: TimedQueue
    division_count: int

    def touch(self, number: int, queue: str) -> None:
        """Have a worker of that queue write one row; returns once it is sent."""
        self.queue.send([Message(f"{TOUCH}.{queue}", (number,), "(bench)")])


@contextmanager
def staged(kind: str, url: str, home: Path, division_count: int) -> Iterator[Stage]:
    """Fill the database and open it; the broker of `home` must be running."""
    name = sa.make_url(url).database or ""
    artifacts = home / f"artifacts-{Path(name).stem}"
    settings = Settings(home=home, database_url=url, artifacts=artifacts)
    queue = TimedQueue()
    wiring = wire(settings, queue)
    school.fill(wiring.store, division_count)
    try:
        yield Stage(kind, settings, wiring, queue, division_count)
    finally:
        wiring.store.engine.dispose()


@contextmanager
def workers(stage: Stage, name: str, process_count: int) -> Iterator[psutil.Process]:
    """The product's own worker of that name, warm, with so many processes."""
    os.environ["LSLPRO_DATABASE_URL"] = stage.settings.database_url
    os.environ["LSLPRO_ARTIFACTS"] = str(stage.settings.artifacts_folder)
    [spec] = [one for one in specs(stage.settings, None) if one.name == name]
    command = ["benchmarks.worker" if part == "tasks" else part for part in spec.command]
    command[command.index("-c") + 1] = str(process_count)
    tree = Supervisor([replace(spec, command=command)], lambda _line: None)
    tree.start()
    try:
        for number in range(process_count * 4):
            stage.touch(-1 - number, name)
        wait_for(lambda: touched(stage) >= process_count * 4)
        scalar(stage, "DELETE FROM bench_touch")
        yield psutil.Process(tree.pids()[name])
    finally:
        tree.stop()


def touched(stage: Stage) -> int:
    """How many rows the workers' bare tasks wrote."""
    return int(scalar(stage, "SELECT count(*) FROM bench_touch"))


def scalar(stage: Stage, statement: str) -> Any:
    """Run one statement of our own; return its first value, if it has one."""
    with stage.wiring.store.writing() as unit:
        found = unit.connection.exec_driver_sql(statement)
        return found.scalar() if found.returns_rows else None


def wait_for(done: Callable[[], bool], poll_s: float = POLL_S) -> float:
    """Wait until it is true; return that moment. Raises TimeoutError after a long while."""
    ends = time.monotonic() + DEADLINE_S
    while not done():
        if time.monotonic() > ends:
            raise TimeoutError("a benchmark's work was not done in time, see the workers' logs")
        time.sleep(poll_s)
    return time.perf_counter()


def children_mb(worker: psutil.Process) -> list[int]:
    """The resident memory of each pool process."""
    return [child.memory_info().rss // 2**20 for child in worker.children()]
