"""Schools, as the administrator adds and names them."""

from __future__ import annotations

import re
from typing import Any

from pipeline.desk.rights import need
from pipeline.domain.accounts import Principal, Right
from pipeline.domain.text import normalise
from pipeline.errors import NotFound
from pipeline.store import admin_reads, audit, schools
from pipeline.wiring import Wiring

LONGEST_NAME = 120
Faults = dict[str, str]  # by field; empty once it is done
_UAI = re.compile("[0-9]{7}[A-Z]")
_KEY_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"  # of the seven digits modulo 23: no I, O, Q


def listed(wiring: Wiring, me: Principal) -> list[Any]:
    """Every school with its counts of years and divisions."""
    need(me, Right.ADMINISTER)
    with wiring.store.reading() as connection:
        return admin_reads.schools(connection)


def find(wiring: Wiring, me: Principal, uai: str) -> Any:
    """One of them. Raises NotFound."""
    for row in listed(wiring, me):
        if row.uai == uai:
            return row
    raise NotFound("Établissement", _shown(uai))


def add(wiring: Wiring, me: Principal, *, uai: str, name: str, sure: bool = False) -> Faults:
    """Add a school; what is wrong comes back by field, and then nothing is kept.

    `sure` takes a UAI whose last letter is not the one its digits give.
    """
    need(me, Right.ADMINISTER)
    uai, name = uai.strip().upper(), name.strip()
    faults = _uai_faults(uai, sure=sure) | _name_faults(name)
    if faults:
        return faults
    now = wiring.now()
    with wiring.store.writing() as unit:
        if not schools.add(unit.connection, uai, name):
            return {"uai": "Cet établissement existe déjà."}
        audit.record(unit.connection, now, me.actor, "school_added", {"uai": uai})
    return {}


def rename(wiring: Wiring, me: Principal, uai: str, name: str) -> Faults:
    """Give a school another name. Raises NotFound; the same name again changes nothing."""
    need(me, Right.ADMINISTER)
    name = name.strip()
    if faults := _name_faults(name):
        return faults
    if not _UAI.fullmatch(uai):
        raise NotFound("Établissement", _shown(uai))
    now = wiring.now()
    with wiring.store.writing() as unit:
        held = schools.name_of(unit.connection, uai)
        if held is None:
            raise NotFound("Établissement", uai)
        if held != name:
            schools.rename(unit.connection, uai, name)
            audit.record(unit.connection, now, me.actor, "school_renamed", {"uai": uai})
    return {}


def key_letter(digits: str) -> str:
    """The letter that seven digits of a UAI give."""
    return _KEY_LETTERS[int(digits) % len(_KEY_LETTERS)]


def _uai_faults(uai: str, *, sure: bool) -> Faults:
    if not (_UAI.fullmatch(uai) and uai.isascii()):
        return {"uai": "Un UAI a sept chiffres et une lettre, par exemple 0750655E."}
    expected = key_letter(uai[:7])
    if uai[7] != expected and not sure:
        what = f"La lettre de ces chiffres serait {expected} : vérifiez l'UAI, ou confirmez-le."
        return {"uai": what, "sure": what}
    return {}


def _name_faults(name: str) -> Faults:
    if not name:
        return {"name": "Donnez un nom."}
    if len(name) > LONGEST_NAME:
        return {"name": f"Le nom est trop long : {LONGEST_NAME} caractères au plus."}
    if not is_plain(name):
        return {"name": "Le nom contient un caractère invisible ou un saut de ligne : retapez-le."}
    return {}


def is_plain(text: str) -> bool:
    """Whether a name is one line of visible characters, in no direction of its own."""
    return text.isprintable() and normalise(text)[0] == text


def _shown(uai: str) -> str:
    return uai if _UAI.fullmatch(uai) else "demandé"
