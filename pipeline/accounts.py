"""Accounts: added by an administrator or the command, given their reach, closed and reopened."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from pipeline import account_rules, invitations
from pipeline.account_list import Account, listed
from pipeline.domain.accounts import AccountState, Role, login_of
from pipeline.errors import AccountRefused, NotFound
from pipeline.invitations import Invitation
from pipeline.store import accounts as statements
from pipeline.store import audit, sessions, tokens
from pipeline.wiring import Wiring

__all__ = [
    "Account",
    "Invitation",
    "add",
    "change_reach",
    "disable",
    "invite_again",
    "listed",
    "reopen",
]
_LAST = (
    "C'est le dernier administrateur actif : ajoutez-en un autre d'abord, "
    "sinon personne ne pourrait plus gérer les comptes."
)


def add(
    wiring: Wiring,
    *,
    by: str,
    login: str,
    name: str,
    role: Role,
    schools: Collection[str] = (),
    divisions: Collection[int] = (),
) -> Invitation:
    """Add an account and invite it. Raises AccountRefused with every fault."""
    known, title, now = login_of(login), account_rules.title_of(name), wiring.now()
    faults = [] if known else ["L'identifiant est une adresse électronique, nom@domaine."]
    faults += account_rules.title_faults(title)
    with wiring.store.writing() as unit:
        connection = unit.connection
        faults += account_rules.reach_faults(connection, role, schools, divisions)
        if known is None or faults:
            raise AccountRefused(faults)
        account_id = statements.add(connection, login=known, name=title, role=role, now=now)
        if account_id is None:
            raise AccountRefused(["Cette adresse a déjà un compte."])
        statements.set_reach(connection, account_id, schools, divisions)
        details = {
            "account_id": account_id,
            **account_rules.reach_as_told(role, schools, divisions),
        }
        audit.record(connection, now, by, "account_added", details)
        return invitations.make(connection, account_id, by=by, now=now)


def change_reach(
    wiring: Wiring,
    account_id: int,
    *,
    by: str,
    role: Role | None = None,
    schools: Collection[str] = (),
    divisions: Collection[int] = (),
) -> None:
    """Replace the role, if one is given, and the schools and divisions; at once for its sessions.

    Raises AccountRefused with every fault, NotFound.
    """
    with wiring.store.writing() as unit:
        connection = unit.connection
        held, is_last = _held(connection, account_id)
        wanted = role or held.role
        faults = account_rules.reach_faults(connection, wanted, schools, divisions)
        if is_last and wanted is not Role.ADMINISTRATOR:
            faults.append(_LAST)
        if faults:
            raise AccountRefused(faults)
        statements.change(connection, account_id, role=wanted)
        statements.set_reach(connection, account_id, schools, divisions)
        details = {
            "account_id": account_id,
            **account_rules.reach_as_told(wanted, schools, divisions),
        }
        audit.record(connection, wiring.now(), by, "reach_changed", details)


def disable(wiring: Wiring, account_id: int, *, by: str) -> None:
    """Close an account: its sessions, tokens and invitation end at once. Again does nothing.

    Raises AccountRefused for the last active administrator, NotFound.
    """
    with wiring.store.writing() as unit:
        connection = unit.connection
        held, is_last = _held(connection, account_id)
        if held.state == AccountState.DISABLED:
            return
        if is_last:
            raise AccountRefused([_LAST])
        statements.change(connection, account_id, state=AccountState.DISABLED)
        statements.void_invitation(connection, account_id)
        ended = {
            "session_count": sessions.end_all(connection, account_id),
            "token_count": tokens.revoke_all(connection, account_id),
        }
        details = {"account_id": account_id, **ended}
        audit.record(connection, wiring.now(), by, "account_disabled", details)


def reopen(wiring: Wiring, account_id: int, *, by: str) -> None:
    """Open a closed account again, with the password it had; without one it waits to be invited.

    Raises NotFound.
    """
    with wiring.store.writing() as unit:
        held, _ = _held(unit.connection, account_id)
        if held.state != AccountState.DISABLED:
            return
        state = AccountState.ACTIVE if held.password_hash else AccountState.INVITED
        statements.change(unit.connection, account_id, state=state)
        details = {"account_id": account_id}
        audit.record(unit.connection, wiring.now(), by, "account_reopened", details)


def invite_again(wiring: Wiring, account_id: int, *, by: str) -> Invitation:
    """Invite an account anew, to set its password or another; the former invitation is void.

    Raises AccountRefused for a closed account, NotFound.
    """
    with wiring.store.writing() as unit:
        held, _ = _held(unit.connection, account_id)
        if held.state == AccountState.DISABLED:
            raise AccountRefused(["Ce compte est désactivé : rouvrez-le d'abord."])
        return invitations.make(unit.connection, account_id, by=by, now=wiring.now())


def _held(connection: Any, account_id: int) -> tuple[Any, bool]:
    """The account, locked, and whether it is the only active administrator. Raises NotFound."""
    administrators = statements.hold_administrators(connection)
    held = statements.hold(connection, account_id)
    if held is None:
        raise NotFound("Compte", account_id)
    return held, administrators == {account_id}
