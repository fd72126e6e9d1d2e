"""Our divisions beside those of Structures.xml; nothing is ever written."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from rowsbuilder import NOW
from sqlmodel import SQLModel

from pipeline import imports
from pipeline.errors import ImportRefused, UnreadableFile, WrongSchool, WrongYear
from pipeline.exchange.siecle import read_siecle
from pipeline.exchange.structures import read_structures
from tests.exchange.builders import document, pupil, siecle, structures
from tests.exchange.exports import PARAMETERS, division, nomenclature, structures_file, write

APPRENTICE = {"CODE_STATUT": "AP"}


@pytest.fixture
def check(store, tmp_path):
    text = document(pupil(1) + pupil(2, **APPRENTICE), structures(1) + structures(2, ("061", "D")))
    imports.import_siecle(
        store, read_siecle(siecle(tmp_path, text)), expected_uai=None, expected_year=2025,
        now=NOW, actor="admin",
    )  # fmt: skip

    def run(text, year=2025):
        path = write(tmp_path, "Structures.xml", text)
        return imports.check_structures(
            store, read_structures(path), expected_uai=None, expected_year=year
        )

    return run


def everything(store):
    with store.reading() as connection:
        return [
            sorted(map(str, connection.execute(sa.select(table))))
            for table in SQLModel.metadata.tables.values()
        ]


def told(report):
    return [(str(one.code), one.message.split(" :")[0]) for one in report.problems]


def test_each_difference_names_its_division_and_nothing_is_written(check, store):
    before = everything(store)
    report = check(
        structures_file(
            division("1MELEC1", "24725510320"), division("61"), division("2NDE", "24725520310")
        )
    )
    assert told(report) == [
        ("division_unknown", "Division 061 (25520, première)"),
        ("division_empty", "Division 061 (25520, première)"),
        ("mef_different", "Division 1MELEC1 (25520, première)"),
        ("division_unknown", "Division 61 de Structures.xml"),
    ]
    assert report.agreeing == 0
    assert everything(store) == before


def test_a_division_that_agrees_is_counted(check):
    report = check(structures_file(division("1MELEC1", "24725520322"), division("061")))
    assert (report.agreeing, told(report)) == (
        1, [("division_empty", "Division 061 (25520, première)")]
    )  # fmt: skip


def test_what_cannot_be_read_is_told(check):
    report = check(structures_file(division(), division("061", "247"), division("")))
    assert "mef_unreadable" in [one.code for one in report.problems]
    assert report.problems[0].message.endswith("(2 fois, d'abord ligne 3).")


def test_a_wrong_file_is_refused(check):
    with pytest.raises(WrongSchool):
        check(structures_file(parameters=PARAMETERS.replace("0999999Z", "0999998A")))
    with pytest.raises(WrongYear):
        check(structures_file(), year=2026)
    with pytest.raises(ImportRefused):
        check(structures_file().replace("DIVISION>", "AUTRE>").replace("<DIVISION ", "<AUTRE "))
    with pytest.raises(UnreadableFile, match="lslpro import nomenclature"):
        check(nomenclature())
