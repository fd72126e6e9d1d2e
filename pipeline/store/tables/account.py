"""Accounts and where they reach, their invitations, sessions and tokens, failed log-ins."""

import datetime as dt
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from pipeline.domain.accounts import LONGEST_LOGIN, LONGEST_NAME, AccountState, Role
from pipeline.store.types import Instant, word

_NO_ID_TWICE = {"sqlite_autoincrement": True}  # ids stand in the audit after their row is gone


def _instant() -> Any:
    return Field(sa_column=sa.Column(Instant, nullable=False))


def _instant_if_any() -> Any:
    return Field(default=None, sa_column=sa.Column(Instant))


def _account(*, primary_key: bool = False) -> Any:
    key = sa.ForeignKey("account.id", ondelete="CASCADE")
    return Field(sa_column=sa.Column(sa.Integer, key, primary_key=primary_key, nullable=False))


class Account(SQLModel, table=True):
    """A person who logs in by an e-mail address; never removed, the audit names it."""

    __table_args__ = (
        sa.UniqueConstraint("login", name="account_login_once"),
        sa.CheckConstraint(
            "state <> 'active' OR password_hash IS NOT NULL", name="active_has_password"
        ),
        _NO_ID_TWICE,
    )
    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(max_length=LONGEST_LOGIN)
    name: str = Field(max_length=LONGEST_NAME)
    role: Role = Field(sa_column=sa.Column(word(Role, "account_role"), nullable=False))
    state: AccountState = Field(
        sa_column=sa.Column(word(AccountState, "account_state"), nullable=False)
    )
    password_hash: str | None = None
    added_at: dt.datetime = _instant()
    logged_in_at: dt.datetime | None = _instant_if_any()


class AccountSchool(SQLModel, table=True):
    """That an account belongs to a school."""

    __tablename__: ClassVar[str] = "account_school"
    account_id: int = _account(primary_key=True)
    school_uai: str = Field(primary_key=True, foreign_key="school.uai", max_length=8)


class AccountDivision(SQLModel, table=True):
    """That a teacher was given a division."""

    __tablename__: ClassVar[str] = "account_division"
    account_id: int = _account(primary_key=True)
    division_id: int = Field(
        sa_column=sa.Column(
            sa.Integer, sa.ForeignKey("division.id", ondelete="CASCADE"), primary_key=True
        )
    )


class Invitation(SQLModel, table=True):
    """The one invitation of an account that may still be accepted; a new one takes its place."""

    __table_args__ = (sa.UniqueConstraint("token_sha256", name="invitation_token_once"),)
    account_id: int = _account(primary_key=True)
    token_sha256: str = Field(max_length=64)
    made_at: dt.datetime = _instant()
    expires_at: dt.datetime = _instant()


class LoginSession(SQLModel, table=True):
    """A session, by the digest of its token and, for a while, of the one before it."""

    __tablename__: ClassVar[str] = "login_session"
    __table_args__ = (
        sa.UniqueConstraint("token_sha256", name="session_token_once"),
        sa.UniqueConstraint("former_sha256", name="session_former_once"),
        sa.Index("session_account", "account_id"),
        _NO_ID_TWICE,
    )
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = _account()
    token_sha256: str = Field(max_length=64)
    former_sha256: str | None = Field(default=None, max_length=64)
    former_until: dt.datetime | None = _instant_if_any()  # none until the new one was seen
    csrf: str = Field(max_length=64)
    opened_at: dt.datetime = _instant()
    renewed_at: dt.datetime = _instant()  # when the token was last replaced
    seen_at: dt.datetime = _instant()  # to the minute


class ApiToken(SQLModel, table=True):
    """A secret that programs give instead of a session, by its digest."""

    __tablename__: ClassVar[str] = "api_token"
    __table_args__ = (
        sa.UniqueConstraint("secret_sha256", name="api_token_secret_once"),
        sa.Index("api_token_account", "account_id"),
        _NO_ID_TWICE,
    )
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = _account()
    label: str = Field(max_length=80)
    secret_sha256: str = Field(max_length=64)
    scopes: list[Any] = Field(sa_column=sa.Column(sa.JSON, nullable=False))
    made_at: dt.datetime = _instant()
    expires_at: dt.datetime = _instant()
    last_used_on: dt.date | None = None


class LoginFailures(SQLModel, table=True):
    """Failed log-ins of one login or from one address, by a digest of it."""

    __tablename__: ClassVar[str] = "login_failures"
    key: str = Field(primary_key=True, max_length=64)
    failure_count: int
    last_at: dt.datetime = _instant()
    wait_until: dt.datetime | None = _instant_if_any()
    forget_at: dt.datetime = _instant()
