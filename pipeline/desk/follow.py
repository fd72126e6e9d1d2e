"""Following jobs: how many divisions ended and how many pupils are done, as the rows say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.desk import authors, rights
from pipeline.desk.places import competence_names
from pipeline.domain.accounts import Principal, Right, reaches
from pipeline.domain.states import FINAL_STATES, JobState
from pipeline.errors import NotFound
from pipeline.store import desk_files, desk_names, facts
from pipeline.wiring import Wiring

_TREATED = {JobState.READY, JobState.REFUSED}
MOST_JOBS = 200  # of one page, which names them all in its address


@dataclass(frozen=True, slots=True)
class Job:
    """One job. A division's file is made as a whole: its pupils are done together."""

    row: Any
    author: str

    @property
    def is_over(self) -> bool:
        """Whether it ended."""
        return self.row.state in FINAL_STATES

    @property
    def total(self) -> int:
        """Its pupils: those of the export once there was one, until then those of now."""
        return int(self.row.size if self.row.total_count is None else self.row.total_count)

    @property
    def done(self) -> int:
        """Its pupils treated, exported or left out; none where it was cancelled or failed."""
        return self.total if self.row.state in _TREATED else 0


@dataclass(frozen=True, slots=True)
class Progress:
    """Several jobs together."""

    jobs: tuple[Job, ...]

    @property
    def is_over(self) -> bool:
        """Whether all ended."""
        return all(one.is_over for one in self.jobs)

    @property
    def ended_count(self) -> int:
        """How many ended."""
        return sum(one.is_over for one in self.jobs)

    @property
    def done(self) -> int:
        """Pupils treated."""
        return sum(one.done for one in self.jobs)

    @property
    def total(self) -> int:
        """Pupils of all."""
        return sum(one.total for one in self.jobs)

    @property
    def words(self) -> str:
        """As LSL's own screen words it: « 12 / 23 (52 %) »; 100 % only when it is all."""
        percent = self.done * 100 // self.total if self.total else 100 * self.is_over
        return f"{self.done} / {self.total} ({percent} %)"


def progress(wiring: Wiring, principal: Principal, job_ids: Sequence[str]) -> Progress:
    """How these jobs stand, in one consistent read. Raises NotFound if one is out of reach."""
    rights.need(principal, Right.EXPORT)
    wanted = list(dict.fromkeys(job_ids))[:MOST_JOBS]
    with wiring.store.reading() as connection:
        rows = [
            row
            for row in desk_files.jobs(connection, wanted)
            if reaches(principal, row.school_uai, row.division_id)
        ]
        if not rows or len(rows) != len(wanted):
            raise NotFound("Demande", next(iter(set(wanted) - {row.id for row in rows}), ""))
        names = authors.named(connection, {row.requested_by for row in rows})
    return Progress(tuple(Job(row, names[row.requested_by]) for row in rows))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Who the pupils left out are, by booklet, and what competences are, by division."""

    names: dict[int, Any]
    competences: dict[int, dict[str, str]]


def left_out(wiring: Wiring, principal: Principal, found: Progress) -> LeftOut:
    """What names those that ended jobs left out, and what they lacked."""
    rights.need(principal, Right.EXPORT)
    told = [
        (job.row.division_id, one["booklet_id"])
        for job in found.jobs
        for one in (job.row.report or {}).get("left_out", ())
    ]
    with wiring.store.reading() as connection:
        names = desk_names.pupil_names(connection, {booklet_id for _, booklet_id in told})
        levels = facts.read_levels(connection, {division_id for division_id, _ in told})
    return LeftOut(names, {key: competence_names(level) for key, level in levels.items()})
