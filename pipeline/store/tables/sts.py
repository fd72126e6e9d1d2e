"""Who teaches what to which division, as STS says: the names offered at entry."""

from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class StsTeacher(SQLModel, table=True):
    """A teacher of a school's year, by STS id; no more personal data than the names offered."""

    __tablename__: ClassVar[str] = "sts_teacher"
    school_uai: str = Field(primary_key=True, foreign_key="school.uai", max_length=8)
    start_year: int = Field(primary_key=True)
    sts_id: str = Field(primary_key=True, max_length=40)
    last_name: str
    first_name: str


class StsService(SQLModel, table=True):
    """That a teacher teaches a subject to a division, in it or in a group of it."""

    __tablename__: ClassVar[str] = "sts_service"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["school_uai", "start_year", "sts_id"],
            ["sts_teacher.school_uai", "sts_teacher.start_year", "sts_teacher.sts_id"],
            ondelete="CASCADE",
        ),
    )
    school_uai: str = Field(primary_key=True, max_length=8)
    start_year: int = Field(primary_key=True)
    division_code: str = Field(primary_key=True)
    subject_code: str = Field(primary_key=True, max_length=6)
    sts_id: str = Field(primary_key=True, max_length=40)
