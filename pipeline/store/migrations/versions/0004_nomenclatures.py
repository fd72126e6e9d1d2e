"""What the nomenclatures and STS say: MEF, subjects, programmes, teachers and services."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _codes()
    _programme()
    _sts()


def _codes() -> None:
    op.create_table(
        "mef",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint("length(code) = 10", name="mef_code_length"),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "subject",
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("short_label", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.CheckConstraint("length(code) = 6", name="subject_code_length"),
        sa.PrimaryKeyConstraint("code"),
    )


def _programme() -> None:
    source = sa.Enum(
        "siecle", "lsl", name="programme_source", native_enum=False, create_constraint=True,
        length=20,
    )  # fmt: skip
    op.create_table(
        "programme",
        sa.Column("source", source, nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("mef_code", sa.String(length=10), nullable=False),
        sa.Column("subject_code", sa.String(length=6), nullable=False),
        sa.Column("modality", sa.String(length=1), nullable=False),
        sa.Column("has_periods", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("source", "start_year", "mef_code", "subject_code", "modality"),
    )
    op.create_index("programme_mef", "programme", ["start_year", "mef_code"], unique=False)


def _sts() -> None:
    op.create_table(
        "sts_teacher",
        sa.Column("school_uai", sa.String(length=8), nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("sts_id", sa.String(length=40), nullable=False),
        sa.Column("last_name", sa.String(), nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["school_uai"], ["school.uai"]),
        sa.PrimaryKeyConstraint("school_uai", "start_year", "sts_id"),
    )
    op.create_table(
        "sts_service",
        sa.Column("school_uai", sa.String(length=8), nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("division_code", sa.String(), nullable=False),
        sa.Column("subject_code", sa.String(length=6), nullable=False),
        sa.Column("sts_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_uai", "start_year", "sts_id"],
            ["sts_teacher.school_uai", "sts_teacher.start_year", "sts_teacher.sts_id"],
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "school_uai", "start_year", "division_code", "subject_code", "sts_id"
        ),
    )
