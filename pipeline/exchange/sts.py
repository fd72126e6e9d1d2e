"""sts_emp_UAI_YEAR.xml: the teachers of a school, and what each teaches to which division."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from pipeline.domain.programme import subject_code_of
from pipeline.exchange.origin import origin_of
from pipeline.exchange.problems import Problem, ProblemCode, ProblemSeverity, Tally
from pipeline.exchange.roots import STS
from pipeline.exchange.values import line_of, name_of, text_of
from pipeline.exchange.xml_stream import Taker, hand_out

TEACHES = "ENS"  # FONCTION of a teacher; blank for those on leave or retired
_LONGEST_ID = 40
_USUAL_TYPE = "epp"  # the national base's; ids of other types (local) may repeat its numbers


@dataclass(frozen=True, slots=True)
class StsTeacherRow:
    """A teacher by STS id; the id of a type other than `epp` bears its type."""

    sts_id: str
    last_name: str
    first_name: str


@dataclass(frozen=True, slots=True, order=True)
class StsServiceRow:
    """That a teacher teaches a subject to a division, in it or in a group of it."""

    division_code: str
    subject_code: str
    sts_id: str


@dataclass(frozen=True, slots=True)
class StsFile:
    """What the file holds, each thing once, and what is wrong in it."""

    uai: str
    start_year: int
    teachers: tuple[StsTeacherRow, ...]
    services: tuple[StsServiceRow, ...]
    problems: tuple[Problem, ...]
    file_name: str = field(default="", compare=False)


def read_sts(path: Path) -> StsFile:
    """Read an STS export, plain or zipped. Raises UnreadableFile.

    Kept are those who have a service, whatever their function, and those whose function is to
    teach: an individual without function (leave, retirement) may still bear a service.
    """
    reading = _Reading(path.name)
    hand_out(path, STS, reading.takers)
    return reading.finished()


class _Reading:
    def __init__(self, file_name: str) -> None:
        self._file_name = file_name
        self._uai = self._year = ""
        self._individuals: dict[str, StsTeacherRow] = {}
        self._teaching: set[str] = set()
        self._services: dict[StsServiceRow, int] = {}
        self._tally = Tally()
        self.takers: dict[str, Taker] = {
            "PARAMETRES": self._parameters,
            "DONNEES/INDIVIDUS/INDIVIDU": self._individual,
            "DONNEES/STRUCTURE/DIVISIONS/DIVISION": self._division,
            "DONNEES/STRUCTURE/GROUPES/GROUPE": self._group,
        }

    def _parameters(self, element: etree._Element) -> None:
        uaj, year = element.find("UAJ"), element.find("ANNEE_SCOLAIRE")
        self._uai = "" if uaj is None else uaj.get("CODE") or ""
        self._year = "" if year is None else year.get("ANNEE") or ""

    def _individual(self, element: etree._Element) -> None:
        sts_id = _id_of(element)
        row = StsTeacherRow(
            sts_id, name_of(element, "NOM_USAGE", "NOM_PATRONYMIQUE"), name_of(element, "PRENOM")
        )
        if not (sts_id and row.last_name and row.first_name):
            what = f"Individu {sts_id} sans nom ou prénom" if sts_id else "Individu sans ID"
            self._note(ProblemCode.TEACHER_UNREADABLE, what, line_of(element))
            return
        self._individuals.setdefault(sts_id, row)
        if text_of(element, "FONCTION").upper() == TEACHES:
            self._teaching.add(sts_id)

    def _division(self, element: etree._Element) -> None:
        code = (element.get("CODE") or "").strip()
        self._take(element, [code] if code else [])

    def _group(self, element: etree._Element) -> None:
        found = element.iterfind("DIVISIONS_APPARTENANCE/DIVISION_APPARTENANCE")
        codes = {code for one in found if (code := (one.get("CODE") or "").strip())}
        if not codes:
            what = "Groupe sans division d'appartenance, ses services sont laissés"
            self._note(ProblemCode.GROUP_WITHOUT_DIVISION, what, line_of(element))
        self._take(element, sorted(codes))

    def _take(self, structure: etree._Element, division_codes: list[str]) -> None:
        for service in structure.iterfind("SERVICES/SERVICE"):
            subject = subject_code_of(service.get("CODE_MATIERE") or "")
            if subject is None:
                what = "Service dont la matière n'a pas de code à six chiffres"
                self._note(ProblemCode.SUBJECT_UNREADABLE, what, line_of(service))
                continue
            for sts_id in map(_id_of, service.iterfind("ENSEIGNANTS/ENSEIGNANT")):
                for code in division_codes:
                    row = StsServiceRow(code, subject, sts_id)
                    self._services.setdefault(row, line_of(service))

    def _note(self, code: ProblemCode, what: str, line: int) -> None:
        self._tally.note(ProblemSeverity.WARNING, code, what, line)

    def finished(self) -> StsFile:
        uai, start_year = origin_of(self._file_name, self._uai, self._year)
        services = tuple(sorted(self._known_services()))
        kept = self._teaching | {one.sts_id for one in services}
        teachers = tuple(row for key, row in self._individuals.items() if key in kept)
        problems = self._tally.problems()
        return StsFile(uai, start_year, teachers, services, problems, self._file_name)

    def _known_services(self) -> Iterator[StsServiceRow]:
        for row, line in self._services.items():
            if row.sts_id in self._individuals:
                yield row
            else:
                what = f"Service d'un enseignant {row.sts_id or 'sans ID'} absent du fichier"
                self._note(ProblemCode.TEACHER_UNKNOWN, what, line)


def _id_of(element: etree._Element) -> str:
    """The id as text, blank if there is none that can be kept."""
    number, kind = (element.get("ID") or "").strip(), (element.get("TYPE") or "").strip().lower()
    whole = number if kind in ("", _USUAL_TYPE) else f"{kind}-{number}"
    usable = whole.isascii() and whole.replace("-", "").isalnum() and len(whole) <= _LONGEST_ID
    return whole if number and usable else ""
