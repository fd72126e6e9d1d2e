"""The summary of a night on its row, and when the upkeep let a version go."""

import sqlalchemy as sa
from alembic import op

from pipeline.store.types import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
COUNTS = ("new_count", "unchanged_count", "refused_count", "failed_count", "cancelled_count")


def upgrade() -> None:
    op.add_column("artifact", sa.Column("expired_at", Instant(), nullable=True))
    op.add_column("nightly_run", sa.Column("finished_at", Instant(), nullable=True))
    for name in COUNTS:
        column = sa.Column(name, sa.Integer(), server_default="0", nullable=False)
        op.add_column("nightly_run", column)
