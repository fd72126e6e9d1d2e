"""The audit is read newest first, whole or of one actor or action."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("audit_at", "audit_event", ["at", "id"])
    op.create_index("audit_actor", "audit_event", ["actor", "at", "id"])
    op.create_index("audit_action", "audit_event", ["action", "at", "id"])
