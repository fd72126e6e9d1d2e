"""ElevesSansAdresses.xml and ElevesAvecAdresses.xml: the pupils and where they are."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from lxml import etree

from pipeline.domain.mef import Mef
from pipeline.domain.text import normalise_name
from pipeline.errors import UnreadableFile
from pipeline.exchange.problems import Problem, ProblemSeverity
from pipeline.exchange.xml_file import stream

ROOT = "BEE_ELEVES"
FAKE_DIVISIONS = frozenset({"INACTIFS"})
_UAI = re.compile(r"[0-9]{7}[A-Z]")


@dataclass(frozen=True, slots=True)
class SieclePupil:
    """One pupil; `mef` is the reference MEF, `None` when the code is none."""

    siecle_id: int
    ine: str | None
    last_name: str
    first_name: str
    mef: Mef | None
    status_code: str
    left_on: dt.date | None
    division_code: str | None = None


@dataclass(frozen=True, slots=True)
class SiecleFile:
    """What the file holds, and every problem found in it."""

    uai: str
    start_year: int
    pupils: tuple[SieclePupil, ...]
    problems: tuple[Problem, ...]


def read_siecle(path: Path) -> SiecleFile:
    """Read a SIECLE export, plain or zipped. Raises UnreadableFile."""
    reading = _Reading(path.name)
    stream(path, ROOT, ("PARAMETRES", "ELEVE", "STRUCTURES_ELEVE"), reading.take)
    return reading.finished()


def _text(element: etree._Element, tag: str) -> str:
    """A direct child's text: SCOLARITE_AN_DERNIER repeats CODE_MEF and CODE_STRUCTURE inside."""
    return (element.findtext(tag) or "").strip()


class _Reading:
    def __init__(self, name: str) -> None:
        self._name = name
        self._uai = self._year = ""
        self._pupils: list[SieclePupil] = []
        self._divisions: dict[int, str] = {}
        self._problems: list[Problem] = []

    def take(self, element: etree._Element) -> None:
        """Read one element of the stream."""
        if element.tag == "PARAMETRES":
            self._uai, self._year = _text(element, "UAJ"), _text(element, "ANNEE_SCOLAIRE")
        elif element.tag == "ELEVE":
            self._pupil(element)
        else:
            self._division(element)

    def _pupil(self, element: etree._Element) -> None:
        raw = (element.get("ELEVE_ID") or "").strip()
        if not raw.isdecimal() or int(raw) < 1:
            self._say(
                "siecle_id_missing", f"Élève sans ELEVE_ID valable, rang {len(self._pupils) + 1}."
            )
            return
        siecle_id = int(raw)
        names = (_text(element, tag) for tag in ("NOM_USAGE", "NOM_DE_FAMILLE", "NOM"))
        self._pupils.append(
            SieclePupil(
                siecle_id,
                _text(element, "ID_NATIONAL") or _text(element, "INE_BEA") or None,
                normalise_name(next((name for name in names if name), ""))[0],
                normalise_name(_text(element, "PRENOM"))[0],
                Mef.parse(_text(element, "CODE_MEF")),
                _text(element, "CODE_STATUT"),
                self._left_on(element, siecle_id),
            )
        )

    def _left_on(self, element: etree._Element, siecle_id: int) -> dt.date | None:
        text = _text(element, "DATE_SORTIE")
        if not text:
            return None
        try:
            return dt.datetime.strptime(text, "%d/%m/%Y").replace(tzinfo=dt.UTC).date()
        except ValueError:
            self._say(
                "date_unreadable",
                f"Élève {siecle_id} : date de sortie illisible, élève gardé comme présent.",
                siecle_id,
                ProblemSeverity.WARNING,
            )
            return None

    def _division(self, element: etree._Element) -> None:
        raw = (element.get("ELEVE_ID") or "").strip()
        for structure in element.findall("STRUCTURE"):
            code = _text(structure, "CODE_STRUCTURE")
            is_division = _text(structure, "TYPE_STRUCTURE") == "D"
            if raw.isdecimal() and is_division and code.upper() not in FAKE_DIVISIONS:
                self._divisions[int(raw)] = code

    def _say(
        self, code: str, message: str, siecle_id: int | None = None,
        severity: ProblemSeverity = ProblemSeverity.ERROR,
    ) -> None:  # fmt: skip
        self._problems.append(Problem(severity, code, message, siecle_id))

    def _doubles(self) -> None:
        ids = Counter(pupil.siecle_id for pupil in self._pupils)
        for siecle_id in (key for key, count in ids.items() if count > 1):
            self._say("siecle_id_twice", f"Élève {siecle_id} : présent plusieurs fois.", siecle_id)
        ines = Counter(pupil.ine for pupil in self._pupils if pupil.ine)
        for pupil in self._pupils:
            if pupil.ine and ines[pupil.ine] > 1 and ids[pupil.siecle_id] == 1:
                message = f"Élève {pupil.siecle_id} : son INE est aussi celui d'un autre élève."
                self._say("ine_twice", message, pupil.siecle_id)

    def finished(self) -> SiecleFile:
        """The whole file. Raises UnreadableFile without a school or a year."""
        if not _UAI.fullmatch(self._uai) or not self._year.isdecimal():
            raise UnreadableFile(self._name, "UAI ou année scolaire absents des paramètres.")
        self._doubles()
        pupils = tuple(
            replace(pupil, division_code=self._divisions.get(pupil.siecle_id))
            for pupil in self._pupils
        )
        return SiecleFile(self._uai, int(self._year), pupils, tuple(self._problems))
