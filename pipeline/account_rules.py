"""What an account may be: its name, and where each role may reach."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from typing import Any

from pipeline.domain.accounts import LONGEST_NAME, Role
from pipeline.labels import ROLES
from pipeline.store import accounts as statements


def title_of(name: str) -> str:
    """A person's name as it is kept: NFC, single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def title_faults(title: str) -> list[str]:
    """What is wrong with a name."""
    if title and title.isprintable() and len(title) <= LONGEST_NAME:
        return []
    return [f"Donnez le nom de la personne, de {LONGEST_NAME} caractères au plus."]


def reach_faults(
    connection: Any, role: Role, schools: Collection[str], divisions: Collection[int]
) -> list[str]:
    """What is wrong with the schools and divisions given to a role, all of it."""
    if role is Role.ADMINISTRATOR:
        beyond = bool(schools or divisions)
        return ["Un administrateur n'a ni établissement ni division."] if beyond else []
    faults = [] if schools else [f"{ROLES[role]} : donnez au moins un établissement."]
    if divisions and role is not Role.TEACHER:
        faults.append(f"{ROLES[role]} : il voit toutes les divisions, n'en donnez aucune.")
    known = statements.known_schools(connection, schools)
    faults += [f"Établissement {uai} : inconnu." for uai in sorted(set(schools) - known)]
    where = statements.schools_of(connection, divisions)
    faults += [
        f"Division {one} : inconnue dans les établissements du compte."
        for one in sorted(set(divisions))
        if where.get(one) not in schools
    ]
    return faults


def reach_as_told(
    role: Role, schools: Collection[str], divisions: Collection[int]
) -> dict[str, Any]:
    """A role and its reach, for the audit."""
    return {"role": role, "schools": sorted(schools), "divisions": sorted(divisions)}
