"""Doing something again and again, on a thread, as long as a block lasts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LAST_BEAT_S = 5.0  # how long a beat under way is waited for at the end


@contextmanager
def beating(action: Callable[[], None], every_s: float) -> Iterator[None]:
    """Inside, `action` is called each `every_s` seconds; it must not raise.

    A process that is dead or frozen beats no more: that is what a beat tells.
    """
    is_over = threading.Event()

    def beat() -> None:
        while not is_over.wait(every_s):
            action()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join(LAST_BEAT_S)
