"""Logging in: a login and a password against a new session, or a refusal that tells nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import structlog

from pipeline import one_time, tries
from pipeline.domain.accounts import AccountState, Principal, login_of
from pipeline.domain.password_rules import normalised
from pipeline.errors import LoginRefused
from pipeline.store import accounts, audit, sessions
from pipeline.wiring import Wiring

VISITOR = "visitor"  # in the audit: whoever did not show who he is
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session; its token is known to nobody else."""

    token: str = field(repr=False)
    principal: Principal
    session_id: int
    csrf: str = field(repr=False)


def log_in(wiring: Wiring, login: str, password: str, *, address: str) -> Opened:
    """Open a new session. Raises TooManyTries, or LoginRefused that does not tell why.

    The work is the same for an unknown login, a closed account and another password.
    """
    name = login_of(login) or login
    now = wiring.now()
    with wiring.store.writing() as unit:
        tries.count(unit.connection, name, address, now)
        row = accounts.by_login(unit.connection, name) if login_of(login) else None
    hashed = row.password_hash if row is not None and _is_active(row) else None
    given = normalised(password)
    if given is None or hashed is None or not wiring.passwords.verify(hashed, given):
        if given is None or hashed is None:
            wiring.passwords.verify(None, given)
        _note_refused(wiring, row)
        raise LoginRefused
    return _open(wiring, row, given, name=name, address=address)


def _is_active(row: Any) -> bool:
    return bool(row.state == AccountState.ACTIVE)


def _note_refused(wiring: Wiring, row: Any) -> None:
    """An unknown login is not kept: it may be a password typed in the wrong field."""
    known = {} if row is None else {"account_id": row.account_id}
    with wiring.store.writing() as unit:
        audit.record(unit.connection, wiring.now(), VISITOR, "login_refused", known)
    log.info("login_refused", **known)


def _open(wiring: Wiring, row: Any, password: str, *, name: str, address: str) -> Opened:
    """Open it unless the account was closed, or got another password, while this one was read."""
    values: dict[str, Any] = {"logged_in_at": wiring.now()}
    if wiring.passwords.is_outdated(row.password_hash):
        values["password_hash"] = wiring.passwords.hash(password)
    token, csrf, now = one_time.make(), one_time.make(), wiring.now()
    with wiring.store.writing() as unit:
        connection = unit.connection
        held = accounts.hold(connection, row.account_id)
        if held is None or not _is_active(held) or held.password_hash != row.password_hash:
            raise LoginRefused
        accounts.change(connection, row.account_id, **values)
        tries.succeeded(connection, name, address)
        session_id = sessions.start(
            connection, row.account_id, sha256=one_time.digest(token), csrf=csrf, now=now
        )
        principal = accounts.principal_of(row)
        audit.record(connection, now, principal.actor, "login", {"session_id": session_id})
    return Opened(token, principal, session_id, csrf)
