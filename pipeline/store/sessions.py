"""The statements of sessions: opened, found with who it is in one read, replaced, ended."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from pipeline.domain.accounts import AccountState
from pipeline.store import rows as t
from pipeline.store.accounts import PRINCIPAL
from pipeline.store.rows import AnyRow

s, a = t.login_session.c, t.account.c
_SHA256 = sa.bindparam("sha256", type_=sa.String())
_FOUND = (
    sa.select(
        *PRINCIPAL, s.id, s.csrf, s.token_sha256, s.former_sha256, s.former_until,
        s.opened_at, s.renewed_at, s.seen_at,
    )
    .select_from(t.login_session.join(t.account))
    .where(
        sa.or_(s.token_sha256 == _SHA256, s.former_sha256 == _SHA256),
        a.state == AccountState.ACTIVE,
    )
)  # fmt: skip


def start(
    connection: sa.Connection, account_id: int, *, sha256: str, csrf: str, now: dt.datetime
) -> int:
    """Open a session; its id."""
    row = {"account_id": account_id, "token_sha256": sha256, "csrf": csrf}
    row |= {"opened_at": now, "renewed_at": now, "seen_at": now}
    made = sa.insert(t.login_session).values(**row).returning(s.id)
    return int(connection.execute(made).scalar_one())


def found(connection: sa.Connection, sha256: str) -> AnyRow | None:
    """The session of a token or of the one before it, with its account if that is active."""
    return connection.execute(_FOUND, {"sha256": sha256}).first()


def change(connection: sa.Connection, session_id: int, held_sha256: str, /, **values: Any) -> bool:
    """Set columns of a session unless another replaced its token meanwhile; whether this did."""
    changed = (
        sa.update(t.login_session)
        .where(s.id == session_id, s.token_sha256 == held_sha256)
        .values(**values)
    )
    return connection.execute(changed).rowcount == 1


def of_account(
    connection: sa.Connection, account_id: int, *, opened: dt.datetime, seen: dt.datetime
) -> list[AnyRow]:
    """The sessions of an account that were opened and seen after, newest first."""
    chosen = sa.select(s.id, s.opened_at, s.seen_at).where(
        s.account_id == account_id, s.opened_at > opened, s.seen_at > seen
    )
    return list(connection.execute(chosen.order_by(s.opened_at.desc(), s.id.desc())).all())


def end(connection: sa.Connection, account_id: int, session_id: int) -> bool:
    """End one session of an account; whether it was there."""
    ended = sa.delete(t.login_session).where(s.id == session_id, s.account_id == account_id)
    return connection.execute(ended).rowcount == 1


def end_all(connection: sa.Connection, account_id: int, but: int | None = None) -> int:
    """End the sessions of an account, but one; how many."""
    ended = sa.delete(t.login_session).where(s.account_id == account_id)
    if but is not None:
        ended = ended.where(s.id != but)
    return connection.execute(ended).rowcount


def purge(connection: sa.Connection, *, opened: dt.datetime, seen: dt.datetime) -> int:
    """Remove the sessions opened or last seen before; how many."""
    over = sa.delete(t.login_session).where(sa.or_(s.opened_at <= opened, s.seen_at <= seen))
    return connection.execute(over).rowcount
