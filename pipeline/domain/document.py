"""The document one file holds, before any markup: pupils, years, evaluations."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from pipeline.domain.facts import Teacher
from pipeline.domain.life import Commitment, ExamOpinion, Opinion, OpinionKind
from pipeline.domain.periods import Periodicity


@dataclass(frozen=True, slots=True)
class GroupStatistics:
    """The group of one subject: size, mean of annual means, shares of the three bands.

    Shares are percentages with two decimals that total 100.00; everything is `None` and
    the size 0 when no pupil has a mark.
    """

    size: int = 0
    average: Decimal | None = None
    below_8: Decimal | None = None
    from_8_to_12: Decimal | None = None
    from_12: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One subject. `averages` holds (period, average); `None` where only the group has marks.

    `ratings` holds (competence code, mastery); ours are 1 to 4, other files may say 0, `NE` or a
    level of language (`A1` to `C2`). `validated_on` is of other files: ours know no such day.
    """

    subject_code: str
    modality: str
    group: GroupStatistics
    appreciation: str | None
    averages: tuple[tuple[int, Decimal | None], ...]
    ratings: tuple[tuple[str, int | str], ...]
    teachers: tuple[Teacher, ...]
    validated_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Pfmp:
    """The synthesis of the periods in companies and its author."""

    synthesis: str
    teacher: Teacher
    week_count: int | None = None
    abroad: bool = False


@dataclass(frozen=True, slots=True)
class Project:
    """The project (chef d'œuvre before 2024-25)."""

    average: Decimal
    appreciation: str
    teacher: Teacher


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """One year of a pupil; `start_year` is 2025 for 2025-2026."""

    start_year: int
    periodicity: Periodicity
    evaluations: tuple[Evaluation, ...]
    pfmp: Pfmp | None = None
    project: Project | None = None
    opinions: tuple[tuple[OpinionKind, Opinion], ...] = ()  # in the order of `OpinionKind`


@dataclass(frozen=True, slots=True)
class Pupil:
    """One pupil by SIECLE id (`ELEVE_ID`), the only identity that travels."""

    siecle_id: int
    years: tuple[SchoolYear, ...]
    commitments: tuple[Commitment, ...] = ()
    other_commitment: str | None = None
    exam_opinion: ExamOpinion | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One file: who made it, whose school, which pupils, in the order of SIECLE ids."""

    editor: str
    application: str
    uai: str
    pupils: tuple[Pupil, ...]

    @property
    def siecle_ids(self) -> set[int]:
        """Who is in it."""
        return {pupil.siecle_id for pupil in self.pupils}
