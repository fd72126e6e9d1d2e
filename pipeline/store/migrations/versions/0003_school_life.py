"""Opinions, commitments and the opinion for the exam; the year before, where a level asks."""

import sqlalchemy as sa
from alembic import op

from pipeline.store.migrations.triggers_0001 import postgresql_marks, sqlite_marks
from pipeline.store.migrations.triggers_0003 import SCOPES

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _word(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=20)


def _booklet() -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    column = sa.Column("booklet_id", sa.Integer(), nullable=False)
    return column, sa.ForeignKeyConstraint(["booklet_id"], ["booklet.id"], ondelete="CASCADE")


def upgrade() -> None:
    column: sa.Column[bool] = sa.Column(
        "exports_previous_year", sa.Boolean(), server_default=sa.false(), nullable=False
    )
    op.add_column("level_settings", column)
    _create_tables()
    marks = sqlite_marks if op.get_bind().dialect.name == "sqlite" else postgresql_marks
    for statement in marks(SCOPES):
        op.execute(statement)


def _create_tables() -> None:
    kinds = _word("opinion_kind", "commitment", "investment", "head")
    op.create_table(
        "opinion",
        *_booklet(),
        sa.Column("kind", kinds, nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("text", "last_name", "first_name")
        ),
        sa.Column("given_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("booklet_id", "kind"),
    )
    codes = _word("commitment_code", "C", "V", "A", "E", "S")
    op.create_table(
        "commitment",
        *_booklet(),
        sa.Column("code", codes, nullable=False),
        sa.PrimaryKeyConstraint("booklet_id", "code"),
    )
    op.create_table(
        "school_life",
        *_booklet(),
        sa.Column("other_commitment", sa.String(), nullable=True),
        sa.Column("exam_opinion", _word("exam_opinion", "T", "F", "A", "D"), nullable=True),
        sa.PrimaryKeyConstraint("booklet_id"),
    )
