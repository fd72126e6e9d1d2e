"""Waiting for something that another process does: a deadline, never a guess."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import psutil

T = TypeVar("T")
INTERVAL_S = 0.02


def wait_until(
    predicate: Callable[[], T], deadline_s: float, what: str, every_s: float = INTERVAL_S
) -> T:
    """Return the predicate's first true value; fail, naming `what`, at the deadline."""
    ends = time.monotonic() + deadline_s
    while True:
        if value := predicate():
            return value
        if time.monotonic() > ends:
            raise AssertionError(f"waited {deadline_s} s in vain for {what}")
        time.sleep(every_s)


def until(condition: Callable[[], object], within_s: float = 15.0) -> None:
    """`wait_until` for what needs no name and no value."""
    wait_until(condition, within_s, "a condition of the test")


def is_gone(pid: int) -> bool:
    """Whether the process has ended, reaped or not."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
