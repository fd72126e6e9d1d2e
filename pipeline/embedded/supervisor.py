"""A small supervisor: starts a tree of processes, restarts what dies, leaves no orphan."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from pipeline.embedded.broker import die_with_parent
from pipeline.errors import Refused, Unavailable

BACK_OFF_S = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
STEADY_S = 60.0  # a child that lived this long starts again at the shortest wait
READY_S = 20.0
POLL_S = 0.2


class AlreadyServing(Refused):
    """Another tree runs on the same folder."""

    code = "already_serving"


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """One process of the tree; `ready` is waited for before the next one starts."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log_path: Path
    ready: Callable[[], bool] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    grace_s: float = 10.0


@dataclass
class _Child:
    spec: ProcessSpec
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    death_count: int = 0
    restart_at: float = 0.0


@contextmanager
def lock(home: Path) -> Iterator[None]:
    """Hold the folder for one tree. Raises AlreadyServing."""
    path = home / "run" / "serve.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyServing(f"« lslpro serve » tourne déjà sur {home}.") from None
        yield


@dataclass
class Supervisor:
    """The tree of `specs`; `report` is told each start, death and stop."""

    specs: Sequence[ProcessSpec]
    report: Callable[[str], None]
    _children: list[_Child] = field(default_factory=list)
    _asked: Event = field(default_factory=Event)

    def start(self) -> None:
        """Start all in order. Raises Unavailable when one does not get ready; none is left."""
        for spec in self.specs:
            child = _Child(spec)
            self._children.append(child)
            self._spawn(child)
            deadline = time.monotonic() + READY_S
            while spec.ready is not None and not spec.ready():
                if time.monotonic() > deadline:
                    self.stop()
                    raise Unavailable(f"{spec.name} n'a pas démarré, voir {spec.log_path}.")
                time.sleep(0.02)

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
                self._bury(child)
            elif child.process is None and time.monotonic() >= child.restart_at:
                self._spawn(child)

    def run(self) -> None:
        """Start, watch until SIGINT or SIGTERM, stop; a second signal kills at once."""
        previous = {
            number: signal.signal(number, self._on_signal)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            self.start()
            while not self._asked.wait(POLL_S):
                self.poll_once()
            self._asked.clear()
            self.report("Arrêt en cours (Ctrl-C de nouveau pour couper net).")
        finally:
            self.stop()
            for number, handler in previous.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        """End all in reverse order, each within its grace, then whole groups by SIGKILL."""
        for child in reversed(self._children):
            if child.process is not None:
                self._end(child, child.process)
        self._children.clear()

    def _on_signal(self, *_: object) -> None:
        self._asked.set()

    def _spawn(self, child: _Child) -> None:
        child.spec.log_path.parent.mkdir(parents=True, exist_ok=True)
        with child.spec.log_path.open("ab") as log:
            child.process = subprocess.Popen(  # noqa: S603 - our own commands
                list(child.spec.command),
                env=dict(child.spec.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - one system call
            )
        child.started_at = time.monotonic()
        self.report(f"{child.spec.name} démarré (pid {child.process.pid})")

    def _bury(self, child: _Child) -> None:
        process = child.process
        if process is None:
            return
        _kill_group(process.pid)
        if time.monotonic() - child.started_at > STEADY_S:
            child.death_count = 0
        wait = BACK_OFF_S[min(child.death_count, len(BACK_OFF_S) - 1)]
        child.death_count += 1
        child.restart_at = time.monotonic() + wait
        child.process = None
        self.report(
            f"{child.spec.name} s'est arrêté (code {process.returncode}), reprise dans {wait:.0f} s"
        )

    def _end(self, child: _Child, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + child.spec.grace_s
        with suppress(ProcessLookupError):
            process.send_signal(child.spec.stop_signal)
        while process.poll() is None and time.monotonic() < deadline and not self._asked.is_set():
            time.sleep(0.02)
        _kill_group(process.pid)
        process.wait()
        child.process = None
        self.report(f"{child.spec.name} arrêté")


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
