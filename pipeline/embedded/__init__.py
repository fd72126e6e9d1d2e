"""What runs inside the product: the broker, and the tree of processes.

Here: how one child is born and how it ends. Nothing here knows what the child does.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

POLL_S = 0.02
_GROUP_END_S = 2.0
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None  # loaded before any fork


def _tie_to(parent_pid: int) -> Callable[[], None]:
    def tie() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent_pid:  # died between the fork and the call above
                os._exit(1)

    return tie


def spawn(
    command: Sequence[str],
    log_path: Path,
    environment: Mapping[str, str] | None = None,
    kept_descriptors: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a child in its own session, its output added to `log_path`. Raises OSError.

    On Linux the kernel kills it with its starter, even a SIGKILLed one (PR_SET_PDEATHSIG). The
    kernel means the starting *thread*: start from one that lasts, such as the main thread. The
    child's own children are not covered, nor are other systems.
    """
    log_path.parent.mkdir(parents=True, exist_ok=True)
    with log_path.open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - our own commands
            list(command),
            env=None if environment is None else dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=kept_descriptors,
            preexec_fn=_tie_to(os.getpid()),  # noqa: PLW1509 - two system calls, no lock taken
        )


def end(
    process: subprocess.Popen[bytes],
    stop_signal: signal.Signals,
    grace_s: float,
    hurried: Callable[[], bool] = lambda: False,
) -> None:
    """Ask the child to end; after `grace_s`, or once `hurried`, kill its whole group."""
    process.send_signal(stop_signal)
    deadline = time.monotonic() + grace_s
    while process.poll() is None and time.monotonic() < deadline and not hurried():
        time.sleep(POLL_S)
    kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL what is left of the child's group and wait, at most 2 s, until it is gone."""
    deadline = time.monotonic() + _GROUP_END_S
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        while time.monotonic() < deadline:
            os.killpg(process.pid, 0)
            time.sleep(POLL_S)
    process.wait()
