"""The report before an export: what blocks, what is incomplete, who must act, by division."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.domain.actors import WHO_ACTS, Actor
from pipeline.domain.gaps import Gap, GapCode, Light, Severity, gaps_of_row
from pipeline.store import reports
from pipeline.store.unit import Store


@dataclass(frozen=True, slots=True)
class PupilState:
    """One pupil, named by SIECLE id; without any, by booklet alone."""

    siecle_id: int | None
    booklet_id: int
    light: Light | None
    up_to_date: bool  # else light and gaps are those of before the last change
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Concern:
    """One kind of gap in a division: whose work it is, and which pupils have it."""

    code: GapCode
    severity: Severity
    actor: Actor
    gaps: tuple[Gap, ...]  # each once, whichever pupil has it
    pupils: tuple[PupilState, ...]


@dataclass(frozen=True, slots=True)
class Preflight:
    """One division as it stands now, by its stored lights."""

    division: Any
    pupils: tuple[PupilState, ...]
    concerns: tuple[Concern, ...]  # what blocks first, then what is only incomplete

    @property
    def lights(self) -> Mapping[Light, int]:
        """How many pupils have each light, those being computed left out."""
        return Counter(one.light for one in self.pupils if one.light and one.up_to_date)

    @property
    def pending_count(self) -> int:
        """How many lights are not up to date."""
        return sum(not one.up_to_date for one in self.pupils)

    @property
    def exportable_count(self) -> int:
        """How many pupils a file would hold: orange and green ones."""
        return self.lights.get(Light.ORANGE, 0) + self.lights.get(Light.GREEN, 0)

    @property
    def is_possible(self) -> bool | None:
        """Whether an export is possible; `None` while only lights in computation can tell."""
        return True if self.exportable_count else (None if self.pending_count else False)


def look(store: Store, divisions: Sequence[Any]) -> list[Preflight]:
    """The report of each division, in one consistent read and one statement."""
    with store.reading() as connection:
        rows = reports.states(connection, [one.id for one in divisions])
    pupils: dict[int, list[Any]] = {one.id: [] for one in divisions}
    for row in rows:
        pupils[row.division_id].append(row)
    return [report(one, pupils[one.id]) for one in divisions]


def report(division: Any, rows: Iterable[Any]) -> Preflight:
    """The report of a division from the rows of its pupils' lights."""
    pupils = tuple(map(_state, rows))
    return Preflight(division, pupils, _concerns(pupils))


def _state(row: Any) -> PupilState:
    gaps = gaps_of_row(row.gaps)
    return PupilState(row.siecle_id, row.id, row.light, not row.pending, gaps)


def _concerns(pupils: Iterable[PupilState]) -> tuple[Concern, ...]:
    found: dict[tuple[Severity, GapCode], list[tuple[PupilState, Gap]]] = {}
    for one in pupils:
        for gap in one.gaps:
            found.setdefault((gap.severity, gap.code), []).append((one, gap))
    order = [(severity, code) for severity in Severity for code in GapCode]
    return tuple(
        Concern(
            code, severity, WHO_ACTS[code],
            tuple(sorted({gap for _, gap in pairs}, key=lambda gap: gap.subject)),
            tuple({pupil.booklet_id: pupil for pupil, _ in pairs}.values()),
        )
        for severity, code in order
        if (pairs := found.get((severity, code)))
    )  # fmt: skip
