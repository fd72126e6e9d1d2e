"""Which versions were uploaded to LSL, and the official reports kept beside them."""

import sqlalchemy as sa
from alembic import op

from pipeline.store.types import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sent",
        sa.Column("artifact_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("sent_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["artifact_id"], ["artifact.id"]),
        sa.PrimaryKeyConstraint("artifact_id"),
    )
    op.create_table(
        "sent_report",
        sa.Column("artifact_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kept_at", Instant(), nullable=False),
        sa.Column("kept_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["artifact_id"], ["sent.artifact_id"]),
        sa.PrimaryKeyConstraint("artifact_id", "sha256"),
    )
