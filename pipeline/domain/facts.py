"""What is known of one booklet and of its level, as the rules read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from pipeline.domain.life import LifeFacts
from pipeline.domain.periods import Level, Periodicity

SPECIALITY_SUBJECT = "071100"  # SIECLE's code of "Spécialité du baccalauréat professionnel"
SPECIALITY_MODALITY = "S"  # tronc commun
SCHOOL_STATUS = "ST"  # CODE_STATUT: pupils; apprentices (AP) and others are outside LSL


@dataclass(frozen=True, slots=True)
class Limits:
    """Longest texts a profile takes, in characters, after newline normalisation (schema 1.0)."""

    appreciation: int = 300
    last_name: int = 65
    first_name: int = 50
    pfmp_synthesis: int = 300


@dataclass(frozen=True, slots=True)
class Competence:
    """An expected competence: the LSL code of four digits, valid for its school year only."""

    code: str
    reference_code: str
    label: str


@dataclass(frozen=True, slots=True)
class Teacher:
    """A teacher as the file names one; either name may be blank in spoiled data."""

    last_name: str
    first_name: str


@dataclass(frozen=True, slots=True)
class EvaluationFacts:
    """One subject of a booklet. Averages by period number, ratings (1-4) by competence code."""

    subject_code: str = SPECIALITY_SUBJECT
    modality: str = SPECIALITY_MODALITY
    appreciation: str | None = None
    averages: Mapping[int, Decimal] = field(default_factory=dict)
    ratings: Mapping[str, int] = field(default_factory=dict)
    teachers: tuple[Teacher, ...] = ()


@dataclass(frozen=True, slots=True)
class PfmpFacts:
    """The synthesis of the periods in companies, and who wrote it."""

    synthesis: str | None = None
    teacher_last_name: str | None = None
    teacher_first_name: str | None = None
    week_count: int | None = None
    abroad: bool = False


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """The project (chef d'œuvre before 2024-25): annual average, appreciation, teacher."""

    average: Decimal | None = None
    appreciation: str | None = None
    teacher_last_name: str | None = None
    teacher_first_name: str | None = None


@dataclass(frozen=True, slots=True)
class LevelFacts:
    """What holds for every booklet of one school, year, diploma and level."""

    uai: str
    start_year: int
    diploma_code: str
    level: Level
    periodicity: Periodicity | None = None
    exports_pfmp: bool = False
    exports_project: bool = False
    exports_previous_year: bool = False  # a terminale's première of the year before
    competences: tuple[Competence, ...] = ()


@dataclass(frozen=True, slots=True)
class BookletFacts:
    """One pupil's school year. `data_revision` is the revision the facts were read at."""

    booklet_id: int
    siecle_id: int | None
    data_revision: int
    evaluations: tuple[EvaluationFacts, ...] = ()
    pfmp: PfmpFacts | None = None
    project: ProjectFacts | None = None
    life: LifeFacts = field(default_factory=LifeFacts)

    @property
    def speciality(self) -> EvaluationFacts:
        """The speciality's evaluation, empty when nothing was entered."""
        found = (e for e in self.evaluations if e.subject_code == SPECIALITY_SUBJECT)
        return next(found, EvaluationFacts())
