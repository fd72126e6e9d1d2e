"""A new password, chosen by who knows the one before it."""

from __future__ import annotations

from pipeline import tries
from pipeline.desk.rights import need_session
from pipeline.domain.accounts import AccountState, Principal
from pipeline.domain.password_rules import faults_of, normalised
from pipeline.errors import LoginRefused, NotLoggedIn, PasswordRefused
from pipeline.store import accounts, audit, sessions
from pipeline.wiring import Wiring


def change_password(
    wiring: Wiring, principal: Principal, session_id: int, current: str, new: str, *, address: str
) -> None:
    """Replace the password, end the account's other sessions and void its invitation.

    Raises PasswordRefused with every fault, TooManyTries and LoginRefused as a log-in does.
    """
    need_session(principal)
    before = _current(wiring, principal, current, address)
    faults = faults_of(new, principal.login, principal.name)
    if not faults and normalised(new) == normalised(current):
        faults = ["Le nouveau mot de passe est celui d'avant : choisissez-en un autre."]
    if faults:
        raise PasswordRefused(faults)
    hashed = wiring.passwords.hash(normalised(new) or "")
    now = wiring.now()
    with wiring.store.writing() as unit:
        connection = unit.connection
        held = accounts.hold(connection, principal.account_id)
        if held is None or held.state != AccountState.ACTIVE or held.password_hash != before:
            raise LoginRefused
        accounts.change(connection, principal.account_id, password_hash=hashed)
        accounts.void_invitation(connection, principal.account_id)
        ended = sessions.end_all(connection, principal.account_id, but=session_id)
        details = {"ended_session_count": ended}
        audit.record(connection, now, principal.actor, "password_changed", details)


def _current(wiring: Wiring, principal: Principal, password: str, address: str) -> str:
    """The hash in force, if this is its password; a wrong one counts as a failed log-in."""
    with wiring.store.writing() as unit:
        tries.count(unit.connection, principal.login, address, wiring.now())
        row = accounts.by_id(unit.connection, principal.account_id)
    if row is None or row.state != AccountState.ACTIVE:
        raise NotLoggedIn
    if not wiring.passwords.verify(row.password_hash, normalised(password)):
        raise LoginRefused
    with wiring.store.writing() as unit:
        tries.succeeded(unit.connection, principal.login, address)
    found: str = row.password_hash
    return found
