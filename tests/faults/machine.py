"""Row 40's machine: everything the product is asked for and suffers, in any order.

One process, a real database and real files; the broker is a list that forgets, doubles, delays
and reorders as the schedule says, and a crash leaves a use case at one of the product's points.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from rowsbuilder import NOW

from pipeline import booklets, crash, export, export_run, nightly, recompute, upkeep
from pipeline.artifacts import Artifacts
from pipeline.domain.entry import Edit
from pipeline.domain.states import FINAL_STATES, JobState
from pipeline.errors import PipelineError
from pipeline.queue import RECOMPUTE_STUDENTS, RUN_EXPORTS, Message
from pipeline.store import rows as t
from pipeline.wiring import Wiring
from tests.faults.stage import DIVISIONS, DRAFT, PROFILES, PUPILS, Stage
from tests.ledger import Ledger

HEALED_ROUNDS = 60
MAY_FAIL = ("invalid_document", "too_many_attempts")  # what a schedule can bring about
RAW = [
    "UPDATE period_average SET average = (average + 25) % 2001",
    "UPDATE pfmp SET synthesis = NULL WHERE booklet_id = 1",
    "DELETE FROM rating WHERE booklet_id = 2",
    "UPDATE level_settings SET exports_pfmp = NOT exports_pfmp",
    "UPDATE booklet SET division_id = 3 - division_id WHERE id = 3",
    "UPDATE booklet SET division_id = NULL WHERE id = 4",
    "UPDATE evaluation SET modality = 'X' WHERE booklet_id = 1",  # which no schema takes
    "UPDATE evaluation SET modality = 'S' WHERE booklet_id = 1",
    "UPDATE completeness SET computed_at = computed_at",
]  # fmt: skip
BETWEEN = ("facts_read", "job_claimed", "snapshot_read", "file_written", "file_kept")
points = st.sampled_from([None, None, None, *crash.POINTS])
marks = st.integers(0, 2_000)
keys = st.sampled_from([None, "a", "b"])
booklet_ids = st.integers(1, DIVISIONS * PUPILS)
division_ids = st.integers(1, DIVISIONS)


class Crashed(BaseException):
    """The process ended at a point; nothing of the product may catch it."""


def die() -> None:
    raise Crashed


class Machine(RuleBasedStateMachine):
    """One schedule; at its end all is healed and drained, and the ledger judged."""

    stage: Stage

    judged_count = 0  # schedules played to their end

    jobs = Bundle("jobs")

    @initialize()
    def begin(self) -> None:
        """A school with its lights, and nothing under way."""
        self.sent: list[Message] = []
        self.is_up = self.is_noticed = True
        self.now = NOW
        self.stage.send = self._send
        settings = self.stage.begin()
        files = Artifacts(settings.artifacts_folder)
        self.w = Wiring(self.stage.store, files, PROFILES, settings, lambda: self.now)
        self.ledger = Ledger()
        self.computed: dict[int, int] = {}

    def _send(self, messages: Any) -> Any:
        if self.is_up:
            self.sent.extend(messages)
        return messages if not self.is_up and self.is_noticed else None

    def _play(self, action: Any, point: str | None, act: Any = die) -> Any:
        """Do it, to its end or to the point, where `act` is done; a refusal is an answer."""
        try:
            with crash.armed(point or "", act):
                return action()
        except (Crashed, PipelineError):
            return None

    @rule(booklet_id=booklet_ids, mark=marks, point=points)
    def edit(self, booklet_id: int, mark: int, point: str | None) -> None:
        """A teacher writes an average; past `committed` it counts even if nobody was told."""
        self._edit(booklet_id, mark, point)

    def _edit(self, booklet_id: int, mark: int, point: str | None = None) -> None:
        change = Edit(averages={1: Decimal(mark) / 100})

        def write() -> Any:
            return booklets.edit(
                self.w.store, booklet_id, change, based_on=None, actor="tests",
                limits=self.w.limits, now=self.now,
            )  # fmt: skip

        if self._play(write, point) is not None:
            self.ledger.edited(booklet_id)

    @rule(ids=st.lists(booklet_ids, min_size=1, max_size=3, unique=True), mark=marks)
    def edit_many(self, ids: list[int], mark: int) -> None:
        """An import writes many at once."""
        changes = [(one, Edit(averages={2: Decimal(mark) / 100})) for one in ids]
        self._play(
            lambda: booklets.edit_many(
                self.w.store, changes, actor="tests", limits=self.w.limits, now=self.now
            ),
            None,
        )

    @rule(statement=st.sampled_from(RAW))
    def raw(self, statement: str) -> None:
        """Someone with a database client."""
        with self.w.store.writing() as unit:
            unit.connection.execute(sa.text(statement))

    @rule(target=jobs, division_id=division_ids, key=keys, point=points)
    def ask(self, division_id: int, key: str | None, point: str | None) -> str | None:
        """A head of school asks for a file."""
        job_id: str | None = self._play(
            lambda: export.request(
                self.w.store, division_id, DRAFT, by="tests", now=self.now, idempotency_key=key
            ),
            point,
        )
        if job_id is None:  # nobody was told: what is there all the same must end as well
            with self.w.store.reading() as connection:
                self.ledger.job_ids |= set(
                    connection.execute(sa.select(t.export_job.c.id)).scalars()
                )
            return None
        return self.ledger.asked(job_id)

    @rule(job_id=jobs)
    def cancel(self, job_id: str | None) -> None:
        """And takes it back."""
        if job_id is not None:
            self._play(lambda: export.cancel(self.w.store, job_id, now=self.now), None)

    @rule(number=st.integers(0, 50), copies=st.integers(1, 3), point=points)
    def deliver(self, number: int, copies: int, point: str | None) -> None:
        """Some message arrives, once or more, at a worker that lives or dies."""
        if self.sent:
            message = self.sent.pop(number % len(self.sent))
            for _ in range(copies):
                self._work(message, point)

    @rule(
        number=st.integers(0, 50), point=st.sampled_from(BETWEEN), booklet_id=booklet_ids,
        mark=marks, seconds=st.sampled_from([0, 700]),
    )  # fmt: skip
    def overtake(self, number: int, point: str, booklet_id: int, mark: int, seconds: int) -> None:
        """While a worker is at a point data change, time passes, another gets the message too."""
        if not self.sent:
            return
        message = self.sent.pop(number % len(self.sent))
        left = [seconds]

        def meanwhile() -> None:
            if left:
                self.now += dt.timedelta(seconds=left.pop())
                self._edit(booklet_id, mark)
                self._work(message)
                self.computed_revisions_never_fall()

        self._work(message, point, meanwhile)

    def _work(self, message: Message, point: str | None = None, act: Any = die) -> None:
        if message.name == RECOMPUTE_STUDENTS:
            seen = {int(key): value for key, value in message.options.get("seen", {}).items()}
            look = message.options.get("look", 0)
            self._play(
                lambda: recompute.run(
                    self.w.store, list(message.ids), limits=self.w.limits, now=self.w.now,
                    seen=seen, look=look,
                ),
                point, act,
            )  # fmt: skip
        elif message.name == RUN_EXPORTS:
            self._play(lambda: export_run.run(self.w, list(message.ids)), point, act)

    @rule(number=st.integers(0, 50))
    def lose(self, number: int) -> None:
        """Redis loses a message."""
        if self.sent:
            self.sent.pop(number % len(self.sent))

    @rule(is_up=st.booleans(), is_noticed=st.booleans())
    def broker(self, is_up: bool, is_noticed: bool) -> None:  # noqa: FBT001
        """The broker goes, noticed by who sends or not, or comes back empty."""
        if self.is_up and not is_up:
            self.sent.clear()
        self.is_up, self.is_noticed = is_up, is_noticed

    @rule(point=points)
    def sweep(self, point: str | None) -> None:
        """Beat's ticks about lights."""
        self._play(lambda: recompute.sweep(self.w.store, self.now), point)

    @rule(point=points)
    def rescue(self, point: str | None) -> None:
        """Beat's ticks about jobs."""
        self._play(lambda: export.rescue(self.w.store, self.now), point)

    @rule()
    def night(self) -> None:
        """Beat's tick about nights."""
        self._play(lambda: nightly.tick(self.w), None)

    @rule()
    def purge(self) -> None:
        """Upkeep; nobody is between a file and its row now, so that nothing needs a grace."""
        upkeep.purge(self.w, grace_s=-1)

    @rule(seconds=st.sampled_from([1, 3, 30, 700, 90_000, -3_600]))
    def wait(self, seconds: int) -> None:
        """Time passes, or the clock is set back."""
        self.now += dt.timedelta(seconds=seconds)

    @invariant()
    def computed_revisions_never_fall(self) -> None:
        """A late light never takes the place of a newer one."""
        if not hasattr(self, "w"):
            return
        c = t.completeness.c
        with self.w.store.reading() as connection:
            found = connection.execute(sa.select(c.booklet_id, c.computed_revision)).all()
        for booklet_id, revision in found:
            assert revision >= self.computed.get(booklet_id, 0)
            self.computed[booklet_id] = revision

    def teardown(self) -> None:
        """Heal, drain, judge."""
        if not hasattr(self, "w"):
            return
        self._heal()
        self.ledger.judge(self.w)
        type(self).judged_count += 1

    def _heal(self) -> None:
        self.is_up = True
        for _ in range(HEALED_ROUNDS):
            self.now += dt.timedelta(seconds=700)
            recompute.sweep(self.w.store, self.now)
            export.rescue(self.w.store, self.now)
            while self.sent:
                self._work(self.sent.pop(0))
            if self._is_at_rest():
                break
        with self.w.store.reading() as connection:
            j = t.export_job.c
            failed = sa.select(j.id).where(j.state == JobState.FAILED, j.error_code.in_(MAY_FAIL))
            self.ledger.may_fail |= set(connection.execute(failed).scalars())

    def _is_at_rest(self) -> bool:
        c, j = t.completeness.c, t.export_job.c
        with self.w.store.reading() as connection:
            dirty = sa.select(c.booklet_id).where(c.wanted_revision > c.computed_revision)
            still = sa.select(j.id).where(j.state.not_in(FINAL_STATES))
            return not connection.execute(dirty).first() and not connection.execute(still).first()
