"""What the tests of use cases share: a clock that moves, ports that misbehave, jobs, versions."""

from __future__ import annotations

import datetime as dt
import resource
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rowsbuilder import NOW, fill_booklet
from sqlalchemy import event

from pipeline import export, export_run
from pipeline.artifacts import Artifacts
from pipeline.passwords import Passwords
from pipeline.queue import RUN_EXPORTS, Message
from pipeline.settings import Settings
from pipeline.store import rows as t
from pipeline.store.unit import Store
from pipeline.wiring import Wiring
from pipeline.xml.profiles import load_profiles
from tests.running import job_rows

DRAFT, PLAIN = "lslpro-draft-1", "lsl-1.0"
CHEAP = Passwords(memory_kib=8, time_cost=1)  # a millisecond


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: dt.datetime = NOW) -> None:
        self.instant = now

    def __call__(self) -> dt.datetime:
        return self.instant

    def move(self, seconds: float) -> None:
        self.instant += dt.timedelta(seconds=seconds)


class Killed(BaseException):
    """Stands for the end of the process: nothing of the product may catch it."""


class HookedArtifacts(Artifacts):
    """The place of the files, where something happens just before a file is put."""

    def __init__(self, folder: Path, before: Callable[[bytes], Any]) -> None:
        super().__init__(folder)
        self._before = before

    def put(self, data: bytes) -> str:
        self._before(data)
        return super().put(data)


class FullDisk(Artifacts):
    """The place of the files on a disk that takes `room` more bytes of a file."""

    def __init__(self, folder: Path, room: int) -> None:
        super().__init__(folder)
        self._room = room

    def put(self, data: bytes) -> str:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self._room, hard))
        try:
            return super().put(data)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def a_wiring(store: Store, home: Path, clock: Clock, **settings: Any) -> Wiring:
    """The adapters of one process, its files in `home`."""
    made = Settings(home=home, **settings)
    return Wiring(store, Artifacts(made.artifacts_folder), load_profiles(), made, clock, CHEAP)


def hooked(w: Wiring, before: Callable[[bytes], Any]) -> Wiring:
    """The same process, where something happens just before a file is put."""
    return replace(w, artifacts=HookedArtifacts(w.settings.artifacts_folder, before))


def once(action: Callable[[], Any]) -> Callable[[bytes], None]:
    """Do it the first time only."""
    left = [action]

    def before(_data: bytes) -> None:
        if left:
            left.pop()()

    return before


def die(_data: bytes = b"") -> None:
    """End the process here."""
    raise Killed


def ask(w: Wiring, division_id: int, profile: str = DRAFT, **options: Any) -> str:
    """Request an export; the job's id."""
    options = {"by": "tests", "now": w.now()} | options
    return export.request(w.store, division_id, profile, **options)


def job(w: Wiring, job_id: str) -> Any:
    """The row of a job."""
    return job_rows(w, [job_id])[0]


def all_jobs(w: Wiring) -> list[Any]:
    """Every job, in the order of divisions and requests."""
    j = t.export_job.c
    with w.store.reading() as connection:
        statement = sa.select(t.export_job).order_by(j.division_id, j.requested_at, j.id)
        return list(connection.execute(statement))


def exported(w: Wiring, division_id: int, profile: str = DRAFT) -> Any:
    """Ask for a file and run the job; its row."""
    job_id = ask(w, division_id, profile)
    export_run.run(w, [job_id])
    return job(w, job_id)


def versions_of(w: Wiring, division_id: int) -> list[Any]:
    """The versions of a division, oldest first."""
    a = t.artifact.c
    with w.store.reading() as connection:
        found = sa.select(t.artifact).where(a.division_id == division_id)
        return list(connection.execute(found.order_by(a.profile, a.version)))


def data_of(w: Wiring, version: Any) -> bytes:
    """The bytes of a version, as they are served."""
    return w.artifacts.read(version.sha256, version.file_name)


def execute(store: Store, statement: str, **values: Any) -> None:
    """Run raw SQL in a transaction of its own."""
    with store.writing() as unit:
        unit.connection.execute(sa.text(statement), values)


def set_marks(store: Store, booklet_ids: Sequence[int], hundredths: int) -> None:
    """Give the booklets one mark everywhere, in one transaction."""
    statement = sa.text("UPDATE period_average SET average = :mark WHERE booklet_id IN :ids")
    with store.writing() as unit:
        ids = sa.bindparam("ids", list(booklet_ids), expanding=True)
        unit.connection.execute(statement.bindparams(ids), {"mark": hundredths})


def poison(store: Store, division_id: int, modality: str = "X") -> None:
    """Spoil what no rule of completeness looks at and no schema takes; "S" heals it."""
    execute(
        store,
        "UPDATE evaluation SET modality = :modality WHERE booklet_id IN"
        " (SELECT id FROM booklet WHERE division_id = :division)",
        modality=modality,
        division=division_id,
    )


def complete(store: Store, booklet_ids: Sequence[int]) -> None:
    """Enter all that green booklets need."""
    with store.writing() as unit:
        for rank, booklet_id in enumerate(booklet_ids):
            fill_booklet(unit.connection, booklet_id, rank)


def run_messages(w: Wiring, sent: list[Message]) -> None:
    """Be the worker of the exports that were asked for."""
    messages, sent[:] = list(sent), []
    for message in messages:
        if message.name == RUN_EXPORTS:
            export_run.run(w, message.ids)


def left_behind(w: Wiring) -> list[str]:
    """Names of temporary files in the place of the files."""
    return [path.name for path in w.settings.artifacts_folder.rglob(".tmp-*")]


@contextmanager
def statements_of(store: Store) -> Iterator[list[str]]:
    """The statements the store sends meanwhile."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
