"""Nomenclature.xml: the MEF, subjects and programmes of a school.

MODALITES_ELECTION is not read: it only labels the codes, and which of them LSL takes is closed in
its schema (S, O, F), whatever a school's file lists. Each programme's own code is checked by that.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from pipeline.domain.facts import SCHOOL_STATUS
from pipeline.domain.mef import Mef
from pipeline.domain.programme import LSL_MODALITIES, subject_code_of
from pipeline.exchange.origin import origin_of
from pipeline.exchange.problems import Problem, ProblemCode, ProblemSeverity, Tally
from pipeline.exchange.programmes import MefRow, ProgrammeRow, SubjectRow
from pipeline.exchange.roots import NOMENCLATURE
from pipeline.exchange.values import date_of, line_of, name_of, text_of
from pipeline.exchange.xml_stream import Taker, hand_out

_LABELS = ("LIBELLE_EDITION", "LIBELLE_LONG", "LIBELLE_COURT", "FORMATION", "CODE_GESTION")
_SHORT_LABELS = ("LIBELLE_COURT", "CODE_GESTION", "LIBELLE_EDITION", "LIBELLE_LONG")
_WARNING = ProblemSeverity.WARNING


@dataclass(frozen=True, slots=True)
class NomenclatureFile:
    """What the file holds, each thing once, and what is wrong in it."""

    uai: str
    start_year: int
    mefs: tuple[MefRow, ...]
    subjects: tuple[SubjectRow, ...]
    programmes: tuple[ProgrammeRow, ...]
    problems: tuple[Problem, ...]
    file_name: str = field(default="", compare=False)


def read_nomenclature(path: Path) -> NomenclatureFile:
    """Read a Nomenclature.xml, plain or zipped. Raises UnreadableFile.

    A variant MEF (its eleventh character, or MEF_RATTACHEMENT) stands for its reference MEF,
    whose own label wins.
    """
    reading = _Reading(path.name)
    hand_out(path, NOMENCLATURE, reading.takers)
    return reading.finished()


class _Reading:
    def __init__(self, file_name: str) -> None:
        self._file_name = file_name
        self._uai = self._year = ""
        self._mefs: dict[str, MefRow] = {}
        self._references: dict[str, str] = {}
        self._subjects: dict[str, SubjectRow] = {}
        self._programmes: set[tuple[str, str, str]] = set()
        self._statuses: set[str] = set()
        self._tally = Tally()
        self.takers: dict[str, Taker] = {
            "PARAMETRES": self._parameters,
            "DONNEES/MEFS/MEF": self._mef,
            "DONNEES/MATIERES/MATIERE": self._subject,
            "DONNEES/PROGRAMMES/PROGRAMME": self._programme,
            "DONNEES/STATUTS_ELEVE/STATUT_ELEVE": self._status,
        }

    def _parameters(self, element: etree._Element) -> None:
        self._uai, self._year = text_of(element, "UAJ"), text_of(element, "ANNEE_SCOLAIRE")

    def _mef(self, element: etree._Element) -> None:
        raw = (element.get("CODE_MEF") or "").strip().upper()
        own, attached = Mef.parse(raw), Mef.parse(text_of(element, "MEF_RATTACHEMENT"))
        if own is None:
            self._note(ProblemCode.MEF_UNREADABLE, "Code MEF absent ou illisible", element)
            return
        code = (attached or own).code
        self._references[raw] = code
        is_reference = raw in (code, f"{code}0")
        if is_reference or code not in self._mefs:
            self._mefs[code] = MefRow(
                code, name_of(element, *_LABELS) or code,
                self._day(element, "DATE_OUVERTURE"), self._day(element, "DATE_FERMETURE"),
            )  # fmt: skip

    def _day(self, element: etree._Element, tag: str) -> dt.date | None:
        day = date_of(text_of(element, tag))
        if day is None and text_of(element, tag):
            self._note(ProblemCode.DATE_UNREADABLE, f"{tag} illisible, ignorée", element)
        return day

    def _subject(self, element: etree._Element) -> None:
        code = subject_code_of(element.get("CODE_MATIERE") or "")
        if code is None:
            self._note(ProblemCode.SUBJECT_UNREADABLE, "Matière sans code à six chiffres", element)
        else:
            short, label = name_of(element, *_SHORT_LABELS), name_of(element, *_LABELS)
            self._subjects[code] = SubjectRow(code, short or code, label or code)

    def _programme(self, element: etree._Element) -> None:
        raw = text_of(element, "CODE_MEF").upper()
        subject = subject_code_of(text_of(element, "CODE_MATIERE"))
        modality = text_of(element, "CODE_MODALITE_ELECT").upper()
        if Mef.parse(raw) is None:
            self._note(ProblemCode.MEF_UNREADABLE, "Programme sans MEF lisible", element)
        elif subject is None:
            what = "Programme dont la matière n'a pas de code à six chiffres"
            self._note(ProblemCode.SUBJECT_UNREADABLE, what, element)
        elif not (len(modality) == 1 and modality.isascii() and modality.isalpha()):
            self._note(ProblemCode.MODALITY_UNREADABLE, "Programme sans modalité lisible", element)
        else:
            if modality not in LSL_MODALITIES:
                what = f"Modalité {modality} gardée, mais LSL ne prend que S, O et F"
                self._note(ProblemCode.MODALITY_OUTSIDE, what, element)
            self._programmes.add((raw, subject, modality))

    def _status(self, element: etree._Element) -> None:
        code = element.get("CODE_STATUT") or text_of(element, "CODE_STATUT")
        self._statuses.add(code.strip().upper())

    def _note(self, code: ProblemCode, what: str, element: etree._Element) -> None:
        is_kept = code is ProblemCode.MODALITY_OUTSIDE
        severity = ProblemSeverity.INFO if is_kept else _WARNING
        self._tally.note(severity, code, what, line_of(element))

    def finished(self) -> NomenclatureFile:
        uai, start_year = origin_of(self._file_name, self._uai, self._year)
        programmes = {
            ProgrammeRow(self._references.get(raw, raw[:10]), subject, modality)
            for raw, subject, modality in self._programmes
        }
        problems = list(self._tally.problems())
        if self._statuses and SCHOOL_STATUS not in self._statuses:
            what = "Statut ST (scolaire) absent des statuts : aucun élève ne serait exporté."
            problems.append(Problem(_WARNING, ProblemCode.STATUS_MISSING, what))
        return NomenclatureFile(
            uai, start_year, tuple(self._mefs.values()), tuple(self._subjects.values()),
            tuple(sorted(programmes)), tuple(problems), self._file_name,
        )  # fmt: skip
