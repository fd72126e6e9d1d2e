"""The names of teachers that a sheet offers, as STS gives them; any other may be typed."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import Workbook, load_workbook
from rowsbuilder import START_YEAR, UAI, a_school, insert

from pipeline import imports, sheets
from pipeline.domain.facts import SPECIALITY_SUBJECT, Teacher
from pipeline.exchange.booklet_table import read_booklet_table
from pipeline.exchange.workbook_writer import csv_of, workbook_of
from pipeline.store import reports
from pipeline.store import rows as t
from pipeline.wiring import Wiring

MATHS = "061300"


@pytest.fixture
def division(w: Wiring) -> Any:
    """A division of three pupils, two teachers of whom STS knows, and one of another division."""
    a_school(w.store, complete=False)
    own = {"school_uai": UAI, "start_year": START_YEAR}
    taught = [
        ("ABEL", "=1+1", "1MELEC1", MATHS), ("ZOLA", "Émile", "1MELEC1", SPECIALITY_SUBJECT),
        ("AUTRE", "Ada", "2NDE", SPECIALITY_SUBJECT),
    ]  # fmt: skip
    with w.store.writing() as unit:
        for sts_id, (last, first, code, subject) in enumerate(taught, 1):
            who = own | {"sts_id": str(sts_id)}
            insert(unit.connection, t.sts_teacher, **who, last_name=last, first_name=first)
            insert(unit.connection, t.sts_service, **who, division_code=code, subject_code=subject)
    with w.store.reading() as connection:
        return reports.divisions(connection)[0]


def written(w: Wiring, division: Any) -> Workbook:
    return load_workbook(io.BytesIO(workbook_of(sheets.prepare(w.store, division, w.limits).sheet)))


def lists_of(book: Workbook) -> dict[str, tuple[Any, ...]]:
    """By column, the rule about its first line."""
    page = book["Livrets"]
    names = {f"{cell.column_letter}3": cell.value for cell in page[1]}
    return {
        names[str(one.sqref).partition(":")[0]]: (one.type, one.formula1, one.showErrorMessage)
        for one in page.data_validations.dataValidation
    }


def test_every_name_of_a_teacher_is_offered_those_of_the_speciality_first(
    w: Wiring, division: Any
) -> None:
    book = written(w, division)
    listed = [tuple(cell.value for cell in row) for row in book["Enseignants"].iter_rows()]
    assert listed == [("Nom", "Prénom"), ("ZOLA", "Émile"), ("ABEL", "=1+1")]
    assert {cell.data_type for row in book["Enseignants"].iter_rows() for cell in row} == {"s"}
    rules = lists_of(book)
    last, first = ("list", "Enseignants!$A$2:$A$3"), ("list", "Enseignants!$B$2:$B$3")
    for stem in ("enseignant_{}", "enseignant_{}_2", "pfmp_enseignant_{}"):
        assert rules[stem.format("nom")] == (*last, False)
        assert rules[stem.format("prenom")] == (*first, False)
    told = {row[0].value for row in book["Notice"].iter_rows()}
    assert any("se choisissent dans une liste" in text for text in told if text)


def test_without_sts_names_are_typed_and_their_length_is_checked(w: Wiring, division: Any) -> None:
    with w.store.writing() as unit:
        unit.connection.execute(sa.delete(t.sts_service))
    book = written(w, division)
    assert book.sheetnames == ["Livrets", "Notice"]
    assert lists_of(book)["enseignant_nom"] == ("textLength", "65", True)


def test_a_name_that_was_chosen_and_one_that_was_typed_are_taken(
    w: Wiring, division: Any, tmp_path: Path
) -> None:
    book = written(w, division)
    page = book["Livrets"]
    place = {cell.value: cell.column for cell in page[1]}
    for line, names in ((3, ("ZOLA", "Émile")), (4, ("REMPLAÇANT", "Ugo"))):
        for column, name in zip(("enseignant_nom", "enseignant_prenom"), names, strict=True):
            page.cell(line, place[column]).value = name
    path = tmp_path / "x.xlsx"
    book.save(path)
    report = imports.import_booklets(
        w.store, read_booklet_table(path), uai=UAI, start_year=START_YEAR, limits=w.limits,
        actor="prof", now=w.now(),
    )  # fmt: skip
    assert (report.updated, report.problems) == (2, [])
    with w.store.reading() as connection:
        found = connection.execute(sa.select(t.teacher.c.last_name, t.teacher.c.first_name))
        assert {Teacher(*row) for row in found} == {
            Teacher("ZOLA", "Émile"), Teacher("REMPLAÇANT", "Ugo")
        }  # fmt: skip


def test_a_csv_has_no_lists_and_the_same_columns(w: Wiring, division: Any) -> None:
    sheet = sheets.prepare(w.store, division, w.limits).sheet
    assert len(csv_of(sheet).splitlines()) == 2 + len(sheet.lines)
    assert b"ZOLA" not in csv_of(sheet)
