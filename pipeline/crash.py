"""Named points where a test makes the process die or stop; one comparison when unset.

The environment is read here and nowhere else: `LSLPRO_CRASH_AT` is one of `POINTS`, where the
process gets SIGKILL; with `:stop` after it, the first time there, SIGSTOP.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

POINTS = {
    "committed": "a transaction is committed, what it had to say not sent",
    "job_claimed": "a job is claimed, nothing read",
    "snapshot_read": "the division is read, nothing rendered",
    "file_half_written": "half of the file lies under its temporary name",
    "file_written": "the temporary file is whole and synced, not renamed",
    "file_stored": "the file has its final name, its folder not synced",
    "file_kept": "the file is stored, the version row not begun",
    "version_inserted": "the version row is written, not committed",
    "version_committed": "the version is committed, the message not acknowledged",
    "facts_read": "a booklet's facts are read, its light not saved",
    "light_saved": "a light is saved, not committed",
}
_wanted, _, _signal = os.environ.get("LSLPRO_CRASH_AT", "").partition(":")


def point(name: str) -> None:
    """Die here where the environment asks for it, or stop once, to be continued by SIGCONT."""
    if name == _wanted:
        _act()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _stop_once() -> None:
    global _wanted  # noqa: PLW0603 - the point is passed for good once it has stopped us
    _wanted = ""
    os.kill(os.getpid(), signal.SIGSTOP)


_act: Callable[[], object] = _stop_once if _signal == "stop" else _die


@contextmanager
def armed(name: str, act: Callable[[], object]) -> Iterator[None]:
    """Inside, the point calls `act`: for tests that play a crash without a process of its own."""
    global _wanted, _act
    before = _wanted, _act
    _wanted, _act = name, act
    try:
        yield
    finally:
        _wanted, _act = before
