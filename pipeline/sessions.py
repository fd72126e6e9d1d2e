"""Sessions: opened by a password, found by a token that is often replaced, ended."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from pipeline import one_time
from pipeline.domain.accounts import Principal
from pipeline.errors import NotLoggedIn
from pipeline.logging_in import Opened, log_in
from pipeline.password_change import change_password
from pipeline.store import accounts, audit, throttle
from pipeline.store import sessions as statements
from pipeline.wiring import Wiring

__all__ = [
    "Opened", "Resolved", "change_password", "listed", "log_in", "log_out", "log_out_everywhere",
    "purge", "resolve",
]  # fmt: skip
RENEWED_AFTER = dt.timedelta(minutes=15)
FORMER_GOOD_FOR = dt.timedelta(seconds=60)  # once the new token was seen
SEEN_EACH = dt.timedelta(minutes=1)
IDLE = dt.timedelta(hours=2)
LONGEST = dt.timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Resolved:
    """Whose session it is, now; `new_token` takes the token's place where there is one."""

    principal: Principal
    session_id: int
    csrf: str = field(repr=False)
    new_token: str | None = field(default=None, repr=False)


def resolve(wiring: Wiring, token: str, *, idle: bool = False) -> Resolved:
    """Whose session it is, with the reach of this moment: one read, and at most one write.

    The token is replaced each 15 minutes. The former one is good until the new one was seen,
    and 60 s more: an answer that got lost logs nobody out. An `idle` look, of a page that asks
    by itself, changes nothing: the session ends as if it had not been. Raises NotLoggedIn.
    """
    sha256, now = one_time.digest(token), wiring.now()
    with wiring.store.reading() as connection:
        row = statements.found(connection, sha256)
    if row is None or _is_over(row, sha256, now):
        raise NotLoggedIn
    if idle:
        return Resolved(accounts.principal_of(row), row.id, row.csrf)
    new_token, changes = _renewal(row, sha256, now)
    if now - row.seen_at >= SEEN_EACH:
        changes["seen_at"] = now
    if changes:
        with wiring.store.writing() as unit:
            kept = statements.change(unit.connection, row.id, row.token_sha256, **changes)
        if not kept:  # another request was first: it was given the new token
            new_token = None
    return Resolved(accounts.principal_of(row), row.id, row.csrf, new_token)


def _is_over(row: Any, sha256: str, now: dt.datetime) -> bool:
    if now - row.opened_at >= LONGEST or now - row.seen_at >= IDLE:
        return True
    is_former = row.token_sha256 != sha256
    return bool(is_former and row.former_until is not None and row.former_until <= now)


def _renewal(row: Any, sha256: str, now: dt.datetime) -> tuple[str | None, dict[str, Any]]:
    """A new token if one is due, and what changes of the session."""
    if row.token_sha256 == sha256:
        if now - row.renewed_at >= RENEWED_AFTER:
            return _replaced(now, former_sha256=sha256)
        if row.former_sha256 is not None and row.former_until is None:
            return None, {"former_until": now + FORMER_GOOD_FOR}
    elif row.former_until is None and now - row.renewed_at >= FORMER_GOOD_FOR:
        return _replaced(now)  # the new one never arrived: another takes its place
    return None, {}


def _replaced(now: dt.datetime, **values: Any) -> tuple[str, dict[str, Any]]:
    token = one_time.make()
    changes = {"token_sha256": one_time.digest(token), "former_until": None, "renewed_at": now}
    return token, changes | values


def listed(wiring: Wiring, principal: Principal) -> list[Any]:
    """The open sessions of the account (id, opened_at, seen_at), newest first."""
    now = wiring.now()
    with wiring.store.reading() as connection:
        return statements.of_account(
            connection, principal.account_id, opened=now - LONGEST, seen=now - IDLE
        )


def log_out(wiring: Wiring, principal: Principal, session_id: int) -> None:
    """End one session of the account; nothing where it has ended."""
    with wiring.store.writing() as unit:
        if statements.end(unit.connection, principal.account_id, session_id):
            details = {"session_id": session_id}
            audit.record(unit.connection, wiring.now(), principal.actor, "logout", details)


def log_out_everywhere(wiring: Wiring, principal: Principal) -> int:
    """End every session of the account, this one too; how many."""
    with wiring.store.writing() as unit:
        count = statements.end_all(unit.connection, principal.account_id)
        details = {"session_count": count}
        audit.record(unit.connection, wiring.now(), principal.actor, "logout_everywhere", details)
    return count


def purge(wiring: Wiring) -> int:
    """Remove what is over: sessions, invitations, counts of failed log-ins; how many rows."""
    now = wiring.now()
    with wiring.store.writing() as unit:
        connection = unit.connection
        return (
            statements.purge(connection, opened=now - LONGEST, seen=now - IDLE)
            + accounts.purge_invitations(connection, now)
            + throttle.purge(connection, now)
        )
