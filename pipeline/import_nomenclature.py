"""Importing a school's Nomenclature.xml: MEF, subjects, programmes, and labels of diplomas."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

from pipeline.domain.programme import ProgrammeSource
from pipeline.exchange.nomenclature import NomenclatureFile
from pipeline.import_divisions import name_diplomas
from pipeline.import_origin import check_school, check_year
from pipeline.import_reports import TablesReport
from pipeline.store import audit, nomenclatures
from pipeline.store.unit import Store


def import_nomenclature(
    store: Store,
    file: NomenclatureFile,
    *,
    expected_uai: str | None,
    expected_year: int,
    now: dt.datetime,
    actor: str,
) -> TablesReport:
    """Add and correct what the file says, in one transaction; again changes nothing.

    Nothing is removed: another school's file may have brought it. Raises WrongYear, WrongSchool.
    """
    check_year(file, expected_year)
    key = {"source": ProgrammeSource.SIECLE, "start_year": file.start_year}
    programmes = [key | asdict(row) for row in file.programmes]
    with store.writing() as unit:
        connection = unit.connection
        check_school(connection, file, expected_uai)
        report = TablesReport(
            {
                "mef": nomenclatures.write_mefs(connection, [asdict(row) for row in file.mefs]),
                "subject": nomenclatures.write_subjects(
                    connection, [asdict(row) for row in file.subjects]
                ),
                "programme": nomenclatures.add_programmes(connection, file.start_year, programmes),
                "diploma": name_diplomas(connection),
            },
            list(file.problems),
        )
        if report.changed:
            told = {"uai": file.uai} | report.changes_by_table()
            audit.record(connection, now, actor, "nomenclature_imported", told)
    return report
