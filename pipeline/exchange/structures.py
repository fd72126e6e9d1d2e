"""Structures.xml: the divisions of a school, and the MEF each belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.domain.mef import Mef
from pipeline.exchange.origin import origin_of
from pipeline.exchange.problems import Problem, ProblemCode, ProblemSeverity, Tally
from pipeline.exchange.roots import STRUCTURES
from pipeline.exchange.values import line_of, text_of
from pipeline.exchange.xml_stream import elements

_DIVISION = "DONNEES/DIVISIONS/DIVISION"


@dataclass(frozen=True, slots=True)
class StructuresFile:
    """The reference MEF of each division, by its code to the letter; and what is wrong."""

    uai: str
    start_year: int
    divisions: Mapping[str, frozenset[Mef]]
    problems: tuple[Problem, ...]
    file_name: str = field(default="", compare=False)


def read_structures(path: Path) -> StructuresFile:
    """Read a Structures.xml, plain or zipped. Raises UnreadableFile."""
    uai = year = ""
    divisions: dict[str, frozenset[Mef]] = {}
    tally = Tally()
    for place, element in elements(path, STRUCTURES, ("PARAMETRES", _DIVISION)):
        if place != _DIVISION:
            uai, year = text_of(element, "UAJ"), text_of(element, "ANNEE_SCOLAIRE")
            continue
        code = (element.get("CODE_STRUCTURE") or text_of(element, "CODE_STRUCTURE")).strip()
        parts = element.iterfind("MEFS_APPARTENANCE/MEF_APPARTENANCE")
        mefs = [Mef.parse(one.get("CODE") or text_of(one, "CODE_MEF")) for one in parts]
        if code:
            known = frozenset(mef for mef in mefs if mef)
            divisions[code] = divisions.get(code, frozenset()) | known
        if not code or None in mefs:
            what = "Division sans code, ou dont un MEF est illisible"
            tally.note(ProblemSeverity.WARNING, ProblemCode.MEF_UNREADABLE, what, line_of(element))
    origin = origin_of(path.name, uai, year)
    return StructuresFile(*origin, divisions, tally.problems(), path.name)
