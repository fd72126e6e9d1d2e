"""The divisions of one diploma: lights, last version, whether data changed since."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.desk import rights
from pipeline.desk.diplomas import Choice, chosen
from pipeline.desk.exportable import WhyNot, why_not
from pipeline.desk.freshness import changed_since
from pipeline.domain.accounts import Principal, Right
from pipeline.domain.gaps import Light
from pipeline.store import desk_reads
from pipeline.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Counts:
    """The pupils of a division by light; those in computation are of no light."""

    red: int = 0
    orange: int = 0
    green: int = 0
    pending: int = 0
    pupil_count: int = 0

    @property
    def by_light(self) -> dict[Light, int]:
        """The same by light."""
        return {Light.RED: self.red, Light.ORANGE: self.orange, Light.GREEN: self.green}

    @property
    def exportable_count(self) -> int:
        """How many a file would hold, as far as is known."""
        return self.orange + self.green


@dataclass(frozen=True, slots=True)
class Line:
    """One division of the list; `version` is the newest of any profile.

    `stale` are the ids of the versions, each the newest of its profile, since which data changed.
    """

    division: Any
    counts: Counts
    version: Any | None
    stale: frozenset[int]
    open_jobs: tuple[Any, ...]
    why_not: WhyNot | None

    @property
    def changed(self) -> bool:
        """Whether data changed since the newest version."""
        return self.version is not None and self.version.id in self.stale


@dataclass(frozen=True, slots=True)
class Overview:
    """The divisions of a choice."""

    choice: Choice
    lines: tuple[Line, ...]

    @property
    def asked_for(self) -> tuple[Line, ...]:
        """The divisions that « Exporter toutes les divisions » would ask for."""
        return tuple(one for one in self.lines if one.why_not is None)


def overview(wiring: Wiring, principal: Principal, key: tuple[str, int, str]) -> Overview:
    """The divisions of a diploma, in as many statements whatever their number.

    Raises NotFound for a choice out of reach.
    """
    rights.need(principal, Right.SEE)
    with wiring.store.reading() as connection:
        choice, rows = chosen(connection, principal, key)
        return Overview(choice, tuple(lines(wiring, connection, rows)))


def lines(wiring: Wiring, connection: Any, rows: Collection[Any]) -> list[Line]:
    """The line of each division."""
    ids = [row.id for row in rows]
    counted = counts_of(connection, ids)
    set_ = desk_reads.periodicities(connection, ids)
    versions = _by_division(desk_reads.latest_versions(connection, ids))
    newest = [one for found in versions.values() for one in found]
    stale = frozenset(changed_since(wiring, connection, newest))
    jobs = _by_division(desk_reads.open_jobs(connection, ids))
    return [
        Line(
            row, counted[row.id], versions.get(row.id, [None])[-1],
            stale & {one.id for one in versions.get(row.id, ())},
            tuple(jobs.get(row.id, ())), why_not(set_.get(row.id), counted[row.id]),
        )
        for row in rows
    ]  # fmt: skip


def counts_of(connection: Any, division_ids: Collection[int]) -> Mapping[int, Counts]:
    """The counts of each division, zero where it has no pupil."""
    found = desk_reads.counts(connection, division_ids)
    return {key: _counts(found[key]) if key in found else Counts() for key in division_ids}


def _counts(row: Any) -> Counts:
    return Counts(row.red, row.orange, row.green, row.pending, row.pupil_count)


def _by_division(rows: Collection[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.division_id, []).append(row)
    return found
