"""Invitations: a link, good once and for seven days, by which a person sets a password."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from pipeline import one_time, tries
from pipeline.domain.accounts import AccountState, actor_of
from pipeline.domain.password_rules import faults_of, normalised
from pipeline.errors import InvitationUnusable, PasswordRefused
from pipeline.store import accounts, audit, sessions
from pipeline.wiring import Wiring

GOOD_FOR = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What is handed to a person; the token is shown once and kept nowhere."""

    account_id: int
    token: str = field(repr=False)
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Invited:
    """Who is invited."""

    login: str
    name: str


def make(connection: Any, account_id: int, *, by: str, now: dt.datetime) -> Invitation:
    """Invite an account in the caller's transaction; its former invitation is void."""
    token, until = one_time.make(), now + GOOD_FOR
    accounts.invite(connection, account_id, sha256=one_time.digest(token), now=now, until=until)
    audit.record(connection, now, by, "invitation_made", {"account_id": account_id})
    return Invitation(account_id, token, until)


def link(wiring: Wiring, invitation: Invitation) -> str:
    """The address where the invitation is accepted."""
    return f"{wiring.settings.public_url}/invitation/{invitation.token}"


def look(wiring: Wiring, token: str) -> Invited:
    """Who is invited. Raises InvitationUnusable."""
    row = _invited(wiring, token)
    return Invited(row.login, row.name)


def accept(wiring: Wiring, token: str, password: str) -> None:
    """Set the password of the account invited and end all its sessions; opens none.

    Works once, however many try at the same time. Raises InvitationUnusable, and
    PasswordRefused, which leaves the invitation good.
    """
    invited = _invited(wiring, token)
    if faults := faults_of(password, invited.login, invited.name):
        raise PasswordRefused(faults)
    hashed, now = wiring.passwords.hash(normalised(password) or ""), wiring.now()
    with wiring.store.writing() as unit:
        connection = unit.connection
        held = accounts.hold(connection, invited.id)
        taken = accounts.take_invitation(connection, one_time.digest(token), now)
        if held is None or taken != held.id or held.state == AccountState.DISABLED:
            raise InvitationUnusable
        accounts.change(connection, held.id, password_hash=hashed, state=AccountState.ACTIVE)
        ended = sessions.end_all(connection, held.id)
        tries.forget(connection, held.login)
        details = {"ended_session_count": ended}
        audit.record(connection, now, actor_of(held.id), "password_set", details)


def _invited(wiring: Wiring, token: str) -> Any:
    with wiring.store.reading() as connection:
        row = accounts.invited(connection, one_time.digest(token), wiring.now())
    if row is None:
        raise InvitationUnusable
    return row
