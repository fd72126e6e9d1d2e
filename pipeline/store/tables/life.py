"""Opinions, commitments and the opinion for the exam. Sources of the lights too."""

import datetime as dt
from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from pipeline.domain import life
from pipeline.domain.life import ExamOpinion, OpinionKind
from pipeline.store.tables.booklet import booklet_key
from pipeline.store.types import word


class Opinion(SQLModel, table=True):
    """One of the three opinions of a booklet's year, with its author."""

    booklet_id: int = booklet_key()
    kind: OpinionKind = Field(
        sa_column=sa.Column(word(OpinionKind, "opinion_kind"), primary_key=True, nullable=False)
    )
    text: str
    last_name: str
    first_name: str
    given_on: dt.date | None = None


class Commitment(SQLModel, table=True):
    """A commitment that has a code."""

    booklet_id: int = booklet_key()
    code: life.Commitment = Field(
        sa_column=sa.Column(
            word(life.Commitment, "commitment_code"), primary_key=True, nullable=False
        )
    )


class SchoolLife(SQLModel, table=True):
    """The other commitments in words, and the opinion for the exam."""

    __tablename__: ClassVar[str] = "school_life"
    booklet_id: int = booklet_key()
    other_commitment: str | None = None
    exam_opinion: ExamOpinion | None = Field(
        default=None, sa_column=sa.Column(word(ExamOpinion, "exam_opinion"))
    )
