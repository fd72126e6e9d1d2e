"""What a fault test asked for and was promised, compared with what is there at rest.

In the words of Jepsen's total queue: *attempted* is what was asked for, *acknowledged* what the
product said yes to, *lost* an acknowledged thing without its effect, *unexpected* an effect nobody
asked for, *duplicated* an effect there twice, *recovered* what needed more than one attempt.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from pipeline.domain.states import FINAL_STATES, JobKind, JobState, Outcome
from pipeline.store import rows as t
from pipeline.wiring import Wiring
from tests.oracle import dirty_ids, half_files, is_whole, version_lines, wrong_lights


@dataclass
class Ledger:
    """What a test asked for and was told yes to; `judge` compares it with what is there."""

    injected: int = 0  # faults
    attempted: int = 0
    acknowledged: int = 0
    recovered: int = 0
    recovery_s: float = 0.0
    lost: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    job_ids: set[str] = field(default_factory=set)
    marks: dict[int, Any] = field(default_factory=dict)  # booklet: its last acknowledged mark
    may_fail: set[str] = field(default_factory=set)  # jobs that the fault itself must end FAILED
    _healed_at: float | None = None

    def fault(self, count: int = 1) -> None:
        """A fault was injected."""
        self.injected += count

    def healed(self) -> None:
        """From here on the product has what it needs: the time until rest is the recovery."""
        self._healed_at = time.monotonic()

    def recovered_now(self) -> None:
        """What the last fault broke works again."""
        assert self._healed_at is not None
        self.recovery_s = max(self.recovery_s, time.monotonic() - self._healed_at)
        self._healed_at = None

    def asked(self, job_id: str) -> str:
        """A request was accepted."""
        self.attempted += 1
        self.acknowledged += 1
        self.job_ids.add(job_id)
        return job_id

    def edited(self, booklet_id: int, mark: Any = None) -> None:
        """An edit was accepted; `mark` is the average of the first period it gave."""
        self.attempted += 1
        self.acknowledged += 1
        if mark is not None:
            self.marks[booklet_id] = mark

    def told(self) -> dict[str, Any]:
        """The figures of the run's table."""
        counts = {name: len(getattr(self, name)) for name in ("lost", "unexpected", "duplicated")}
        names = ("injected", "attempted", "acknowledged", "recovered", "recovery_s")
        return counts | {name: getattr(self, name) for name in names}

    def judge(self, wiring: Wiring) -> None:
        """Fill lost, unexpected and duplicated; fail when there is any."""
        if self._healed_at is not None:
            self.recovered_now()
        self.look(wiring)
        assert self.is_clean, (self.lost, self.unexpected, self.duplicated)

    @property
    def is_clean(self) -> bool:
        """Whether nothing is lost, unexpected or there twice."""
        return not (self.lost or self.unexpected or self.duplicated)

    def look(self, wiring: Wiring) -> None:
        """Fill lost, unexpected and duplicated."""
        self.lost, self.unexpected, self.duplicated = [], [], []
        for look in (self._lights, self._jobs, self._versions, self._files):
            look(wiring)

    def _lights(self, wiring: Wiring) -> None:
        self.lost += [f"light of booklet {key}" for key in dirty_ids(wiring)]
        self.unexpected += [f"light of booklet {key}" for key in wrong_lights(wiring)]
        a = t.average.c
        chosen = sa.select(a.booklet_id, a.average).where(a.period == 1)
        with wiring.store.reading() as connection:
            held = {row.booklet_id: row.average for row in connection.execute(chosen)}
        self.lost += [f"edit of {key}" for key, mark in self.marks.items() if held[key] != mark]

    def _jobs(self, wiring: Wiring) -> None:
        with wiring.store.reading() as connection:
            jobs = {row.id: row for row in connection.execute(sa.select(t.export_job))}
            made = Counter(connection.execute(sa.select(t.artifact.c.job_id)).scalars())
        self.lost += [f"job {key}" for key in self.job_ids - set(jobs)]
        for key, row in jobs.items():
            self.recovered += row.attempt_count > 1
            if row.state not in FINAL_STATES:
                self.lost.append(f"job {key} is {row.state}")
            if row.state == JobState.FAILED and key not in self.may_fail:
                self.unexpected.append(f"job {key} failed: {row.error_code}")
            if self.job_ids and row.kind == JobKind.ON_DEMAND and key not in self.job_ids:
                self.unexpected.append(f"job {key}")
            wanted = int(row.outcome == Outcome.NEW_VERSION)
            if made[key] != wanted:
                (self.lost if made[key] < wanted else self.duplicated).append(f"version of {key}")

    def _versions(self, wiring: Wiring) -> None:
        for key, rows in version_lines(wiring).items():
            if (numbers := [row.version for row in rows]) != list(range(1, len(rows) + 1)):
                self.unexpected.append(f"versions {numbers} of {key}")
            same = (
                after.version for before, after in pairwise(rows) if before.sha256 == after.sha256
            )
            self.duplicated += [f"v{number} of {key}" for number in same]
            kept = (row for row in rows if row.expired_at is None)
            broken = (row.version for row in kept if not is_whole(wiring, row))
            self.lost += [f"file of v{number} of {key}" for number in broken]

    def _files(self, wiring: Wiring) -> None:
        self.unexpected += [f"half file {name}" for name in half_files(wiring)]


def assert_at_rest(wiring: Wiring) -> None:
    """What must hold once all is healed and drained, whatever was asked for."""
    found = Ledger()
    found.look(wiring)
    assert found.is_clean, found
