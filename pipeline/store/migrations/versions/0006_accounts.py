"""Accounts and where they reach, their invitations, sessions and tokens, failed log-ins."""

import sqlalchemy as sa
from alembic import op

from pipeline.store.types import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _account()
    _reach()
    _invitation()
    _session()
    _api_token()
    _failures()


def _of_account() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE")


def _words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def _account() -> None:
    role = _words("account_role", "administrator", "head", "ddfpt", "teacher")
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", role, nullable=False),
        sa.Column(
            "state", _words("account_state", "invited", "active", "disabled"), nullable=False
        ),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("logged_in_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "state <> 'active' OR password_hash IS NOT NULL", name="active_has_password"
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("login", name="account_login_once"),
        sqlite_autoincrement=True,
    )


def _reach() -> None:
    op.create_table(
        "account_school",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("school_uai", sa.String(length=8), nullable=False),
        _of_account(),
        sa.ForeignKeyConstraint(["school_uai"], ["school.uai"]),
        sa.PrimaryKeyConstraint("account_id", "school_uai"),
    )
    op.create_table(
        "account_division",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        _of_account(),
        sa.ForeignKeyConstraint(["division_id"], ["division.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "division_id"),
    )


def _invitation() -> None:
    op.create_table(
        "invitation",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        _of_account(),
        sa.PrimaryKeyConstraint("account_id"),
        sa.UniqueConstraint("token_sha256", name="invitation_token_once"),
    )


def _session() -> None:
    op.create_table(
        "login_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("former_sha256", sa.String(length=64), nullable=True),
        sa.Column("former_until", Instant(), nullable=True),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("renewed_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        _of_account(),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_sha256", name="session_token_once"),
        sa.UniqueConstraint("former_sha256", name="session_former_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("session_account", "login_session", ["account_id"])


def _api_token() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        _of_account(),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("secret_sha256", name="api_token_secret_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("api_token_account", "api_token", ["account_id"])


def _failures() -> None:
    op.create_table(
        "login_failures",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("failure_count", sa.Integer(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.Column("wait_until", Instant(), nullable=True),
        sa.Column("forget_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
