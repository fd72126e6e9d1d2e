"""People with accounts, made by the real use cases, and what the audit says of them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from pipeline import accounts, invitations, sessions
from pipeline.domain.accounts import Principal, Role
from pipeline.sessions import Opened
from pipeline.store import rows as t
from pipeline.wiring import Wiring

PASSWORD = "un atelier plein de copeaux"
ADDRESS = "192.0.2.7"
LOGINS = {
    Role.ADMINISTRATOR: "admin@lycee.example",
    Role.HEAD: "chef@lycee.example",
    Role.DDFPT: "ddfpt@lycee.example",
    Role.TEACHER: "prof@lycee.example",
}


def invited(w: Wiring, role: Role = Role.ADMINISTRATOR, **given: Any) -> Any:
    """An account that waits for its password; its invitation."""
    given = {"by": "tests", "login": LOGINS[role], "name": "Zoé ROUX"} | given
    return accounts.add(w, role=role, **given)


def person(w: Wiring, role: Role = Role.ADMINISTRATOR, **given: Any) -> int:
    """An active account whose password is PASSWORD; its id."""
    invitation = invited(w, role, **given)
    invitations.accept(w, invitation.token, PASSWORD)
    account_id: int = invitation.account_id
    return account_id


def log_in(w: Wiring, role: Role = Role.ADMINISTRATOR, password: str = PASSWORD) -> Opened:
    """Log in as the person of that role."""
    return sessions.log_in(w, LOGINS[role], password, address=ADDRESS)


def logged_in(w: Wiring, role: Role = Role.ADMINISTRATOR, **given: Any) -> Principal:
    """The principal of a new person who has logged in."""
    person(w, role, **given)
    return log_in(w, role).principal


def audited(w: Wiring, *actions: str) -> list[tuple[str, str, dict[str, Any]]]:
    """(actor, action, details) of the events, of these actions where some are given."""
    e = t.audit_event.c
    found = sa.select(e.actor, e.action, e.details).order_by(e.id)
    with w.store.reading() as connection:
        rows = connection.execute(found).all()
    return [tuple(row) for row in rows if not actions or row.action in actions]


def rows_of(w: Wiring, table: sa.Table) -> list[Any]:
    """Every row of a table."""
    with w.store.reading() as connection:
        return list(connection.execute(sa.select(table)).all())
