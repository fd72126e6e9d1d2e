"""Accounts, as the administrator lists, makes, changes and closes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline import accounts
from pipeline.desk.admin_account_form import Form, reach_faults, who_faults
from pipeline.desk.admin_schools import Faults
from pipeline.desk.rights import need, need_session
from pipeline.domain.accounts import AccountState, Principal, Right
from pipeline.errors import AccountRefused, NotFound
from pipeline.invitations import Invitation
from pipeline.store import account_lists, admin_reads
from pipeline.store.account_lists import Filters, Reach
from pipeline.wiring import Wiring

PAGE = 50
__all__ = ["PAGE", "Filters", "Form", "Listing", "One", "Reach"]


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of accounts, and where each reaches."""

    rows: Sequence[Any]
    reaches: dict[int, Reach]
    count: int
    page: int
    page_count: int


@dataclass(frozen=True, slots=True)
class One:
    """An account and where it reaches."""

    row: Any
    reach: Reach


def listed(wiring: Wiring, me: Principal, filters: Filters, page: int) -> Listing:
    """A page of the accounts that the filters leave; the last one for a page too far."""
    need(me, Right.ADMINISTER)
    with wiring.store.reading() as connection:
        count = account_lists.count(connection, filters)
        page_count = max(1, -(-count // PAGE))
        page = min(max(page, 1), page_count)
        rows = account_lists.page(connection, filters, PAGE, (page - 1) * PAGE)
        reaches = account_lists.reaches(connection, [row.id for row in rows])
    return Listing(rows, reaches, count, page, page_count)


def find(wiring: Wiring, me: Principal, account_id: int) -> One:
    """One account. Raises NotFound."""
    need(me, Right.ADMINISTER)
    with wiring.store.reading() as connection:
        row = account_lists.one(connection, account_id)
        reaches = account_lists.reaches(connection, [account_id])
    if row is None:
        raise NotFound("Compte", account_id)
    return One(row, reaches.get(account_id, Reach()))


def choices(wiring: Wiring, me: Principal) -> tuple[list[Any], list[Any]]:
    """The schools and the divisions an account may be given."""
    need(me, Right.ADMINISTER)
    with wiring.store.reading() as connection:
        return admin_reads.schools(connection), admin_reads.school_divisions(connection)


def add(wiring: Wiring, me: Principal, form: Form) -> Invitation | Faults:
    """Add an account and invite it, or say what is wrong by field; then nothing is kept."""
    need(me, Right.ADMINISTER)
    faults = who_faults(wiring, form) | reach_faults(wiring, form)
    role = form.wanted_role
    if faults or role is None:
        return faults
    try:
        return accounts.add(
            wiring, by=me.actor, login=form.login, name=form.name, role=role, **form.reach
        )
    except AccountRefused as error:  # somebody was faster, or a rule that is not said by field
        return {"form": " ".join(error.faults)}


def change_reach(wiring: Wiring, me: Principal, account_id: int, form: Form) -> Faults:
    """Replace role, schools and divisions, or say what is wrong by field. Raises NotFound."""
    need(me, Right.ADMINISTER)
    faults = reach_faults(wiring, form)
    if faults or form.wanted_role is None:
        return faults
    try:
        accounts.change_reach(wiring, account_id, by=me.actor, role=form.wanted_role, **form.reach)
    except AccountRefused as error:
        return {"form": " ".join(error.faults)}
    return {}


def disable(wiring: Wiring, me: Principal, account_id: int) -> None:
    """Close an account. Raises AccountRefused for the last active administrator, NotFound."""
    need(me, Right.ADMINISTER)
    accounts.disable(wiring, account_id, by=me.actor)


def reopen(wiring: Wiring, me: Principal, account_id: int) -> None:
    """Open a closed account again. Raises NotFound."""
    need(me, Right.ADMINISTER)
    accounts.reopen(wiring, account_id, by=me.actor)


def invite_again(wiring: Wiring, me: Principal, account_id: int) -> Invitation:
    """A new invitation; the former one is void. Raises AccountRefused, NotFound.

    Who has it sets the account's password, so a token asks for none: Forbidden.
    """
    need(me, Right.ADMINISTER)
    need_session(me)
    return accounts.invite_again(wiring, account_id, by=me.actor)


def states(wiring: Wiring, me: Principal) -> dict[AccountState, int]:
    """How many accounts there are in each state."""
    need(me, Right.ADMINISTER)
    with wiring.store.reading() as connection:
        return account_lists.counts_by_state(connection)
