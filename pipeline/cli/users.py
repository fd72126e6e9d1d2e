"""Commands about accounts: the first administrator, and what one does without the pages."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

import typer

from pipeline import accounts, invitations
from pipeline.accounts import Account, Invitation
from pipeline.cli.common import (
    JsonOption,
    actor,
    console,
    day,
    emit,
    find_division,
    minute,
    show_with_names,
    wiring,
)
from pipeline.domain.accounts import Role, login_of
from pipeline.errors import InvalidEntry, NotFound
from pipeline.labels import ACCOUNT_STATES, ROLES

users = typer.Typer(help="Comptes des pages et de l'API.", no_args_is_help=True)
LoginArgument = Annotated[str, typer.Argument(help="L'adresse électronique du compte.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `lslpro`."""
    app.add_typer(users, name="users")


@users.command("add")
def add(
    login: LoginArgument,
    *,
    administrator: Annotated[
        bool, typer.Option("--administrator", help="Gère les comptes ; ne voit aucun livret.")
    ] = False,
    role: Annotated[str | None, typer.Option(help="head, ddfpt ou teacher.")] = None,
    name: Annotated[str, typer.Option(help="Nom affiché ; sinon l'adresse.")] = "",
    school: Annotated[list[str] | None, typer.Option(help="UAI ; répétable.")] = None,
    division: Annotated[
        list[str] | None, typer.Option(help="Division d'un enseignant ; répétable.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Ajouter un compte et donner le lien d'invitation, valable une fois."""
    rows = [find_division(one) for one in division or ()]
    invitation = accounts.add(
        wiring(),
        by=actor(),
        login=login,
        name=name or login,
        role=_role(role, administrator=administrator),
        schools={*(school or ()), *(row.school_uai for row in rows)},
        divisions={row.id for row in rows},
    )
    _tell(f"Compte {invitation.account_id} ajouté.", invitation, as_json=as_json)


@users.command("invite")
def invite(login: LoginArgument, as_json: JsonOption = False) -> None:
    """Donner une nouvelle invitation : mot de passe oublié, lien perdu. La précédente s'annule."""
    invitation = accounts.invite_again(wiring(), _find(login).id, by=actor())
    _tell("Nouvelle invitation.", invitation, as_json=as_json)


@users.command("list")
def list_users(as_json: JsonOption = False) -> None:
    """Les comptes, leur rôle et leur état."""
    found = accounts.listed(wiring())
    if as_json:
        emit([dataclasses.asdict(one) for one in found])
        return
    columns = ("Compte", "Rôle", "Où", "État", "Connexion", "Adresse")
    show_with_names("Comptes", columns, [_cells(one) for one in found])


@users.command("disable")
def disable(login: LoginArgument) -> None:
    """Désactiver un compte : ses sessions et ses jetons prennent fin aussitôt."""
    accounts.disable(wiring(), _find(login).id, by=actor())
    console.print("Compte désactivé, ses sessions et ses jetons ont pris fin.")


@users.command("reopen")
def reopen(login: LoginArgument) -> None:
    """Rouvrir un compte désactivé, avec le mot de passe qu'il avait."""
    accounts.reopen(wiring(), _find(login).id, by=actor())
    console.print("Compte ouvert.")


def _role(word: str | None, *, administrator: bool) -> Role:
    if administrator == (word is not None):
        raise InvalidEntry(["Donnez --administrator, ou un rôle avec --role : l'un des deux."])
    if administrator:
        return Role.ADMINISTRATOR
    if word not in list(Role):
        raise InvalidEntry([f"« {word} » : attendu {', '.join(Role)}."])
    return Role(str(word))


def _find(login: str) -> Account:
    wanted = login_of(login)
    for one in accounts.listed(wiring()):
        if one.login == wanted:
            return one
    raise NotFound("Compte", login, "« lslpro users list » les donne.")


def _tell(said: str, invitation: Invitation, *, as_json: bool) -> None:
    link = invitations.link(wiring(), invitation)
    if as_json:
        emit({"account_id": invitation.account_id, "link": link, "until": invitation.expires_at})
        return
    console.print(
        f"{said} Lien à transmettre à cette personne seule, valable une fois, "
        f"jusqu'au {minute(invitation.expires_at)} :",
        soft_wrap=True,
    )
    console.print(link, soft_wrap=True)


def _cells(one: Account) -> tuple[Any, ...]:
    reach = ", ".join(one.schools)
    if one.role is Role.TEACHER:
        reach += f" ({len(one.divisions)} division(s))"
    return (
        one.id, ROLES[one.role], reach, ACCOUNT_STATES[one.state],
        day(one.logged_in_at) or "jamais", one.login,
    )  # fmt: skip
