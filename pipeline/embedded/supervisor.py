"""A small supervisor: starts a tree of processes, restarts what dies, leaves no orphan."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import embedded
from pipeline.embedded import ProcessSpec
from pipeline.errors import Refused, Unavailable

__all__ = ["AlreadyServing", "ProcessSpec", "Supervisor", "lock"]

BACK_OFF_S = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
STEADY_S = 60.0  # a child that lived this long starts again at the shortest wait
WATCH_S = 0.2


class AlreadyServing(Refused):
    """Another tree runs on the same folder."""

    code = "already_serving"


@dataclass
class _Child:
    spec: ProcessSpec
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    death_count: int = 0
    restart_at: float = 0.0


@contextmanager
def lock(home: Path) -> Iterator[None]:
    """Hold the folder for one tree; the kernel lets it go with us. Raises AlreadyServing."""
    held = embedded.hold(home / "run" / "serve.lock")
    if held is None:
        raise AlreadyServing(f"« lslpro serve » tourne déjà sur {home}.")
    try:
        yield
    finally:
        os.close(held)


@dataclass
class Supervisor:
    """The tree of `specs`; `report` is told what happens. Start it from a thread that lasts."""

    specs: Sequence[ProcessSpec]
    report: Callable[[str], None]
    _children: list[_Child] = field(default_factory=list)
    _signal_count: int = 0  # not an Event: setting one in a handler can deadlock its waiter

    def start(self) -> None:
        """Start all in order. Raises Unavailable when one does not get ready; none is left."""
        try:
            for spec in self.specs:
                if self._signal_count:
                    return
                child = _Child(spec)
                self._children.append(child)
                self._spawn(child)
                self._await_ready(child)
        except BaseException:
            self.stop()
            raise

    def pids(self) -> dict[str, int]:
        """The process ids of what lives, by name."""
        return {
            child.spec.name: child.process.pid
            for child in self._children
            if child.process is not None and child.process.poll() is None
        }

    def poll_once(self) -> None:
        """Notice deaths and restart what is due."""
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                embedded.kill_group(child.process)
                self._put_off(child, f"s'est arrêté (code {child.process.returncode})")
            elif child.process is None and time.monotonic() >= child.restart_at:
                self._spawn(child)

    def run(self) -> None:
        """Start, watch until SIGINT or SIGTERM, stop; a second signal kills at once."""
        self._signal_count = 0
        numbers = (signal.SIGINT, signal.SIGTERM)
        previous = {number: signal.signal(number, self._on_signal) for number in numbers}
        try:
            self.start()
            while self._signal_count == 0:
                self.poll_once()
                time.sleep(WATCH_S)
            self._say("Arrêt en cours (Ctrl-C de nouveau pour couper net).")
        finally:
            self.stop()
            for number, handler in previous.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        """End all in reverse order, each within its grace, then whole groups by SIGKILL."""
        while self._children:
            child = self._children[-1]
            if child.process is not None:
                spec, hurried = child.spec, lambda: self._signal_count > 1
                embedded.end(child.process, spec.stop_signal, spec.grace_s, hurried)
                self._say(f"{spec.name} arrêté")
            self._children.pop()

    def _on_signal(self, *_: object) -> None:
        self._signal_count += 1

    def _say(self, line: str) -> None:
        with suppress(OSError):  # a closed terminal must not leave children behind
            self.report(line)

    def _spawn(self, child: _Child) -> None:
        try:
            child.process = embedded.spawn(child.spec)
        except (OSError, subprocess.SubprocessError) as error:
            self._put_off(child, f"ne démarre pas ({error})")
        else:
            child.started_at = time.monotonic()
            self._say(f"{child.spec.name} démarré (pid {child.process.pid})")

    def _await_ready(self, child: _Child) -> None:
        spec, deadline = child.spec, time.monotonic() + child.spec.ready_s
        while spec.ready is not None and self._signal_count == 0 and not spec.ready():
            if not child.process or child.process.poll() is not None or time.monotonic() > deadline:
                raise Unavailable(f"{spec.name} n'a pas démarré, voir {spec.log_path}.")
            time.sleep(embedded.POLL_S)

    def _put_off(self, child: _Child, why: str) -> None:
        now = time.monotonic()
        if child.process is not None and now - child.started_at > STEADY_S:
            child.death_count = 0
        wait = BACK_OFF_S[min(child.death_count, len(BACK_OFF_S) - 1)]
        child.death_count += 1
        child.restart_at, child.process = now + wait, None
        self._say(f"{child.spec.name} {why}, reprise dans {wait:.0f} s")
