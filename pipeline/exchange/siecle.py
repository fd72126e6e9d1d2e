"""ElevesSansAdresses.xml and ElevesAvecAdresses.xml: the pupils and where they are."""

from __future__ import annotations

import datetime as dt
import sys
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from lxml import etree

from pipeline.domain.mef import Mef
from pipeline.errors import UnreadableFile
from pipeline.exchange.origin import origin_of
from pipeline.exchange.problems import Problem, ProblemCode, ProblemSeverity
from pipeline.exchange.roots import PUPILS
from pipeline.exchange.siecle_pupil import (
    FAKE_DIVISION,
    SieclePupil,
    division_codes_of,
    id_of,
    pupil_of,
)
from pipeline.exchange.values import date_of, text_of
from pipeline.exchange.xml_stream import Taker, elements, hand_out

_PUPIL = "DONNEES/ELEVES/ELEVE"
_ERROR, _WARNING = ProblemSeverity.ERROR, ProblemSeverity.WARNING
_CHANGED = "il a changé pendant sa lecture. Recommencez une fois qu'il est entier."


@dataclass(frozen=True, slots=True)
class SiecleFile:
    """A file read once and checked: every problem in it, and of each pupil a few bytes by id.

    The pupils as values come from the file again, one at a time.
    """

    path: Path = field(compare=False)
    uai: str
    start_year: int
    produced_on: dt.date | None
    mefs: Mapping[int, Mef | None]  # of every pupil, in the order of the file
    divisions: Mapping[int, str]
    left_on: Mapping[int, dt.date]  # of those who left
    problems: tuple[Problem, ...]
    checked: array[int]  # the hash of each pupil

    @property
    def file_name(self) -> str:
        """The name of the file, as it was given."""
        return self.path.name

    @property
    def booklet_count(self) -> int:
        """How many of the pupils are in première or terminale of the bac pro."""
        return sum(map(self.has_booklet, self.mefs))

    def has_booklet(self, siecle_id: int | None) -> bool:
        """Whether a pupil of that id is in the file, in première or terminale of the bac pro."""
        mef = self.mefs.get(siecle_id) if siecle_id else None
        return mef is not None and mef.has_booklets

    def pupils(self) -> Iterator[SieclePupil]:
        """Read the pupils again, in the order of the file, with their divisions.

        Raises UnreadableFile before it yields anything that is not what was checked. Where
        several have one ELEVE_ID, an error problem, each of them comes.
        """
        checked = iter(self.checked)
        for _, element in elements(self.path, PUPILS, (_PUPIL,)):
            if (siecle_id := id_of(element)) is None:
                continue
            pupil = pupil_of(element, siecle_id)
            if hash(pupil) != next(checked, None):
                raise UnreadableFile(self.path.name, _CHANGED)
            yield replace(pupil, division_code=self.divisions.get(siecle_id))
        if next(checked, None) is not None:
            raise UnreadableFile(self.path.name, _CHANGED)


def read_siecle(path: Path) -> SiecleFile:
    """Read and check a SIECLE export, plain or zipped. Raises UnreadableFile."""
    reading = _Reading(path)
    hand_out(path, PUPILS, reading.takers)
    return reading.finished()


class _Reading:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._uai = self._year = self._produced = ""
        self._mefs: dict[int, Mef | None] = {}
        self._each_mef: dict[Mef | None, Mef | None] = {}  # one value for all who prepare it
        self._ids_by_ine: dict[str, int] = {}
        self._divisions: dict[int, str] = {}
        self._left_on: dict[int, dt.date] = {}
        self._problems: list[Problem] = []
        self._checked = array("q")
        self.takers: dict[str, Taker] = {
            "PARAMETRES": self._parameters,
            _PUPIL: self._pupil,
            "DONNEES/STRUCTURES/STRUCTURES_ELEVE": self._structures,
        }

    def _parameters(self, element: etree._Element) -> None:
        self._uai, self._year = text_of(element, "UAJ"), text_of(element, "ANNEE_SCOLAIRE")
        self._produced = text_of(element, "DATE_EXPORT")

    def _pupil(self, element: etree._Element) -> None:
        if (siecle_id := id_of(element)) is None:
            what = "sans ELEVE_ID, ou avec un ELEVE_ID qui n'est pas un nombre"
            self._say(
                _ERROR, ProblemCode.SIECLE_ID_MISSING, f"Ligne {element.sourceline} : élève {what}."
            )
            return
        pupil = pupil_of(element, siecle_id)
        self._checked.append(hash(pupil))
        if siecle_id in self._mefs:
            what = f"présent plusieurs fois, dont ligne {element.sourceline}."
            self._say(_ERROR, ProblemCode.SIECLE_ID_TWICE, what, siecle_id)
            return
        self._mefs[siecle_id] = self._each_mef.setdefault(pupil.mef, pupil.mef)
        if pupil.left_on is not None:
            self._left_on[siecle_id] = pupil.left_on
        elif text_of(element, "DATE_SORTIE"):
            what = "date de sortie illisible, élève gardé comme présent."
            self._say(_WARNING, ProblemCode.DATE_UNREADABLE, what, siecle_id)
        self._judge(pupil)

    def _judge(self, pupil: SieclePupil) -> None:
        key = pupil.siecle_id
        if pupil.ine and (other := self._ids_by_ine.setdefault(pupil.ine, key)) != key:
            self._say(_ERROR, ProblemCode.INE_TWICE, f"même INE que l'élève {other}.", key)
        if not (pupil.last_name and pupil.first_name):
            self._say(_WARNING, ProblemCode.NAME_MISSING, "nom ou prénom absent.", key)
        if pupil.mef is None and pupil.left_on is None:
            self._say(_WARNING, ProblemCode.MEF_UNREADABLE, "code MEF absent ou illisible.", key)

    def _structures(self, element: etree._Element) -> None:
        if (siecle_id := id_of(element)) is None:
            return
        for code in division_codes_of(element):
            if code.casefold() == FAKE_DIVISION:
                what = "division fictive « Inactifs », ignorée."
                self._say(_WARNING, ProblemCode.DIVISION_FAKE, what, siecle_id)
            elif self._divisions.setdefault(siecle_id, sys.intern(code)) != code:
                what = "plusieurs divisions, la première est gardée."
                self._say(_WARNING, ProblemCode.SEVERAL_DIVISIONS, what, siecle_id)

    def _say(
        self, severity: ProblemSeverity, code: ProblemCode, what: str, siecle_id: int | None = None
    ) -> None:
        message = what if siecle_id is None else f"Élève {siecle_id} : {what}"
        self._problems.append(Problem(severity, code, message, siecle_id))

    def finished(self) -> SiecleFile:
        uai, start_year = origin_of(self._path.name, self._uai, self._year)
        produced_on = date_of(self._produced)
        if self._produced and produced_on is None:
            self._say(_WARNING, ProblemCode.DATE_UNREADABLE, "Date d'export du fichier illisible.")
        return SiecleFile(
            self._path, uai, start_year, produced_on, self._mefs, self._divisions, self._left_on,
            tuple(self._problems), self._checked,
        )  # fmt: skip
