"""Checking our divisions against SIECLE's Structures.xml: it reports, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pipeline.errors import ImportRefused
from pipeline.exchange.problems import Problem, ProblemCode, ProblemSeverity
from pipeline.exchange.structures import StructuresFile
from pipeline.import_origin import check_school, check_year, given
from pipeline.labels import LEVELS
from pipeline.store import reports
from pipeline.store.unit import Store

_NOTHING = (
    "Le fichier ne contient aucune division : exportez-le de SIECLE une fois qu'elles y sont."
)


@dataclass
class StructuresReport:
    """How many of our divisions agree with the file, and every difference."""

    agreeing: int = 0
    problems: list[Problem] = field(default_factory=list)


def check_structures(
    store: Store, file: StructuresFile, *, expected_uai: str | None, expected_year: int
) -> StructuresReport:
    """Compare the divisions of the school's year with the file's; nothing is written.

    Raises WrongYear, WrongSchool, ImportRefused when the file has no division.
    """
    check_year(file, expected_year)
    if not file.divisions:
        raise ImportRefused(given(file), [_NOTHING])
    with store.reading() as connection:
        check_school(connection, file, expected_uai)
        ours = reports.division_sizes(connection, file.uai, file.start_year)
    found = {row.id: list(_differences(row, file)) for row in ours}
    missing = list(_not_ours(file, {row.code for row in ours}))
    problems = [*file.problems, *(one for some in found.values() for one in some), *missing]
    return StructuresReport(sum(not some for some in found.values()), problems)


def _differences(row: Any, file: StructuresFile) -> Iterator[Problem]:
    who = f"Division {row.code} ({row.diploma_code}, {LEVELS[row.level].lower()})"
    mefs = file.divisions.get(row.code)
    if mefs is None:
        what = f"{who} : inconnue de Structures.xml."
        yield Problem(ProblemSeverity.WARNING, ProblemCode.DIVISION_UNKNOWN, what)
    elif not any((mef.diploma_code, mef.level) == (row.diploma_code, row.level) for mef in mefs):
        what = f"{who} : Structures.xml ne lui donne pas ce MEF."
        yield Problem(ProblemSeverity.WARNING, ProblemCode.MEF_DIFFERENT, what)
    if row.pupil_count == 0:
        what = f"{who} : sans élève, elle ne donnera aucun fichier."
        yield Problem(ProblemSeverity.WARNING, ProblemCode.DIVISION_EMPTY, what)


def _not_ours(file: StructuresFile, ours: set[str]) -> Iterator[Problem]:
    """The bac pro divisions of the file of which no pupil was imported."""
    for code, mefs in sorted(file.divisions.items()):
        if code not in ours and any(mef.has_booklets for mef in mefs):
            what = f"Division {code} de Structures.xml : aucun de ses élèves n'a été importé."
            yield Problem(ProblemSeverity.WARNING, ProblemCode.DIVISION_UNKNOWN, what)
