"""Accounts, as the administrator makes, changes and closes them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any

from fastapi import Query, Request, Response
from pydantic import Field

from pipeline import invitations
from pipeline.desk import admin_accounts, admin_windows
from pipeline.desk.admin_accounts import Filters, Form, Reach
from pipeline.domain.accounts import LONGEST_LOGIN, LONGEST_NAME, AccountState, Role
from pipeline.domain.ids import LARGEST_ID
from pipeline.errors import InvalidEntry
from pipeline.invitations import Invitation
from web.api.answers import problems
from web.api.kinds import NO_NUL, Answer, Body, PathId, QueryUai, UaiText, Whole, text
from web.api.listing import UNUSABLE, Listed, Window, Windowed, cursor, listed
from web.api.routes import JSON_BODY, router
from web.deps import ApiMe, Wired

routes = router("Administration")
_PLACE = re.compile("[0-9]{1,9}")
MOST_SCHOOLS, MOST_DIVISIONS = 50, 200
Schools = Annotated[list[UaiText], Field(max_length=MOST_SCHOOLS)]
Divisions = Annotated[
    list[Annotated[Whole, Field(ge=1, le=LARGEST_ID)]], Field(max_length=MOST_DIVISIONS)
]
OfRole = Annotated[Role | None, Query(description="D'un rôle.")]
OfState = Annotated[AccountState | None, Query(description="Dans un état.")]
OfName = Annotated[
    str | None,
    Query(max_length=100, pattern=NO_NUL, description="Une part du nom ou de l'adresse."),
]


class AccountAnswer(Answer):
    """Un compte, sans rien qui serve à se connecter."""

    id: int = Field(description="Identifiant du compte.")
    login: str = Field(description="Adresse électronique.")
    name: str = Field(description="Nom.")
    role: Role = Field(description="Rôle.")
    state: AccountState = Field(description="Invité, actif ou désactivé.")
    schools: list[str] = Field(description="UAI des établissements.")
    divisions: list[int] = Field(description="Divisions confiées, d'un enseignant.")
    added_at: dt.datetime = Field(description="Quand il a été créé.")
    logged_in_at: dt.datetime | None = Field(description="Dernière connexion.")


class ReachWanted(Body):
    """Le rôle d'un compte et jusqu'où il va."""

    role: Role = Field(description="Rôle.")
    schools: Schools = Field(default=[], description="UAI des établissements.")
    divisions: Divisions = Field(default=[], description="Divisions confiées, d'un enseignant.")


class AccountWanted(ReachWanted):
    """Un compte à créer."""

    login: Annotated[str, text(LONGEST_LOGIN, 3)] = Field(description="Adresse électronique.")
    name: Annotated[str, text(LONGEST_NAME, 1)] = Field(description="Nom.")


class InvitationAnswer(Answer):
    """Une invitation à choisir un mot de passe ; montrée une fois."""

    account_id: int = Field(description="Identifiant du compte.")
    url: str = Field(description="Lien à remettre à la personne.")
    expires_at: dt.datetime = Field(description="Jusqu'à quand il vaut.")


@routes.get("/admin/accounts", response_model=Listed[AccountAnswer], responses=problems())
def list_accounts(
    wiring: Wired, me: ApiMe, window: Windowed, request: Request, response: Response,
    uai: QueryUai = None, role: OfRole = None, state: OfState = None, name: OfName = None,
) -> object:  # fmt: skip
    """Les comptes, par adresse."""
    filters = Filters(uai or "", role, state, name or "")
    start = _start(window)
    found = admin_windows.accounts(wiring, me, filters, window.limit + 1, start)
    items = [_one(row, found.reaches.get(row.id, Reach())) for row in found.rows[: window.limit]]
    more = len(found.rows) > window.limit
    following = cursor(start + window.limit) if more else None
    return listed(request, response, items, following)


@routes.post("/admin/accounts", status_code=201, responses=problems(415), dependencies=JSON_BODY)
def add_account(wiring: Wired, me: ApiMe, wanted: AccountWanted) -> InvitationAnswer:
    """Créer un compte et l'inviter."""
    made = admin_accounts.add(wiring, me, Form(**wanted.model_dump()))
    if not isinstance(made, Invitation):
        raise _faulty(made)
    return _invitation(wiring, made)


@routes.get("/admin/accounts/{account_id}", responses=problems(404))
def show_account(wiring: Wired, me: ApiMe, account_id: PathId) -> AccountAnswer:
    """Un compte."""
    found = admin_accounts.find(wiring, me, account_id)
    return _one(found.row, found.reach)


@routes.put(
    "/admin/accounts/{account_id}/reach", responses=problems(404, 415), dependencies=JSON_BODY
)
def change_reach(
    wiring: Wired, me: ApiMe, account_id: PathId, wanted: ReachWanted
) -> AccountAnswer:
    """Remplacer le rôle, les établissements et les divisions ; aussitôt, sessions comprises."""
    faults = admin_accounts.change_reach(wiring, me, account_id, Form(**wanted.model_dump()))
    if faults:
        raise _faulty(faults)
    return show_account(wiring, me, account_id)


@routes.post("/admin/accounts/{account_id}/disable", responses=problems(404))
def disable_account(wiring: Wired, me: ApiMe, account_id: PathId) -> AccountAnswer:
    """Désactiver un compte : ses sessions, jetons et invitation prennent fin."""
    admin_accounts.disable(wiring, me, account_id)
    return show_account(wiring, me, account_id)


@routes.post("/admin/accounts/{account_id}/reopen", responses=problems(404))
def reopen_account(wiring: Wired, me: ApiMe, account_id: PathId) -> AccountAnswer:
    """Rouvrir un compte désactivé."""
    admin_accounts.reopen(wiring, me, account_id)
    return show_account(wiring, me, account_id)


@routes.post("/admin/accounts/{account_id}/invitations", status_code=201, responses=problems(404))
def invite_again(wiring: Wired, me: ApiMe, account_id: PathId) -> InvitationAnswer:
    """Inviter de nouveau, par une session ; l'invitation précédente ne vaut plus."""
    return _invitation(wiring, admin_accounts.invite_again(wiring, me, account_id))


def _start(window: Window) -> int:
    if window.after is None:
        return 0
    if not _PLACE.fullmatch(window.after):
        raise InvalidEntry([UNUSABLE])
    return int(window.after)


def _one(row: Any, reach: Reach) -> AccountAnswer:
    return AccountAnswer(
        id=row.id, login=row.login, name=row.name, role=row.role, state=row.state,
        schools=list(reach.schools), divisions=[one for one, _ in reach.divisions],
        added_at=row.added_at, logged_in_at=row.logged_in_at,
    )  # fmt: skip


def _faulty(faults: dict[str, str]) -> InvalidEntry:
    return InvalidEntry(list(faults.values()), {name: [one] for name, one in faults.items()})


def _invitation(wiring: Wired, made: Invitation) -> InvitationAnswer:
    url = invitations.link(wiring, made)
    return InvitationAnswer(account_id=made.account_id, url=url, expires_at=made.expires_at)
