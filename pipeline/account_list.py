"""Accounts as those who manage them see them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pipeline.domain.accounts import AccountState, Role
from pipeline.store import accounts as statements
from pipeline.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Account:
    """An account as those who manage them see it."""

    id: int
    login: str
    name: str
    role: Role
    state: AccountState
    schools: tuple[str, ...]
    divisions: tuple[int, ...]
    added_at: dt.datetime
    logged_in_at: dt.datetime | None
    invited_until: dt.datetime | None  # the end of an invitation that is still good


def listed(wiring: Wiring) -> list[Account]:
    """Every account, by login."""
    now = wiring.now()
    with wiring.store.reading() as connection:
        rows = statements.listed(connection)
    return [
        Account(
            row.account_id, row.login, row.name, row.role, row.state,
            tuple(statements.only(row.schools)), tuple(statements.only(row.divisions)),
            row.added_at, row.logged_in_at,
            row.expires_at if row.expires_at is not None and row.expires_at > now else None,
        )
        for row in rows
    ]  # fmt: skip
