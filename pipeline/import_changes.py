"""What an import changes for one pupil, said by SIECLE id; no value of him but where he is."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.domain.facts import SCHOOL_STATUS
from pipeline.exchange.problems import ProblemSeverity


class ChangeCode(StrEnum):
    """What happened to a pupil. Codes are API: added, never renamed."""

    ADDED = "pupil_added"
    MOVED = "pupil_moved"  # from one division to another, or to none
    GONE = "pupil_gone"  # left, or absent from the file: he is in no further export
    BACK = "pupil_back"
    STATUS_CHANGED = "status_changed"
    CORRECTED = "pupil_corrected"  # identity, MEF or leaving date


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one pupil; of a correction only the fields are named, never a value.

    A first import has one for every pupil: `what` is one text for all of whom the same is said.
    """

    siecle_id: int | None
    severity: ProblemSeverity
    code: ChangeCode
    what: str
    division: str  # where he is now; blank without one
    is_plain_arrival: bool  # he is new, and here: of a first import nearly all are

    @property
    def message(self) -> str:
        """The sentence; it names its pupil."""
        who = f"Élève {self.siecle_id}" if self.siecle_id else "Élève sans identifiant SIECLE"
        return f"{who} : {self.what}."

    def __str__(self) -> str:
        """The sentence alone."""
        return self.message


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a pupil is; `division` is its name, blank without one."""

    division: str
    status_code: str
    mef_code: str
    left_on: dt.date | None


def changes_of(
    siecle_id: int | None, before: Standing | None, after: Standing, corrected: Sequence[str] = ()
) -> list[Change]:
    """Each change between the two standings, in a stable order; none when nothing moved."""
    found = _told(before, after, corrected) if before else iter([_added(after)])
    is_plain = before is None and after.left_on is None
    return [
        Change(siecle_id, _severity(code, after), code, sys.intern(what), after.division, is_plain)
        for code, what in found
    ]


def _added(after: Standing) -> tuple[ChangeCode, str]:
    where = f"ajouté en {after.division}" if after.division else "ajouté sans division"
    return ChangeCode.ADDED, f"{where}, déjà parti" if after.left_on else where


def _told(
    before: Standing, after: Standing, corrected: Sequence[str]
) -> Iterator[tuple[ChangeCode, str]]:
    fields = list(corrected)
    if before.division != after.division:
        came, goes = before.division or "aucune division", after.division or "aucune division"
        yield ChangeCode.MOVED, f"passe de {came} à {goes}"
    if before.left_on is None and after.left_on is not None:
        yield ChangeCode.GONE, f"parti le {after.left_on:%d/%m/%Y}, hors des prochains fichiers"
    elif before.left_on is not None and after.left_on is None:
        yield ChangeCode.BACK, "de retour"
    elif before.left_on != after.left_on:
        fields.append("date de sortie")
    if before.status_code != after.status_code:
        came, goes = before.status_code or "aucun", after.status_code or "aucun"
        yield ChangeCode.STATUS_CHANGED, f"statut {came} devenu {goes}"
    if before.mef_code != after.mef_code:
        fields.append("MEF")
    if fields:
        yield ChangeCode.CORRECTED, f"corrigé ({', '.join(fields)})"


def _severity(code: ChangeCode, after: Standing) -> ProblemSeverity:
    """A warning where the pupil falls out of the next files."""
    falls_out = {
        ChangeCode.GONE: True,
        ChangeCode.MOVED: not after.division,
        ChangeCode.STATUS_CHANGED: after.status_code != SCHOOL_STATUS,
    }
    return ProblemSeverity.WARNING if falls_out.get(code) else ProblemSeverity.INFO
