"""The LSL nomenclature: by year and MEF, the subjects LSL takes and their competences.

Its shape is that of the file of 2016, the only one known publicly; millésime is taken for the
year in which a school year starts, as in `scolarite/@annee-scolaire`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from pipeline.domain.facts import SPECIALITY_MODALITY, SPECIALITY_SUBJECT
from pipeline.domain.mef import Mef
from pipeline.domain.programme import LSL_MODALITIES, subject_code_of
from pipeline.domain.text import normalise_name
from pipeline.exchange.origin import year_of
from pipeline.exchange.problems import Problem, ProblemCode, ProblemSeverity, Tally
from pipeline.exchange.programmes import CompetenceRow, LslMef, ProgrammeRow
from pipeline.exchange.roots import LSL
from pipeline.exchange.values import line_of
from pipeline.exchange.xml_stream import Taker, hand_out

_CODE = re.compile(r"[0-9]{4}")
_ERROR, _WARNING = ProblemSeverity.ERROR, ProblemSeverity.WARNING
_PERIODS = {"true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True, slots=True)
class LslFile:
    """What the file holds, in its order, and what is wrong in it."""

    competences: tuple[CompetenceRow, ...]
    mefs: tuple[LslMef, ...]
    problems: tuple[Problem, ...]
    file_name: str = field(default="", compare=False)


def read_lsl_nomenclature(path: Path) -> LslFile:
    """Read an LSL nomenclature, plain or zipped. Raises UnreadableFile.

    Two labels for one competence and year, a speciality's competence without a label and a year
    that is none are error problems.
    """
    reading = _Reading(path.name)
    hand_out(path, LSL, reading.takers)
    return reading.finished()


class _Reading:
    def __init__(self, file_name: str) -> None:
        self._file_name = file_name
        self._competences: dict[tuple[int, str], str] = {}
        self._mefs: list[tuple[LslMef, int]] = []
        self._tally = Tally()
        self.takers: dict[str, Taker] = {
            "competences/competence": self._competence,
            "anneeScolaire/mef": self._mef,
        }

    def _competence(self, element: etree._Element) -> None:
        year, code = year_of(element.get("annee") or ""), (element.get("code") or "").strip()
        label = normalise_name(element.text or "")[0]
        if year is None or not _CODE.fullmatch(code) or not label:
            what = "Compétence sans année, code à quatre chiffres ou libellé"
            self._note(_WARNING, ProblemCode.COMPETENCE_UNREADABLE, what, line_of(element))
        elif self._competences.setdefault((year, code), label) != label:
            what = f"Compétence {code} de {year} : deux libellés"
            self._note(_ERROR, ProblemCode.COMPETENCE_TWICE, what, line_of(element))

    def _mef(self, element: etree._Element) -> None:
        parent, mef = element.getparent(), Mef.parse(element.get("codeMef") or "")
        year = None if parent is None else year_of(parent.get("millesime") or "")
        line = line_of(element)
        if year is None:
            what = "MEF d'une année scolaire sans millésime lisible"
            self._note(_ERROR, ProblemCode.YEAR_UNREADABLE, what, line)
        elif mef is None:
            self._note(_WARNING, ProblemCode.MEF_UNREADABLE, "MEF sans code lisible", line)
        else:
            subjects = [self._subject(mef, one) for one in element.iterfind("{*}matiere")]
            speciality = normalise_name(element.get("specialite") or "")[0]
            programme = tuple(row for row, _ in subjects if row is not None)
            own = [codes for row, codes in subjects if row and _is_speciality(row)]
            codes = tuple(dict.fromkeys(code for some in own for code in some))
            self._mefs.append((LslMef(year, mef, speciality, programme, codes), line))

    def _subject(
        self, mef: Mef, element: etree._Element
    ) -> tuple[ProgrammeRow | None, tuple[str, ...]]:
        """A line of the programme with its competences; no line if it cannot be read."""
        code, line = subject_code_of(element.get("codeBcn") or ""), line_of(element)
        modality = (element.get("modaliteElection") or "").strip().upper()
        if code is None:
            what = "Matière sans code à six chiffres"
            self._note(_WARNING, ProblemCode.SUBJECT_UNREADABLE, what, line)
            return None, ()
        if modality not in LSL_MODALITIES:
            what = "Matière dont la modalité n'est ni S, ni O, ni F, laissée"
            self._note(_WARNING, ProblemCode.MODALITY_UNREADABLE, what, line)
            return None, ()
        has_periods = _PERIODS.get((element.get("presenceEvaluationPeriodique") or "").lower())
        texts = (
            (one.text or "").strip() for one in element.iterfind("{*}competences/{*}competence")
        )
        return ProgrammeRow(mef.code, code, modality, has_periods), tuple(filter(None, texts))

    def _note(self, severity: ProblemSeverity, code: ProblemCode, what: str, line: int) -> None:
        self._tally.note(severity, code, what, line)

    def finished(self) -> LslFile:
        for mef, line in self._mefs:
            for code in mef.competence_codes:
                if (mef.start_year, code) not in self._competences:
                    shown = code if _CODE.fullmatch(code) else "sans code à quatre chiffres"
                    what = f"Compétence {shown} de {mef.start_year} : aucun libellé dans le fichier"
                    self._note(_ERROR, ProblemCode.COMPETENCE_UNKNOWN, what, line)
            if mef.mef.has_booklets and not mef.competence_codes:
                what = "MEF de bac pro sans compétence de spécialité, son référentiel est laissé"
                self._note(_WARNING, ProblemCode.COMPETENCE_MISSING, what, line)
        rows = (CompetenceRow(*key, label) for key, label in self._competences.items())
        mefs = tuple(mef for mef, _ in self._mefs)
        return LslFile(tuple(rows), mefs, self._tally.problems(), self._file_name)


def _is_speciality(row: ProgrammeRow) -> bool:
    return (row.subject_code, row.modality) == (SPECIALITY_SUBJECT, SPECIALITY_MODALITY)
