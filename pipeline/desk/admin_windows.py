"""Accounts and the audit for programs: a window at a time, as the rows are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.desk.rights import need
from pipeline.domain.accounts import Principal, Right
from pipeline.store import account_lists, journal
from pipeline.store.account_lists import Filters, Reach
from pipeline.store.journal import Key, Wanted
from pipeline.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Accounts:
    """Some accounts, by login, and where each reaches."""

    rows: Sequence[Any]
    reaches: Mapping[int, Reach]


def accounts(wiring: Wiring, me: Principal, filters: Filters, limit: int, start: int) -> Accounts:
    """So many of the accounts that the filters leave, from a place of the list on."""
    need(me, Right.ADMINISTER)
    with wiring.store.reading() as connection:
        rows = account_lists.page(connection, filters, limit, start)
        return Accounts(rows, account_lists.reaches(connection, [row.id for row in rows]))


def events(
    wiring: Wiring, me: Principal, what: Wanted, limit: int, before: Key | None
) -> Sequence[Any]:
    """So many events that are older than the key, newest first."""
    need(me, Right.ADMINISTER)
    with wiring.store.reading() as connection:
        return journal.page(connection, what, limit, before)
