"""The first tables, and the triggers that mark booklets."""

import sqlalchemy as sa
from alembic import op

from pipeline.store.migrations.triggers_0001 import postgresql_statements, sqlite_statements
from pipeline.store.types import Hundredths, Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("booklet_id", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("audit_booklet", "audit_event", ["booklet_id", "revision"], unique=False)
    op.create_table(
        "competence",
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("reference_code", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.CheckConstraint("length(code) = 4", name="competence_code_length"),
        sa.PrimaryKeyConstraint("start_year", "code"),
    )
    op.create_table(
        "diploma",
        sa.Column("code", sa.String(length=5), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "nightly_run",
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("division_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("business_date"),
    )
    op.create_table(
        "school",
        sa.Column("uai", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.CheckConstraint("length(uai) = 8", name="uai_length"),
        sa.PrimaryKeyConstraint("uai"),
    )
    op.create_table(
        "division",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_uai", sa.String(length=8), nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("diploma_code", sa.String(length=5), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "premiere",
                "terminale",
                name="division_level",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["diploma_code"],
            ["diploma.code"],
        ),
        sa.ForeignKeyConstraint(
            ["school_uai"],
            ["school.uai"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "school_uai", "start_year", "code", "diploma_code", "level", name="division_once"
        ),
        sa.UniqueConstraint("school_uai", "start_year", "label", name="division_label_once"),
    )
    op.create_table(
        "framework_competence",
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("diploma_code", sa.String(length=5), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "premiere",
                "terminale",
                name="framework_level",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("competence_code", sa.String(length=4), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["diploma_code"],
            ["diploma.code"],
        ),
        sa.ForeignKeyConstraint(
            ["start_year", "competence_code"],
            ["competence.start_year", "competence.code"],
        ),
        sa.PrimaryKeyConstraint("start_year", "diploma_code", "level", "competence_code"),
    )
    op.create_table(
        "level_settings",
        sa.Column("school_uai", sa.String(length=8), nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("diploma_code", sa.String(length=5), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "premiere",
                "terminale",
                name="settings_level",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "periodicity",
            sa.Enum(
                "trimester",
                "semester",
                name="periodicity",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("exports_pfmp", sa.Boolean(), nullable=False),
        sa.Column("exports_project", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["diploma_code"],
            ["diploma.code"],
        ),
        sa.ForeignKeyConstraint(
            ["school_uai"],
            ["school.uai"],
        ),
        sa.PrimaryKeyConstraint("school_uai", "start_year", "diploma_code", "level"),
    )
    op.create_table(
        "student",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_uai", sa.String(length=8), nullable=False),
        sa.Column("siecle_id", sa.Integer(), nullable=True),
        sa.Column("ine", sa.String(), nullable=True),
        sa.Column("last_name", sa.String(), nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.CheckConstraint("siecle_id > 0", name="siecle_id_positive"),
        sa.ForeignKeyConstraint(
            ["school_uai"],
            ["school.uai"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("school_uai", "ine", name="student_ine_once"),
        sa.UniqueConstraint("school_uai", "siecle_id", name="student_siecle_once"),
    )
    op.create_table(
        "booklet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=True),
        sa.Column("mef_code", sa.String(length=10), nullable=False),
        sa.Column("status_code", sa.String(length=4), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["division_id"],
            ["division.id"],
        ),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("student_id", "start_year", name="booklet_once"),
    )
    op.create_index("booklet_division", "booklet", ["division_id"], unique=False)
    op.create_table(
        "export_job",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "on_demand",
                "nightly",
                name="job_kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "running",
                "ready",
                "refused",
                "failed",
                "cancelled",
                name="job_state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "new_version",
                "unchanged",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("requested_by", sa.String(length=80), nullable=False),
        sa.Column("requested_at", Instant(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=200), nullable=True),
        sa.Column("business_date", sa.Date(), nullable=True),
        sa.Column("retry_of", sa.String(length=36), nullable=True),
        sa.Column("attempt_count", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=36), nullable=True),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("cancel_requested_at", Instant(), nullable=True),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("done_count", sa.Integer(), nullable=False),
        sa.Column("total_count", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("error_code", sa.String(length=60), nullable=True),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["division_id"],
            ["division.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("division_id", "profile", "business_date", name="job_night_once"),
        sa.UniqueConstraint("idempotency_key", "requested_by", name="job_key_once"),
    )
    op.create_index(
        "job_one_queued",
        "export_job",
        ["division_id", "profile"],
        unique=True,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "job_open",
        "export_job",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'running')"),
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )
    op.create_table(
        "artifact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("manifest", sa.JSON(), nullable=False),
        sa.CheckConstraint("version > 0", name="version_positive"),
        sa.ForeignKeyConstraint(
            ["division_id"],
            ["division.id"],
        ),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["export_job.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("division_id", "profile", "version", name="artifact_version_once"),
        sa.UniqueConstraint("file_name", name="artifact_name_once"),
    )
    op.create_index("artifact_sha256", "artifact", ["sha256"], unique=False)
    op.create_table(
        "completeness",
        sa.Column("booklet_id", sa.Integer(), nullable=False),
        sa.Column("wanted_revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("computed_revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("nudged_revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "light",
            sa.Enum(
                "red",
                "orange",
                "green",
                name="light",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("gaps", sa.JSON(), nullable=True),
        sa.Column("computed_at", Instant(), nullable=True),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("attempt_count", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("computed_revision <= wanted_revision", name="computed_not_ahead"),
        sa.ForeignKeyConstraint(["booklet_id"], ["booklet.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("booklet_id"),
    )
    op.create_index(
        "completeness_dirty",
        "completeness",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("wanted_revision > computed_revision"),
        postgresql_where=sa.text("wanted_revision > computed_revision"),
    )
    op.create_table(
        "evaluation",
        sa.Column("booklet_id", sa.Integer(), nullable=False),
        sa.Column("subject_code", sa.String(length=6), nullable=False),
        sa.Column("modality", sa.String(length=1), nullable=False),
        sa.Column("appreciation", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["booklet_id"], ["booklet.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("booklet_id", "subject_code"),
    )
    op.create_table(
        "pfmp",
        sa.Column("booklet_id", sa.Integer(), nullable=False),
        sa.Column("synthesis", sa.String(), nullable=True),
        sa.Column("teacher_last_name", sa.String(), nullable=True),
        sa.Column("teacher_first_name", sa.String(), nullable=True),
        sa.Column("week_count", sa.Integer(), nullable=True),
        sa.Column("abroad", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["booklet_id"], ["booklet.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("booklet_id"),
    )
    op.create_table(
        "project",
        sa.Column("booklet_id", sa.Integer(), nullable=False),
        sa.Column("average", Hundredths(), nullable=True),
        sa.Column("appreciation", sa.String(), nullable=True),
        sa.Column("teacher_last_name", sa.String(), nullable=True),
        sa.Column("teacher_first_name", sa.String(), nullable=True),
        sa.CheckConstraint("average BETWEEN 0 AND 2000", name="project_average_range"),
        sa.ForeignKeyConstraint(["booklet_id"], ["booklet.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("booklet_id"),
    )
    op.create_table(
        "period_average",
        sa.Column("booklet_id", sa.Integer(), nullable=False),
        sa.Column("subject_code", sa.String(length=6), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("average", Hundredths(), nullable=False),
        sa.CheckConstraint("average BETWEEN 0 AND 2000", name="average_range"),
        sa.CheckConstraint("period BETWEEN 1 AND 3", name="period_range"),
        sa.ForeignKeyConstraint(
            ["booklet_id", "subject_code"],
            ["evaluation.booklet_id", "evaluation.subject_code"],
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("booklet_id", "subject_code", "period"),
    )
    op.create_table(
        "rating",
        sa.Column("booklet_id", sa.Integer(), nullable=False),
        sa.Column("subject_code", sa.String(length=6), nullable=False),
        sa.Column("competence_code", sa.String(length=4), nullable=False),
        sa.Column("mastery", sa.Integer(), nullable=False),
        sa.CheckConstraint("mastery BETWEEN 1 AND 4", name="mastery_range"),
        sa.ForeignKeyConstraint(
            ["booklet_id", "subject_code"],
            ["evaluation.booklet_id", "evaluation.subject_code"],
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("booklet_id", "subject_code", "competence_code"),
    )
    op.create_table(
        "teacher",
        sa.Column("booklet_id", sa.Integer(), nullable=False),
        sa.Column("subject_code", sa.String(length=6), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("last_name", sa.String(), nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["booklet_id", "subject_code"],
            ["evaluation.booklet_id", "evaluation.subject_code"],
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("booklet_id", "subject_code", "position"),
    )
    dialect = op.get_bind().dialect.name
    statements = sqlite_statements() if dialect == "sqlite" else postgresql_statements()
    for statement in statements:
        op.execute(statement)
