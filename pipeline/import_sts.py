"""Importing the STS export: the teachers of a school's year and what they teach."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

from pipeline.errors import ImportRefused
from pipeline.exchange.sts import StsFile
from pipeline.import_origin import check_school, check_year, given
from pipeline.import_reports import TablesReport
from pipeline.store import audit, rows, teachers
from pipeline.store import imports as statements
from pipeline.store.unit import Store

_NOBODY = "Le fichier ne contient aucun service d'enseignant : exportez-le une fois saisis."


def import_sts(
    store: Store,
    file: StsFile,
    *,
    expected_uai: str | None,
    expected_year: int,
    now: dt.datetime,
    actor: str,
) -> TablesReport:
    """Make the teachers and services of the school's year what the file says.

    What teachers entered in booklets stays as it is: these names are only offered. Raises
    WrongYear, WrongSchool, ImportRefused when the file has no service at all.
    """
    check_year(file, expected_year)
    if not file.services:  # it would take every name away
        raise ImportRefused(given(file), [_NOBODY])
    key = {"school_uai": file.uai, "start_year": file.start_year}
    with store.writing() as unit:
        check_school(unit.connection, file, expected_uai)
        statements.add_missing(unit.connection, rows.school, [{"uai": file.uai, "name": ""}])
        tables = teachers.replace_sts(
            unit.connection, file.uai, file.start_year,
            [key | asdict(row) for row in file.teachers],
            [key | asdict(row) for row in file.services],
        )  # fmt: skip
        report = TablesReport(tables, list(file.problems))
        if report.changed:
            told = {"uai": file.uai} | report.changes_by_table()
            audit.record(unit.connection, now, actor, "sts_imported", told)
    return report
