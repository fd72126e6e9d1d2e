"""A whole installation as real processes: broker, workers, beat and pages, on two schools."""

from __future__ import annotations

import dataclasses
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline import embedded
from pipeline.cli.tree import pages
from tests.polling import wait_until
from tests.running import READY_S, Running, running
from tests.web import school
from tests.web.school import Ids


@dataclasses.dataclass(frozen=True)
class Place:
    """What runs, where it answers, and what is in it."""

    tree: Running
    url: str
    ids: Ids

    @property
    def logs(self) -> str:
        """All that every process has said."""
        folder = self.tree.settings.home / "logs"
        return "\n".join(path.read_text() for path in sorted(folder.glob("*.log")))


@contextmanager
def installation(home: Path, database_url: str) -> Iterator[Place]:
    """Two schools and all the processes of `lslpro serve` but Flower, until the block ends."""
    ids = school.make(home, database_url=database_url)
    with running(home, database_url, web_port=_free_port()) as tree:
        tree.start_broker()
        for name in ("recompute", "export"):
            tree.start(name)
        tree.start("beat", schedule="run/celerybeat-schedule")
        _start_pages(tree)
        yield Place(tree, tree.settings.public_url, ids)


def _start_pages(tree: Running) -> None:
    spec = pages(tree.settings)
    log = tree.settings.home / "logs" / "web.log"
    spec = dataclasses.replace(spec, log_path=log, environment=tree.environment)
    process = tree.processes["web"] = embedded.spawn(spec)

    def up() -> bool:
        assert process.poll() is None, f"the pages ended, see {log}"
        return "startup complete" in log.read_text()

    wait_until(up, READY_S, f"the pages to be ready, see {log}", 0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
