"""Pupils and their booklets. The sources of the lights, and the lights."""

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from pipeline.domain.gaps import Light
from pipeline.store.types import Hundredths, Instant, word

_EVALUATION = ["evaluation.booklet_id", "evaluation.subject_code"]


def booklet_key() -> Any:
    """The booklet a row belongs to, as the first part of its key."""
    return Field(
        sa_column=sa.Column(
            sa.Integer, sa.ForeignKey("booklet.id", ondelete="CASCADE"), primary_key=True
        )
    )


def _of_evaluation() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["booklet_id", "subject_code"], _EVALUATION, ondelete="CASCADE")


def _average(name: str) -> sa.CheckConstraint:
    return sa.CheckConstraint("average BETWEEN 0 AND 2000", name=name)


class Student(SQLModel, table=True):
    """A pupil of a school by SIECLE id. No more personal data than the product shows."""

    __table_args__ = (
        sa.UniqueConstraint("school_uai", "siecle_id", name="student_siecle_once"),
        sa.UniqueConstraint("school_uai", "ine", name="student_ine_once"),
        sa.CheckConstraint("siecle_id > 0", name="siecle_id_positive"),
    )
    id: int | None = Field(default=None, primary_key=True)
    school_uai: str = Field(foreign_key="school.uai", max_length=8)
    siecle_id: int | None = None
    ine: str | None = None
    last_name: str
    first_name: str


class Booklet(SQLModel, table=True):
    """One pupil's school year: where he is, and what was entered of him."""

    __table_args__ = (
        sa.UniqueConstraint("student_id", "start_year", name="booklet_once"),
        sa.Index("booklet_division", "division_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    student_id: int = Field(
        sa_column=sa.Column(sa.ForeignKey("student.id", ondelete="CASCADE"), nullable=False)
    )
    start_year: int
    division_id: int | None = Field(default=None, foreign_key="division.id")
    mef_code: str = Field(max_length=10)
    status_code: str = Field(max_length=4)
    left_on: dt.date | None = None
    revision: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class Evaluation(SQLModel, table=True):
    """One subject of a booklet; the speciality is `071100`."""

    booklet_id: int = booklet_key()
    subject_code: str = Field(primary_key=True, max_length=6)
    modality: str = Field(max_length=1)
    appreciation: str | None = None


class PeriodAverage(SQLModel, table=True):
    """The average of one period, 0 to 20."""

    __tablename__: ClassVar[str] = "period_average"
    __table_args__ = (
        _of_evaluation(),
        _average("average_range"),
        sa.CheckConstraint("period BETWEEN 1 AND 3", name="period_range"),
    )
    booklet_id: int = Field(primary_key=True)
    subject_code: str = Field(primary_key=True, max_length=6)
    period: int = Field(primary_key=True)
    average: Decimal = Field(sa_column=sa.Column(Hundredths, nullable=False))


class Rating(SQLModel, table=True):
    """The mastery, 1 to 4, of one competence."""

    __table_args__ = (
        _of_evaluation(),
        sa.CheckConstraint("mastery BETWEEN 1 AND 4", name="mastery_range"),
    )
    booklet_id: int = Field(primary_key=True)
    subject_code: str = Field(primary_key=True, max_length=6)
    competence_code: str = Field(primary_key=True, max_length=4)
    mastery: int


class Teacher(SQLModel, table=True):
    """A teacher of one evaluation, in the order of entry."""

    __table_args__ = (_of_evaluation(),)
    booklet_id: int = Field(primary_key=True)
    subject_code: str = Field(primary_key=True, max_length=6)
    position: int = Field(primary_key=True)
    last_name: str
    first_name: str


class Pfmp(SQLModel, table=True):
    """The synthesis of the periods in companies."""

    booklet_id: int = booklet_key()
    synthesis: str | None = None
    teacher_last_name: str | None = None
    teacher_first_name: str | None = None
    week_count: int | None = None
    abroad: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})


class Project(SQLModel, table=True):
    """The project (chef d'œuvre before 2024-25)."""

    __table_args__ = (_average("project_average_range"),)
    booklet_id: int = booklet_key()
    average: Decimal | None = Field(default=None, sa_column=sa.Column(Hundredths))
    appreciation: str | None = None
    teacher_last_name: str | None = None
    teacher_first_name: str | None = None


class Completeness(SQLModel, table=True):
    """The light of one booklet and the revisions that tell whether it is up to date.

    `wanted_revision` is raised by triggers, whoever changes the data; `computed_revision` is
    what the light was computed from; `nudged_revision` is what a message is on its way for.
    """

    __table_args__ = (
        sa.CheckConstraint("computed_revision <= wanted_revision", name="computed_not_ahead"),
        sa.Index(
            "completeness_dirty",
            "due_at",
            sqlite_where=sa.text("wanted_revision > computed_revision"),
            postgresql_where=sa.text("wanted_revision > computed_revision"),
        ),
    )
    booklet_id: int = booklet_key()
    wanted_revision: int = Field(sa_column_kwargs={"server_default": "1"})
    computed_revision: int = Field(sa_column_kwargs={"server_default": "0"})
    nudged_revision: int = Field(sa_column_kwargs={"server_default": "0"})
    light: Light | None = Field(default=None, sa_column=sa.Column(word(Light, "light")))
    gaps: list[Any] | None = Field(default=None, sa_column=sa.Column(sa.JSON))
    computed_at: dt.datetime | None = Field(default=None, sa_column=sa.Column(Instant))
    due_at: dt.datetime | None = Field(default=None, sa_column=sa.Column(Instant))
    attempt_count: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
