"""What runs inside the product: the broker, and the tree of processes.

Here: how one child is born and ends, and how a folder is held. Nothing knows what the child does.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import Refused

POLL_S = 0.02
_GROUP_END_S = 2.0
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None  # loaded before any fork


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """One child; `ready` is waited for, `ready_s` at most, before the next one starts."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] | None  # `None`: its starter's
    log_path: Path
    ready: Callable[[], bool] | None = None
    ready_s: float = 30.0
    stop_signal: signal.Signals = signal.SIGTERM
    grace_s: float = 10.0


def _tie_to(parent_pid: int) -> Callable[[], None]:
    def tie() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent_pid:  # died between the fork and the call above
                os._exit(1)

    return tie


def spawn(spec: ProcessSpec, kept_descriptors: Sequence[int] = ()) -> subprocess.Popen[bytes]:
    """Start a child in its own session, its output added to its log. Raises OSError.

    On Linux the kernel kills it with its starter, even a SIGKILLed one (PR_SET_PDEATHSIG). The
    kernel means the starting *thread*: start from one that lasts, such as the main thread. The
    child's own children are not covered, nor are other systems.
    """
    spec.log_path.parent.mkdir(parents=True, exist_ok=True)
    with spec.log_path.open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - our own commands
            list(spec.command),
            env=spec.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=kept_descriptors,
            preexec_fn=_tie_to(os.getpid()),  # noqa: PLW1509 - two system calls, no lock taken
        )


def end(
    process: subprocess.Popen[bytes],
    stop_signal: signal.Signals = signal.SIGTERM,
    grace_s: float = 10.0,
    hurried: Callable[[], bool] = lambda: False,
) -> None:
    """Ask the child to end; after `grace_s`, or once `hurried`, kill its whole group."""
    process.send_signal(stop_signal)
    deadline = time.monotonic() + grace_s
    while process.poll() is None and time.monotonic() < deadline and not hurried():
        time.sleep(POLL_S)
    kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL what is left of the child's group and wait, at most 4 s, until it is gone."""
    with suppress(ProcessLookupError, PermissionError, subprocess.TimeoutExpired):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(_GROUP_END_S)
        deadline = time.monotonic() + _GROUP_END_S
        while time.monotonic() < deadline:
            os.killpg(process.pid, 0)
            time.sleep(POLL_S)


def hold(path: Path, patience_s: float = 0.0) -> int | None:
    """A descriptor that holds the lock file, or None when another holds it after `patience_s`."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + patience_s
    while True:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                os.close(held)
                return None
            time.sleep(POLL_S)
        else:
            return held


def listens(path: Path) -> bool:
    """Whether a process listens on the socket, even one that does not answer."""
    with socket.socket(socket.AF_UNIX) as client:
        client.setblocking(False)
        try:
            client.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        except BlockingIOError:  # its queue is full
            return True
        return True


def private_folder(folder: Path) -> None:
    """Make the folder ours alone. Raises Refused where it is a link or another user's."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise Refused(f"{folder} n'est pas un dossier à vous : supprimez-le puis relancez.")
    folder.chmod(0o700)
