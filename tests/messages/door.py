"""A door of the product in a process of its own, and how a test talks to it.

Run as a script it sends what it is told, a JSON line each; the answers, how the call ended and
its seconds, go to standard error.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.queue import RUN_EXPORTS, CeleryQueue, Message

JOB = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"


class Door:
    """The process that sends."""

    def __init__(self, home: Path) -> None:
        environment = os.environ | {"LSLPRO_HOME": str(home)}
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", __file__],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._answer()[0] == "ready"

    def _answer(self):
        return json.loads(self.process.stderr.readline())

    def send(self, name=RUN_EXPORTS, ids=(JOB,), shown="()", options=None, countdown_s=None):
        """How the call ended, and its seconds."""
        line = json.dumps([name, list(ids), shown, options or {}, countdown_s])
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return self._answer()

    def log(self):
        """All that it logged; ends it."""
        return self.process.communicate()[0]


@contextmanager
def a_door(home: Path) -> Iterator[Door]:
    """A door that ends with the block."""
    made = Door(home)
    try:
        yield made
    finally:
        made.process.kill()
        made.process.communicate()


def serve() -> None:
    """Send what is told until standard input ends."""
    queue = CeleryQueue.from_config()
    _tell("ready", 0)
    for line in sys.stdin:
        name, ids, shown, options, countdown_s = json.loads(line)
        message = Message(name, tuple(ids), shown, options, countdown_s)
        began = time.monotonic()
        try:
            queue.send([message])
            how = "returned"
        except Exception as error:  # noqa: BLE001 - what a caller would meet is the answer
            how = type(error).__name__
        _tell(how, time.monotonic() - began)


def _tell(how: str, seconds: float) -> None:
    sys.stderr.write(json.dumps([how, seconds]) + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    serve()
