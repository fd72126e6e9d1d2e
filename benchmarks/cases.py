"""The cases in order, each on the database it needs."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks import change, counts, mass, night, pages, siecle
from benchmarks.databases import databases
from benchmarks.results import Figure
from benchmarks.stage import staged

GROWTH = (100, 1_000)
LARGE = 5_000
SMALL = 100  # divisions of the cases that look at booklets one by one


def figures(  # noqa: C901 - one branch a case
    held: ExitStack, kind: str, home: Path, chosen: argparse.Namespace
) -> Iterator[Figure]:
    """The figures of one kind of database, each case as it ends."""
    new_database = held.enter_context(databases(kind, home))
    names = set(chosen.names)
    if names & {"statements", "light", "edit", "mass"}:
        with staged(kind, new_database(), home, SMALL) as stage:
            if "statements" in names:
                yield from counts.run(stage)
            if "light" in names:
                yield from change.light(stage, chosen.pairs)
            if "edit" in names:
                yield from change.edit(stage, chosen.pairs)
            if "mass" in names:
                yield from mass.run(stage, chosen.rounds)
    if "pages" in names:
        with staged(kind, new_database(), home, pages.DIVISIONS) as stage:
            yield from pages.run(stage, chosen.pairs // 4)
    if "nightly" in names:
        with staged(kind, new_database(), home, chosen.divisions) as stage:
            yield from night.run(stage, chosen.rounds)
    if "growth" in names:
        for size in (*GROWTH, LARGE) if chosen.large else GROWTH:
            with staged(kind, new_database(), home, size) as stage:
                yield from night.growth(stage, 1)
    if "siecle" in names:
        yield from siecle.run(kind, new_database, home)
