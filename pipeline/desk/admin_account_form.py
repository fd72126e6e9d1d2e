"""The form of an account: what was typed and chosen, and what is wrong with it, by field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.desk.admin_schools import Faults, is_plain
from pipeline.domain.accounts import LONGEST_LOGIN, LONGEST_NAME, Role, login_of
from pipeline.domain.ids import LARGEST_ID
from pipeline.store import account_lists, accounts, admin_reads
from pipeline.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed and chosen, as it came."""

    login: str = ""
    name: str = ""
    role: str = ""
    schools: Sequence[str] = ()
    divisions: Sequence[int] = ()

    @property
    def wanted_role(self) -> Role | None:
        """The role, if it is one."""
        return Role(self.role) if self.role in set(Role) else None

    @property
    def reach(self) -> dict[str, Any]:
        """What the role may have of what was chosen: nothing for an administrator."""
        role = self.wanted_role
        return {
            "schools": [] if role is Role.ADMINISTRATOR else list(dict.fromkeys(self.schools)),
            "divisions": list(dict.fromkeys(self.divisions)) if role is Role.TEACHER else [],
        }


def who_faults(wiring: Wiring, form: Form) -> Faults:
    """What is wrong with the name and the address."""
    faults, name, login = {}, form.name.strip(), login_of(form.login)
    if not name:
        faults["name"] = "Donnez le prénom et le nom de la personne."
    elif len(name) > LONGEST_NAME:
        faults["name"] = f"Le nom est trop long : {LONGEST_NAME} caractères au plus."
    elif not is_plain(name):
        faults["name"] = "Le nom contient un caractère invisible ou un saut de ligne : retapez-le."
    if len(form.login) > LONGEST_LOGIN:
        faults["login"] = f"L’adresse est trop longue : {LONGEST_LOGIN} caractères au plus."
    elif login is None:
        faults["login"] = "Donnez une adresse électronique, par exemple prenom.nom@ac-lille.fr."
    elif _is_taken(wiring, login):
        faults["login"] = "Cette adresse a déjà un compte."
    return faults


def _is_taken(wiring: Wiring, login: str) -> bool:
    with wiring.store.reading() as connection:
        return account_lists.id_of(connection, login) is not None


def reach_faults(wiring: Wiring, form: Form) -> Faults:
    """What is wrong with the role, the schools and the divisions."""
    role = form.wanted_role
    if role is None:
        return {"role": "Choisissez un rôle."}
    if role is Role.ADMINISTRATOR:
        return {}
    if not form.schools:
        return {"schools": "Choisissez au moins un établissement."}
    with wiring.store.reading() as connection:
        known = {row.uai for row in admin_reads.schools(connection)}
        given = [one for one in form.divisions if 0 < one <= LARGEST_ID]
        owners = accounts.schools_of(connection, given)
    if set(form.schools) - known:
        return {"schools": "Un établissement choisi n’existe plus : rechargez la page."}
    if role is Role.TEACHER:
        outside = [one for one in form.divisions if owners.get(one) not in form.schools]
        if outside:
            return {"divisions": "Une division choisie n’est pas d’un des établissements choisis."}
    return {}
