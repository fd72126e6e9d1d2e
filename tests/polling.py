"""Waiting for something that another process does: a deadline, never a guess."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
INTERVAL_S = 0.02


def wait_until(predicate: Callable[[], T], deadline_s: float, what: str) -> T:
    """Return the predicate's first true value; fail, naming `what`, at the deadline."""
    ends = time.monotonic() + deadline_s
    while True:
        if value := predicate():
            return value
        if time.monotonic() > ends:
            raise AssertionError(f"waited {deadline_s} s in vain for {what}")
        time.sleep(INTERVAL_S)
