"""What the nomenclatures say: MEF, subjects, and the programme of each MEF in each year."""

import datetime as dt
from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from pipeline.domain.programme import ProgrammeSource
from pipeline.store.types import word


class Mef(SQLModel, table=True):
    """A reference MEF of ten characters; the days are those it opens and closes, where known."""

    __table_args__ = (sa.CheckConstraint("length(code) = 10", name="mef_code_length"),)
    code: str = Field(primary_key=True, max_length=10)
    label: str
    opened_on: dt.date | None = None
    closed_on: dt.date | None = None


class Subject(SQLModel, table=True):
    """A subject by its BCN code of six digits, leading zeros kept."""

    __table_args__ = (sa.CheckConstraint("length(code) = 6", name="subject_code_length"),)
    code: str = Field(primary_key=True, max_length=6)
    short_label: str
    label: str


class Programme(SQLModel, table=True):
    """That a MEF has a subject under an election modality in one year, as one source says.

    `has_periods` is the LSL nomenclature's presenceEvaluationPeriodique; SIECLE does not say.
    Modalities beyond S, O and F are kept, and never exported (schema 1.0).
    """

    __table_args__ = (sa.Index("programme_mef", "start_year", "mef_code"),)
    __tablename__: ClassVar[str] = "programme"
    source: ProgrammeSource = Field(
        sa_column=sa.Column(
            word(ProgrammeSource, "programme_source"), primary_key=True, nullable=False
        )
    )
    start_year: int = Field(primary_key=True)
    mef_code: str = Field(primary_key=True, max_length=10)
    subject_code: str = Field(primary_key=True, max_length=6)
    modality: str = Field(primary_key=True, max_length=1)
    has_periods: bool | None = None
