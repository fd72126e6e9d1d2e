"""The ceiling: two plain processes that do the jobs one at a time, without any queue."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Self

from pipeline.settings import Settings
from pipeline.wiring import Wiring, wire

PROCESSES = 2
Job = Callable[[Wiring, Any], None]


class _Mute:
    def send(self, messages: Any) -> None:
        """Nobody is told."""


class PlainProcesses:
    """Two processes, warm between measures; leaving the context ends them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._ends: list[Connection] = []
        self._processes: list[Any] = []

    def __enter__(self) -> Self:
        context = get_context("spawn")
        for _ in range(PROCESSES):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, self._settings), daemon=True)
            process.start()
            self._ends.append(ours)
            self._processes.append(process)
        return self

    def __exit__(self, *_: object) -> None:
        for end, process in zip(self._ends, self._processes, strict=True):
            end.send(None)
            process.join(10)

    def run(self, job: Job, items: Sequence[Any]) -> float:
        """Do the job for each item, dealt out evenly; return the seconds from first to last."""
        for number, end in enumerate(self._ends):
            end.send((job, items[number::PROCESSES]))
        spans = [end.recv() for end in self._ends]
        if not all(spans):
            raise RuntimeError("a plain process failed, see above")
        return float(max(span[1] for span in spans) - min(span[0] for span in spans))


def _serve(commands: Connection, settings: Settings) -> None:
    wiring = wire(settings, _Mute())
    while (command := commands.recv()) is not None:
        job, items = command
        span = None
        try:
            started = time.perf_counter()
            for item in items:
                job(wiring, item)
            span = (started, time.perf_counter())
        finally:
            commands.send(span)
