"""ElevesSansAdresses.xml and ElevesAvecAdresses.xml: the pupils and where they are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

from lxml import etree

from pipeline.domain.mef import Mef
from pipeline.exchange.origin import origin_of
from pipeline.exchange.problems import Problem, ProblemCode, ProblemSeverity
from pipeline.exchange.roots import PUPILS
from pipeline.exchange.values import date_of, name_of, siecle_id_of, text_of
from pipeline.exchange.xml_stream import elements

FAKE_DIVISION = "inactifs"
_PUPIL, _PLACES = "DONNEES/ELEVES/ELEVE", "DONNEES/STRUCTURES/STRUCTURES_ELEVE"
_WANTED = ("PARAMETRES", _PUPIL, _PLACES)
_NAME_TAGS = ("NOM_DE_FAMILLE", "NOM_USAGE", "NOM")  # NOM before the summer of 2016
_ERROR, _WARNING = ProblemSeverity.ERROR, ProblemSeverity.WARNING


@dataclass(frozen=True, slots=True)
class SieclePupil:
    """One pupil; `mef` is the reference MEF, `None` when `mef_code`, as written, is none."""

    siecle_id: int
    ine: str | None
    last_name: str
    first_name: str
    mef: Mef | None
    mef_code: str
    status_code: str
    left_on: dt.date | None
    division_code: str | None = None


@dataclass(frozen=True, slots=True)
class SiecleFile:
    """What the file holds, in its order, and every problem found in it."""

    uai: str
    start_year: int
    produced_on: dt.date | None
    pupils: tuple[SieclePupil, ...]
    problems: tuple[Problem, ...]


def read_siecle(path: Path) -> SiecleFile:
    """Read a SIECLE export, plain or zipped. Raises UnreadableFile.

    Of pupils with the same ELEVE_ID the first is kept; the others are an error problem.
    """
    reading = _Reading(path.name)
    for place, element in elements(path, PUPILS, _WANTED):
        reading.take(place, element)
    return reading.finished()


class _Reading:
    def __init__(self, file_name: str) -> None:
        self._file_name = file_name
        self._uai = self._year = self._produced = ""
        self._pupils: dict[int, SieclePupil] = {}
        self._ids_by_ine: dict[str, int] = {}
        self._divisions: dict[int, str] = {}
        self._problems: list[Problem] = []

    def take(self, place: str, element: etree._Element) -> None:
        if place == "PARAMETRES":
            self._uai, self._year = text_of(element, "UAJ"), text_of(element, "ANNEE_SCOLAIRE")
            self._produced = text_of(element, "DATE_EXPORT")
        elif place == _PUPIL:
            self._pupil(element)
        elif place == _PLACES:
            self._structures(element)

    def _pupil(self, element: etree._Element) -> None:
        siecle_id = siecle_id_of(element.get("ELEVE_ID") or "")
        if siecle_id is None:
            what = "sans ELEVE_ID, ou avec un ELEVE_ID qui n'est pas un nombre"
            self._say(
                _ERROR, ProblemCode.SIECLE_ID_MISSING, f"Ligne {element.sourceline} : élève {what}."
            )
        elif siecle_id in self._pupils:
            what = f"présent plusieurs fois, dont ligne {element.sourceline}."
            self._say(_ERROR, ProblemCode.SIECLE_ID_TWICE, what, siecle_id)
        else:
            self._pupils[siecle_id] = self._read(element, siecle_id)

    def _read(self, element: etree._Element, siecle_id: int) -> SieclePupil:
        pupil = SieclePupil(
            siecle_id=siecle_id,
            ine=text_of(element, "ID_NATIONAL").upper() or None,
            last_name=name_of(element, *_NAME_TAGS),
            first_name=name_of(element, "PRENOM"),
            mef=Mef.parse(text_of(element, "CODE_MEF")),
            mef_code=text_of(element, "CODE_MEF"),
            status_code=text_of(element, "CODE_STATUT").upper(),
            left_on=date_of(text_of(element, "DATE_SORTIE")),
        )
        if text_of(element, "DATE_SORTIE") and pupil.left_on is None:
            what = "date de sortie illisible, élève gardé comme présent."
            self._say(_WARNING, ProblemCode.DATE_UNREADABLE, what, siecle_id)
        self._judge(pupil)
        return pupil

    def _judge(self, pupil: SieclePupil) -> None:
        key = pupil.siecle_id
        if pupil.ine and (other := self._ids_by_ine.setdefault(pupil.ine, key)) != key:
            self._say(_ERROR, ProblemCode.INE_TWICE, f"même INE que l'élève {other}.", key)
        if not (pupil.last_name and pupil.first_name):
            self._say(_WARNING, ProblemCode.NAME_MISSING, "nom ou prénom absent.", key)
        if pupil.mef is None and pupil.left_on is None:
            self._say(_WARNING, ProblemCode.MEF_UNREADABLE, "code MEF absent ou illisible.", key)

    def _structures(self, element: etree._Element) -> None:
        siecle_id = siecle_id_of(element.get("ELEVE_ID") or "")
        for structure in element.findall("STRUCTURE"):
            code = text_of(structure, "CODE_STRUCTURE")
            is_division = code and text_of(structure, "TYPE_STRUCTURE") == "D"
            if siecle_id is None or not is_division:
                continue
            if code.casefold() == FAKE_DIVISION:
                what = "division fictive « Inactifs », ignorée."
                self._say(_WARNING, ProblemCode.DIVISION_FAKE, what, siecle_id)
            elif self._divisions.setdefault(siecle_id, code) != code:
                what = "plusieurs divisions, la première est gardée."
                self._say(_WARNING, ProblemCode.SEVERAL_DIVISIONS, what, siecle_id)

    def _say(
        self, severity: ProblemSeverity, code: ProblemCode, what: str, siecle_id: int | None = None
    ) -> None:
        message = what if siecle_id is None else f"Élève {siecle_id} : {what}"
        self._problems.append(Problem(severity, code, message, siecle_id))

    def finished(self) -> SiecleFile:
        uai, start_year = origin_of(self._file_name, self._uai, self._year)
        produced_on = date_of(self._produced)
        if self._produced and produced_on is None:
            self._say(_WARNING, ProblemCode.DATE_UNREADABLE, "Date d'export du fichier illisible.")
        pupils = tuple(
            replace(pupil, division_code=self._divisions.get(pupil.siecle_id))
            for pupil in self._pupils.values()
        )
        return SiecleFile(uai, start_year, produced_on, pupils, tuple(self._problems))
