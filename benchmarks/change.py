"""Cases 2 and 3: how soon a light follows its edit, and what an edit costs its writer."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any, cast

import sqlalchemy as sa

from benchmarks import school
from benchmarks.results import Figure, fact, percentile
from benchmarks.stage import Stage, wait_for, workers
from pipeline import booklets, recompute
from pipeline.domain.entry import Edit

LOOK_S = 0.0005
UPDATE = """UPDATE {table} SET average = (average + 1) % 2000
  WHERE booklet_id = :id AND subject_code = '071100' AND period = 1"""


def light(stage: Stage, pairs: int) -> Iterator[Figure]:
    """From the commit to the light, in units of a bare task that writes one row."""
    ids = _clean(stage)[:pairs]
    bare: list[float] = []
    follow: list[float] = []
    look = _Look(stage)
    with workers(stage, "recompute", 1):
        for number, booklet_id in enumerate(ids):
            stage.touch(number, "recompute")
            bare.append(look.until("SELECT id FROM bench_touch WHERE id = {}", number))
            _edit(stage, booklet_id, f"Relu, {number}.")
            follow.append(look.until(_SAVED, booklet_id))
    for percent, goal in ((50, ""), (95, "≤ 1.5")):
        one, other = percentile(follow, percent), percentile(bare, percent)
        quarters = [
            percentile(follow[start::4], percent) / percentile(bare[start::4], percent)
            for start in range(4)
        ]
        spread = (min(quarters), max(quarters))
        name = f"change → light ÷ bare task, p{percent}"
        yield Figure("light", stage.kind, name, one / other, "×", goal, spread)
        yield fact("light", stage.kind, f"change → light, p{percent}", one * 1000, "ms")
        yield fact("light", stage.kind, f"bare task, p{percent}", other * 1000, "ms")


_SAVED = """SELECT booklet_id FROM completeness
  WHERE booklet_id = {} AND computed_revision = wanted_revision"""


class _Look:
    """Looks at the database each half millisecond, in the same way for both."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        held = stage.wiring.store.engine.raw_connection()
        self._held, self._connection = held, cast("Any", held.driver_connection)
        if stage.kind == "postgresql":
            self._connection.autocommit = True

    def until(self, statement: str, number: int) -> float:
        """Seconds from the last send to the moment the statement finds a row."""
        made = statement.format(number)
        found = wait_for(lambda: self._connection.execute(made).fetchone() is not None, LOOK_S)
        return found - self._stage.queue.said_at


def _clean(stage: Stage) -> list[int]:
    wiring = stage.wiring
    recompute.inline(wiring.store, limits=wiring.limits, now=wiring.now)
    time.sleep(recompute.SETTLE_S + 0.3)
    school.tidy(wiring.store)
    return school.booklet_ids(wiring.store)


def _edit(stage: Stage, booklet_id: int, text: str) -> None:
    wiring = stage.wiring
    booklets.edit(
        wiring.store, booklet_id, Edit(appreciation=text), based_on=None, actor="bench",
        limits=wiring.limits, now=wiring.now(),
    )  # fmt: skip


def edit(stage: Stage, pairs: int) -> Iterator[Figure]:
    """What the writer waits for, in units of a bare UPDATE and commit of such a row."""
    ids = _clean(stage)[:pairs]
    chains: dict[str, Callable[[int], None]] = {
        "bare UPDATE and commit": lambda key: _update(stage, "bench_average", key),
        "with its mark": lambda key: _update(stage, "period_average", key),
        "with its mark and nudge": lambda key: _nudged(stage, key),
        "booklets.edit, whole": lambda key: _edit(stage, key, f"Corrigé, {key}."),
    }
    took: dict[str, list[float]] = {name: [] for name in chains}
    for booklet_id in ids:
        for name, chain in chains.items():
            if name != "bare UPDATE and commit":
                _settle(stage, booklet_id)
            started = time.perf_counter()
            chain(booklet_id)
            took[name].append(time.perf_counter() - started)
    bare = took.pop("bare UPDATE and commit")
    yield fact("edit", stage.kind, "bare UPDATE and commit", statistics.median(bare) * 1000, "ms")
    for name, seconds in took.items():
        goal = "≤ 1.5" if "nudge" in name else ""
        pairwise = [one / other for one, other in zip(seconds, bare, strict=True)]
        middle = (percentile(pairwise, 25), percentile(pairwise, 75))
        yield Figure(
            "edit", stage.kind, f"{name} ÷ bare", statistics.median(pairwise), "×", goal, middle
        )


def _update(stage: Stage, table: str, booklet_id: int) -> None:
    with stage.wiring.store.writing() as unit:
        unit.connection.execute(sa.text(UPDATE.format(table=table)), {"id": booklet_id})


def _nudged(stage: Stage, booklet_id: int) -> None:
    with stage.wiring.store.writing() as unit:
        statement = sa.text(UPDATE.format(table="period_average"))
        unit.connection.execute(statement, {"id": booklet_id})
        unit.say(recompute.nudges(unit.connection, [booklet_id], stage.wiring.now()))


def _settle(stage: Stage, booklet_id: int) -> None:
    """The booklet is up to date again, as before a person's next edit."""
    wiring = stage.wiring
    recompute.compute(wiring.store, [booklet_id], limits=wiring.limits, now=wiring.now)
