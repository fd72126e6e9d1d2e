"""Named points where a test makes the process die as by SIGKILL; one comparison when unset.

The environment is read here and nowhere else (`LSLPRO_CRASH_AT`, one of `POINTS`).
"""

from __future__ import annotations

import os
import signal

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
_WANTED = os.environ.get("LSLPRO_CRASH_AT", "")


def point(name: str) -> None:
    """Die here where the environment asks for it."""
    if name == _WANTED:
        os.kill(os.getpid(), signal.SIGKILL)
