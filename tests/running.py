"""Real brokers, workers and beat for the tests."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from celery import Celery

from pipeline import embedded, export, recompute
from pipeline.cli.tree import specs
from pipeline.domain.states import FINAL_STATES
from pipeline.queue import IMPATIENT, CeleryQueue, Message
from pipeline.settings import Settings
from pipeline.store import rows as t
from pipeline.wiring import Wiring, wire
from tests.oracle import dirty_count
from tests.polling import wait_until

READY_S = 60.0
SETTLED_S = 120.0
TICK_S = 5.0
_numbers = itertools.count(1)


def sender(settings: Settings) -> CeleryQueue:
    """A queue to the broker of these settings, as a door of the product makes it."""
    app = Celery("lslpro-tests", set_as_current=False)
    app.config_from_object("celeryconfig")
    app.conf.broker_url = settings.effective_broker_url
    app.conf.broker_transport_options = dict(app.conf.broker_transport_options) | {
        "global_keyprefix": settings.broker_prefix,
        **IMPATIENT,
    }
    return CeleryQueue(app)


class Running:
    """One home with its database; processes are started by name and killed by pid."""

    def __init__(self, home: Path, database_url: str, **settings: Any) -> None:
        home.mkdir(parents=True, exist_ok=True)
        given = {"broker_url": os.environ.get("TESTS_BROKER_URL", "")} | settings
        if given["broker_url"]:
            given.setdefault("broker_prefix", f"tests-{home.name}-{os.getpid()}:")
        self.settings = Settings(home=home, database_url=database_url, **given)
        self.queue = sender(self.settings)
        self.wiring: Wiring = wire(self.settings, self.queue)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.logs: dict[str, Path] = {}

    @property
    def environment(self) -> dict[str, str]:
        """The variables that make another process of the product use these settings."""
        held = self.settings.model_dump(exclude_defaults=True, exclude={"home"})
        named = {f"LSLPRO_{name.upper()}": str(value) for name, value in held.items()}
        return os.environ | named | {"LSLPRO_HOME": str(self.settings.home)}

    def start(
        self,
        name: str,
        *,
        label: str = "",
        solo: bool = False,
        app: str = "tasks",
        schedule: str = "",
        **variables: str,
    ) -> str:
        """Start `broker`, `recompute`, `export` or `beat`; return the label to kill it by."""
        spec = next(one for one in specs(self.settings, None) if one.name == name)
        label = label or name
        log = self.settings.home / "logs" / f"{label}-{next(_numbers)}.log"
        command = [app if part == "tasks" else part for part in spec.command]
        command += ["--pool", "solo"] if solo else []
        command += ["--schedule", str(self.settings.home / schedule)] if schedule else []
        process = embedded.spawn(
            dataclasses.replace(
                spec, command=command, log_path=log, environment=self.environment | variables
            )
        )
        self.processes[label], self.logs[label] = process, log
        self._await_ready(process, log, spec.ready if name == "broker" else None, name)
        return label

    def _await_ready(
        self,
        process: subprocess.Popen[bytes],
        log: Path,
        ready: Callable[[], bool] | None,
        name: str,
    ) -> None:
        word = "beat: Starting" if name == "beat" else " ready."

        def up() -> bool:
            assert process.poll() is None, f"{name} ended, see {log}"
            return ready() if ready is not None else word in log.read_text()

        wait_until(up, READY_S, f"{name} to be ready, see {log}", 0.1)

    def start_broker(self) -> None:
        """Start the embedded broker, unless the environment gives one."""
        if self.settings.embedded_broker:
            self.start("broker")

    def kill(self, label: str) -> None:
        """SIGKILL the process and its family."""
        process = self.processes.pop(label)
        embedded.kill_group(process)

    def died(self, label: str) -> bool:
        return self.processes[label].poll() is not None

    def send(self, name: str, *ids: Any, **options: Any) -> None:
        """Send one message of the product."""
        self.queue.send([Message(name, ids, "()", options)])

    def stop(self) -> None:
        for label in reversed(list(self.processes)):
            embedded.end(self.processes.pop(label))
        self.wiring.store.engine.dispose()


@contextmanager
def running(home: Path, database_url: str, **settings: Any) -> Iterator[Running]:
    """A home whose processes end with the block."""
    made = Running(home, database_url, **settings)
    try:
        yield made
    finally:
        made.stop()


def light_row(wiring: Wiring, booklet_id: int) -> Any:
    """The completeness row of a booklet."""
    with wiring.store.reading() as connection:
        statement = sa.select(t.completeness).where(t.completeness.c.booklet_id == booklet_id)
        return connection.execute(statement).one()


def ticking(
    tick: Callable[[], object], done: Callable[[], bool], every_s: float = TICK_S
) -> Callable[[], bool]:
    """A predicate that also ticks as beat does, now and then: a loaded machine drops nudges."""
    next_at = time.monotonic() + every_s

    def look() -> bool:
        nonlocal next_at
        if time.monotonic() > next_at:
            tick()
            next_at = time.monotonic() + every_s
        return done()

    return look


def wait_settled(wiring: Wiring, deadline_s: float = SETTLED_S) -> None:
    """Wait until every light is computed, sweeping as beat does."""
    look = ticking(
        lambda: recompute.sweep(wiring.store, wiring.now()), lambda: dirty_count(wiring) == 0
    )
    wait_until(look, deadline_s, "every light to be computed")


def job_rows(wiring: Wiring, ids: list[str]) -> list[Any]:
    """The rows of the jobs, in the order of `ids`."""
    with wiring.store.reading() as connection:
        statement = sa.select(t.export_job).where(t.export_job.c.id.in_(ids))
        found = {row.id: row for row in connection.execute(statement)}
    return [found[job_id] for job_id in ids]


def wait_ended(wiring: Wiring, ids: list[str], deadline_s: float = SETTLED_S) -> list[Any]:
    """Wait until the jobs are in a final state, rescuing as beat does; return their rows."""
    look = ticking(
        lambda: export.rescue(wiring.store, wiring.now()),
        lambda: all(row.state in FINAL_STATES for row in job_rows(wiring, ids)),
    )
    wait_until(look, deadline_s, "every job to end")
    return job_rows(wiring, ids)


def time_passes(wiring: Wiring, by: dt.timedelta = dt.timedelta(hours=1)) -> None:
    """Let every lease run out and everything be due, as it would after that while."""
    past = wiring.now() - by
    with wiring.store.writing() as unit:
        job, light = t.export_job, t.completeness
        open_jobs = job.c.due_at.is_not(None)
        unit.connection.execute(sa.update(job).where(open_jobs).values(due_at=past))
        unit.connection.execute(
            sa.update(job).where(job.c.lease_until.is_not(None)).values(lease_until=past)
        )
        unit.connection.execute(
            sa.update(light).where(light.c.due_at.is_not(None)).values(due_at=past)
        )
