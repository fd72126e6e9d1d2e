"""The accounts: listed, made, changed, closed, opened, invited again."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from pipeline import invitations
from pipeline.desk import admin_accounts
from pipeline.desk.admin_account_form import Form as Typed
from pipeline.desk.admin_accounts import Filters
from pipeline.domain.accounts import AccountState, Principal, Role
from pipeline.domain.given_file import printable
from pipeline.errors import AccountRefused
from pipeline.invitations import Invitation
from pipeline.wiring import Wiring
from web.admin_doors import Number, RightFirst, address, around, number_of, one_of
from web.admin_reach import groups_of
from web.deps import Me, Wired
from web.views import page, redirect

router = APIRouter(prefix="/administration/comptes", route_class=RightFirst)
Several = Annotated[list[str] | None, Form()]


@router.get("")
def show(
    request: Request, wiring: Wired, me: Me, etablissement: str = "", role: str = "",
    etat: str = "", q: str = "",
) -> Response:  # fmt: skip
    """A page of the list, and its filters."""
    given = {"etablissement": etablissement, "role": role, "etat": etat, "q": q}
    filters = Filters(
        printable(etablissement), one_of(Role, role), one_of(AccountState, etat),
        printable(q.strip()),
    )  # fmt: skip
    number = number_of(request.query_params.get("page", "")) or 1
    found = admin_accounts.listed(wiring, me, filters, number)
    schools, _ = admin_accounts.choices(wiring, me)
    return page(
        request, "admin/accounts.html", found=found, given=given, schools=schools,
        roles=list(Role), states=list(AccountState),
        around=around(found.page, found.page_count, "/comptes", **given),
    )  # fmt: skip


@router.get("/nouveau")
def show_new(request: Request, wiring: Wired, me: Me) -> Response:
    """The form of a new account."""
    return _form(request, wiring, me, Typed())


@router.post("/nouveau")
def add(
    request: Request, wiring: Wired, me: Me,
    login: Annotated[str, Form(alias="adresse")] = "",
    name: Annotated[str, Form(alias="nom")] = "",
    role: Annotated[str, Form()] = "", etablissements: Several = None, divisions: Several = None,
) -> Response:  # fmt: skip
    """Make the account; its invitation is on the answer's page and nowhere else."""
    typed = Typed(login, name, role, etablissements or (), _numbers(divisions))
    made = admin_accounts.add(wiring, me, typed)
    if not isinstance(made, Invitation):
        return _form(request, wiring, me, typed, made, 422)
    return _invited(request, wiring, me, made)


@router.get("/{account_id}")
def show_one(request: Request, wiring: Wired, me: Me, account_id: Number) -> Response:
    """One account, and the form of its reach."""
    return _one(request, wiring, me, account_id)


@router.post("/{account_id}")
def change(
    request: Request, wiring: Wired, me: Me, account_id: Number,
    role: Annotated[str, Form()] = "", etablissements: Several = None, divisions: Several = None,
) -> Response:  # fmt: skip
    """Replace its role, schools and divisions."""
    typed = Typed(role=role, schools=etablissements or (), divisions=_numbers(divisions))
    faults = admin_accounts.change_reach(wiring, me, account_id, typed)
    if faults:
        return _one(request, wiring, me, account_id, typed, faults, 422)
    return redirect(request, address(f"/comptes/{account_id}"), "Périmètre enregistré.")


@router.post("/{account_id}/invitation")
def invite(request: Request, wiring: Wired, me: Me, account_id: Number) -> Response:
    """A new invitation, shown once."""
    try:
        made = admin_accounts.invite_again(wiring, me, account_id)
    except AccountRefused as error:
        return _one(request, wiring, me, account_id, None, _of_form(error), 422)
    return _invited(request, wiring, me, made)


@router.post("/{account_id}/desactivation")
def disable(request: Request, wiring: Wired, me: Me, account_id: Number) -> Response:
    """Close the account."""
    try:
        admin_accounts.disable(wiring, me, account_id)
    except AccountRefused as error:
        return _one(request, wiring, me, account_id, None, _of_form(error), 422)
    told = "Compte désactivé : ses sessions sont fermées."
    return redirect(request, address("/comptes"), told)


@router.post("/{account_id}/reouverture")
def reopen(request: Request, wiring: Wired, me: Me, account_id: Number) -> Response:
    """Open it again."""
    admin_accounts.reopen(wiring, me, account_id)
    return redirect(request, address(f"/comptes/{account_id}"), "Compte rouvert.")


def _numbers(texts: list[str] | None) -> tuple[int, ...]:
    """The ids of the boxes; what is no number is no division, and is said so."""
    return tuple(-1 if (found := number_of(one)) is None else found for one in texts or ())


def _of_form(error: AccountRefused) -> dict[str, str]:
    return {"form": " ".join(error.faults)}


def _form(
    request: Request, wiring: Wiring, me: Principal, typed: Typed,
    faults: dict[str, str] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    shown = _reach(wiring, me, typed)
    return page(
        request, "admin/account_new.html", status=status, typed=typed, faults=faults or {}, **shown
    )


def _one(
    request: Request, wiring: Wiring, me: Principal, account_id: int, typed: Typed | None = None,
    faults: dict[str, str] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    one = admin_accounts.find(wiring, me, account_id)
    held = Typed(
        role=one.row.role, schools=one.reach.schools,
        divisions=[number for number, _ in one.reach.divisions],
    )  # fmt: skip
    return page(
        request, "admin/account.html", status=status, one=one, typed=typed or held,
        faults=faults or {}, is_me=account_id == me.account_id,
        **_reach(wiring, me, typed or held),
    )  # fmt: skip


def _reach(wiring: Wiring, me: Principal, typed: Typed) -> dict[str, Any]:
    schools, divisions = admin_accounts.choices(wiring, me)
    return {"schools": groups_of(schools, divisions, typed), "roles": list(Role)}


def _invited(request: Request, wiring: Wiring, me: Principal, made: Invitation) -> Response:
    one = admin_accounts.find(wiring, me, made.account_id)
    link = invitations.link(wiring, made)
    return page(request, "admin/invitation.html", one=one, link=link, expires_at=made.expires_at)
