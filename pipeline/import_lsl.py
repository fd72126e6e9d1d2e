"""Importing the LSL nomenclature: competences, frameworks and programmes of each year in it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from pipeline.domain.given_file import GivenFile
from pipeline.domain.programme import ProgrammeSource
from pipeline.errors import ImportRefused
from pipeline.exchange.lsl_nomenclature import LslFile
from pipeline.exchange.problems import Problem, ProblemCode, ProblemSeverity
from pipeline.exchange.programmes import LslMef
from pipeline.import_divisions import make_diplomas
from pipeline.import_frameworks import write_frameworks
from pipeline.import_origin import refuse_errors
from pipeline.import_reports import TablesReport
from pipeline.store import audit, nomenclatures
from pipeline.store.differing import Counts
from pipeline.store.frameworks import Key
from pipeline.store.unit import Store

_NOTHING = "Le fichier ne contient aucun MEF : demandez la nomenclature LSL de cette année."


def import_lsl_nomenclature(
    store: Store, file: LslFile, *, now: dt.datetime, actor: str
) -> TablesReport:
    """Make the competences, the speciality's frameworks and the programmes what the file says.

    Only the years, MEF and levels in the file are touched: a code is valid for its year. Raises
    ImportRefused with every contradiction; then nothing is kept.
    """
    about = GivenFile(file.file_name)
    expected, contradictions = _frameworks(file.mefs)
    refuse_errors(about, [*file.problems, *contradictions])
    if not file.mefs:
        raise ImportRefused(about, [_NOTHING])
    years = sorted(
        {row.start_year for row in file.competences} | {one.start_year for one in file.mefs}
    )
    with store.writing() as unit:
        report = TablesReport(_written(unit, file, expected, now), list(file.problems))
        if report.changed:
            told: dict[str, Any] = {"years": years} | report.changes_by_table()
            audit.record(unit.connection, now, actor, "lsl_nomenclature_imported", told)
    return report


def _written(
    unit: Any, file: LslFile, expected: Mapping[Key, tuple[str, ...]], now: dt.datetime
) -> dict[str, Counts]:
    """What was done to each table; diplomas come before what points to them."""
    said = {one.mef.diploma_code: one.speciality for one in file.mefs if one.mef.has_booklets}
    diplomas = make_diplomas(unit.connection, sorted({key[1] for key in expected}), said)
    competences = [asdict(row) for row in file.competences]
    levels = {
        key: {code: position for position, code in enumerate(codes, 1)}
        for key, codes in expected.items()
    }
    programme = Counts()
    for counts in _programmes(unit.connection, file.mefs):
        programme.add(counts)
    return write_frameworks(unit, competences, levels, diplomas, now) | {"programme": programme}


def _frameworks(mefs: Iterable[LslMef]) -> tuple[dict[Key, tuple[str, ...]], list[Problem]]:
    """The codes expected of each level, in the file's order, and the levels given two lists."""
    found: dict[Key, tuple[str, ...]] = {}
    contradictions = {}
    for one in mefs:
        if one.mef.level is None or not one.mef.has_booklets or not one.competence_codes:
            continue
        key = (one.start_year, one.mef.diploma_code, one.mef.level)
        if set(found.setdefault(key, one.competence_codes)) != set(one.competence_codes):
            what = f"Diplôme {key[1]}, {key[2]}, {key[0]} : deux listes de compétences."
            error = Problem(ProblemSeverity.ERROR, ProblemCode.FRAMEWORK_TWICE, what)
            contradictions[key] = error
    return found, list(contradictions.values())


def _programmes(connection: Any, mefs: Iterable[LslMef]) -> Iterable[Counts]:
    """Write the programme of each year; of two variants of a MEF the first line of each wins."""
    years: dict[int, dict[tuple[str, str, str], dict[str, Any]]] = defaultdict(dict)
    codes: dict[int, set[str]] = defaultdict(set)
    for one in mefs:
        codes[one.start_year].add(one.mef.code)
        for row in one.programme:
            key = (row.mef_code, row.subject_code, row.modality)
            values = {"source": ProgrammeSource.LSL, "start_year": one.start_year} | asdict(row)
            years[one.start_year].setdefault(key, values)
    for year, names in codes.items():
        rows = list(years[year].values())
        yield nomenclatures.replace_programmes(connection, year, sorted(names), rows)
