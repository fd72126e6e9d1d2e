"""Schools, diplomas, frameworks, level settings, divisions."""

from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from pipeline.domain.periods import Level, Periodicity
from pipeline.store.types import word


class School(SQLModel, table=True):
    """A school by its UAI."""

    __table_args__ = (sa.CheckConstraint("length(uai) = 8", name="uai_length"),)
    uai: str = Field(primary_key=True, max_length=8)
    name: str = ""


class Diploma(SQLModel, table=True):
    """A speciality by the five characters its MEF carry."""

    code: str = Field(primary_key=True, max_length=5)
    label: str


class Competence(SQLModel, table=True):
    """A competence of one school year, by its LSL code of four digits."""

    __table_args__ = (sa.CheckConstraint("length(code) = 4", name="competence_code_length"),)
    start_year: int = Field(primary_key=True)
    code: str = Field(primary_key=True, max_length=4)
    reference_code: str = ""
    label: str


class FrameworkCompetence(SQLModel, table=True):
    """That a competence is expected of a diploma's level in one year, and at which rank."""

    __tablename__: ClassVar[str] = "framework_competence"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["start_year", "competence_code"], ["competence.start_year", "competence.code"]
        ),
    )
    start_year: int = Field(primary_key=True)
    diploma_code: str = Field(primary_key=True, foreign_key="diploma.code", max_length=5)
    level: Level = Field(
        sa_column=sa.Column(word(Level, "framework_level"), primary_key=True, nullable=False)
    )
    competence_code: str = Field(primary_key=True, max_length=4)
    position: int


class LevelSettings(SQLModel, table=True):
    """What a head of school or DDFPT set for one level of one diploma and year."""

    __tablename__: ClassVar[str] = "level_settings"
    school_uai: str = Field(primary_key=True, foreign_key="school.uai", max_length=8)
    start_year: int = Field(primary_key=True)
    diploma_code: str = Field(primary_key=True, foreign_key="diploma.code", max_length=5)
    level: Level = Field(
        sa_column=sa.Column(word(Level, "settings_level"), primary_key=True, nullable=False)
    )
    periodicity: Periodicity | None = Field(
        default=None, sa_column=sa.Column(word(Periodicity, "periodicity"))
    )
    exports_pfmp: bool = False
    exports_project: bool = False
    exports_previous_year: bool = Field(
        default=False, sa_column_kwargs={"server_default": sa.false()}
    )


class Division(SQLModel, table=True):
    """The pupils of one class preparing one diploma at one level."""

    __table_args__ = (
        sa.UniqueConstraint(
            "school_uai", "start_year", "code", "diploma_code", "level", name="division_once"
        ),
        sa.UniqueConstraint("school_uai", "start_year", "label", name="division_label_once"),
    )
    id: int | None = Field(default=None, primary_key=True)
    school_uai: str = Field(foreign_key="school.uai", max_length=8)
    start_year: int
    diploma_code: str = Field(foreign_key="diploma.code", max_length=5)
    level: Level = Field(sa_column=sa.Column(word(Level, "division_level"), nullable=False))
    code: str  # CODE_STRUCTURE, to the letter
    label: str = Field(max_length=40)  # its part of file names
