"""From a template filled in to the file for LSL, and back: nothing is lost, nothing is invented."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from rowsbuilder import START_YEAR, UAI, a_school, compute_lights

from pipeline import booklets, imports, levels, sheets
from pipeline.demo_school import write_demo_files
from pipeline.domain.entry import Edit
from pipeline.domain.facts import Teacher
from pipeline.domain.periods import Periodicity
from pipeline.errors import EmptyDivision, ImportRefused, PeriodicityNotSet
from pipeline.exchange.booklet_table import BookletRow, read_booklet_table
from pipeline.exchange.problems import ProblemSeverity
from pipeline.exchange.siecle import read_siecle
from pipeline.exchange.tables import read_frameworks
from pipeline.exchange.workbook_writer import csv_of, workbook_of
from pipeline.preview import Preview, preview
from pipeline.receiver import Fate, State, receive
from pipeline.store import reports
from pipeline.store import rows as t
from pipeline.wiring import Wiring
from pipeline.xml.read_back import read_back
from tests.usecases.exporting import data_of, exported, versions_of
from tests.usecases.sheetwork import FILL, entered, held, invented, taken

WRITERS = {"xlsx": workbook_of, "csv": csv_of}


def divisions(w: Wiring) -> list[Any]:
    with w.store.reading() as connection:
        return reports.divisions(connection)


def prepared(w: Wiring, division: Any) -> sheets.Prepared:
    return sheets.prepare(w.store, division, w.limits)


def imported(w: Wiring, path: Path, **options: Any) -> Any:
    start_year = divisions(w)[0].start_year
    return imports.import_booklets(
        w.store, read_booklet_table(path), uai=UAI, start_year=start_year, limits=w.limits,
        actor="prof", now=w.now(), **options,
    )  # fmt: skip


def received(w: Wiring, name: str, data: bytes) -> tuple[State, Preview]:
    """What LSL, empty so far, would hold after that file read back, and the preview of it."""
    state, report = receive({}, read_back(data, name, w.profiles).document)
    assert report.taken == report.total
    return state, preview(w, name, data)


def all_is_exported(w: Wiring) -> None:
    """Every level exports its PFMP and its project."""
    for row in levels.listed(w.store):
        levels.choose(
            w.store, row.school_uai, row.start_year, row.diploma_code, row.level,
            periodicity=row.periodicity or Periodicity.SEMESTER, exports_pfmp=True,
            exports_project=True, actor="chef", now=w.now(),
        )  # fmt: skip


def demo_school(w: Wiring, folder: Path) -> None:
    files = write_demo_files(folder)
    siecle = read_siecle(files.siecle)
    imports.import_frameworks(w.store, read_frameworks(files.frameworks), now=w.now(), actor="a")
    imports.import_siecle(
        w.store, siecle, expected_uai=None, expected_year=siecle.start_year, now=w.now(), actor="a"
    )


@pytest.fixture
def school(w: Wiring) -> Any:
    """A division of four untouched booklets, PFMP and project exported."""
    a_school(w.store, pupil_count=4, complete=False)
    all_is_exported(w)
    return divisions(w)[0]


@pytest.mark.parametrize("form", FILL)
@pytest.mark.parametrize("kind", ["generated", "demo"])
def test_what_was_filled_in_is_in_the_file_in_lsl_and_in_the_next_template(
    w: Wiring, tmp_path: Path, form: str, kind: str
) -> None:
    if kind == "demo":
        demo_school(w, tmp_path)
    else:
        a_school(w.store, pupil_count=12, complete=False)
    all_is_exported(w)
    for seed, division in enumerate(divisions(w)):
        sheet = prepared(w, division)
        filled = invented(sheet, seed)
        path = tmp_path / f"{seed}.{form}"
        FILL[form](sheet, filled, path)
        assert imported(w, path).updated == len(filled) > 0
        assert imported(w, path).updated == 0
        assert exported(w, division.id).state == "ready"
        (version,) = versions_of(w, division.id)
        data = data_of(w, version)
        assert held(data, division.start_year) == filled
        state, found = received(w, version.file_name, data)
        assert taken(state, division.start_year) == filled
        assert {one.siecle_id: len(one.changes) for one in found.report.pupils} == {
            key: len(fields) for key, fields in state.items()
        }
        assert (found.report.count(Fate.NEW), found.faults) == (len(filled), ())
        again = {one["siecle_id"]: entered(one) for one in prepared(w, division).sheet.lines}
        assert again == {key: entered(line) for key, line in filled.items()}


@pytest.mark.parametrize("form", WRITERS)
def test_a_template_that_is_given_back_as_it_came_changes_nothing(
    w: Wiring, tmp_path: Path, form: str
) -> None:
    ids = a_school(w.store, pupil_count=5)
    three = (Teacher("UN", "A"), Teacher("DEUX", "B"), Teacher("TROIS", "C"))
    hostile = Edit(appreciation='=HYPERLINK("x")', teachers=three, project_appreciation="-1")
    booklets.edit(
        w.store, ids.booklet_ids[0], hostile, based_on=None, actor="t", limits=w.limits, now=w.now()
    )
    path = tmp_path / f"x.{form}"
    path.write_bytes(WRITERS[form](prepared(w, divisions(w)[0]).sheet))
    report = imported(w, path)
    assert (report.updated, report.unchanged, report.problems) == (0, 5, [])


def test_a_sheet_holds_no_formula_and_locks_who_the_pupil_is(w: Wiring, school: Any) -> None:
    with w.store.writing() as unit:
        unit.connection.execute(sa.update(t.student).values(last_name="=1+1", first_name="@x"))
    raw = workbook_of(prepared(w, school).sheet)
    page = load_workbook(io.BytesIO(raw))["Livrets"]
    assert page.protection.sheet
    for row in page.iter_rows():
        assert {cell.data_type for cell in row} <= {"s", "n"}
        assert [cell.protection.locked for cell in row[:5]] == [True] * 5
    assert not any(cell.protection.locked for row in page.iter_rows(min_row=3, min_col=6)
                   for cell in row)  # fmt: skip
    assert page["C3"].quotePrefix
    assert b"'=1+1;'@x" in csv_of(prepared(w, school).sheet)


def test_the_sheet_says_what_it_expects_and_checks_it(w: Wiring, school: Any) -> None:
    book = load_workbook(io.BytesIO(workbook_of(prepared(w, school).sheet)))
    assert book.sheetnames == ["Livrets", "Notice"]
    page = book["Livrets"]
    names = {cell.value: cell.column_letter for cell in page[1]}
    assert list(names)[:9] == [
        "siecle_id", "division", "nom", "prenom", "revision", "9001", "9002", "9003", "moyenne_1",
    ]  # fmt: skip
    assert page[f"{names['9001']}2"].value == "C1 Préparer"
    rules = {
        str(one.sqref): (one.type, one.formula1, one.formula2)
        for one in page.data_validations.dataValidation
    }
    expected = {
        "9001": ("list", '"1,2,3,4"', None),
        "moyenne_3": ("decimal", "0", "20"),
        "appreciation": ("textLength", "300", None),
        "enseignant_nom": ("textLength", "65", None),
        "enseignant_prenom_2": ("textLength", "50", None),
        "pfmp_semaines": ("whole", "0", "999"),
        "pfmp_etranger": ("list", '"oui,non"', None),
        "projet_moyenne": ("decimal", "0", "20"),
    }
    assert {name: rules[f"{names[name]}3:{names[name]}6"] for name in expected} == expected
    told = {row[0].value: [cell.value for cell in row[1:4]] for row in book["Notice"].iter_rows()}
    assert told["4"][0] == "compétence bien maîtrisée"
    assert told["pfmp_synthese"][1:] == ["obligatoire", "texte, 300 caractères au plus"]
    assert told["appreciation"][1] == "facultatif"
    assert told["moyenne_1"][1] == "une au moins"


def test_without_project_and_with_semesters_the_sheet_is_smaller(w: Wiring) -> None:
    a_school(w.store, complete=False)
    with w.store.writing() as unit:
        unit.connection.execute(
            sa.update(t.level_settings).values(periodicity=Periodicity.SEMESTER)
        )
    names = [one.name for one in prepared(w, divisions(w)[0]).sheet.columns]
    assert [one for one in names if one.startswith(("moyenne", "projet"))] == [
        "moyenne_1",
        "moyenne_2",
    ]


def test_no_sheet_before_the_periodicity_is_set(w: Wiring, school: Any) -> None:
    with w.store.writing() as unit:
        unit.connection.execute(sa.update(t.level_settings).values(periodicity=None))
    with pytest.raises(PeriodicityNotSet, match="Aucune saisie possible"):
        prepared(w, school)


def test_no_sheet_without_pupils_and_none_for_apprentices(w: Wiring, school: Any) -> None:
    with w.store.writing() as unit:
        one = sa.select(sa.func.min(t.booklet.c.id)).scalar_subquery()
        unit.connection.execute(
            sa.update(t.booklet).where(t.booklet.c.id == one).values(status_code="AP")
        )
    assert len(prepared(w, school).sheet.lines) == 3
    with w.store.writing() as unit:
        unit.connection.execute(sa.update(t.booklet).values(status_code="AP"))
    with pytest.raises(EmptyDivision, match="1MELEC1 : aucun élève"):
        prepared(w, school)


def rows(*lines: tuple[int, dict[str, str]]) -> list[BookletRow]:
    return [BookletRow(number, *line) for number, line in enumerate(lines, 2)]


def written(w: Wiring, *lines: tuple[int, dict[str, str]], **options: bool) -> Any:
    return imports.import_booklets(
        w.store, rows(*lines), uai=UAI, start_year=START_YEAR, limits=w.limits, actor="prof",
        now=w.now(), **options,
    )  # fmt: skip


def test_with_partial_the_right_lines_are_kept_and_the_others_told(w: Wiring, school: Any) -> None:
    lines = [
        (1001, {"9001": "3", "appreciation": "un\u0001 deux"}),
        (1002, {"moyenne_1": "21", "9001": "5"}),
        (4040, {"moyenne_1": "12"}),
        (1003, {"moyenne_1": "21"}),
        (1004, {"division": "2AUTRE", "moyenne_1": "12,00"}),
    ]
    with pytest.raises(ImportRefused) as caught:
        written(w, *lines)
    assert len(caught.value.problems) == 3
    assert compute_lights(w.store) == 4
    report = written(w, *lines, partial=True)
    assert (report.updated, report.unchanged) == (2, 0)
    found = [(one.line, one.siecle_id, one.severity) for one in report.problems]
    error, warning = ProblemSeverity.ERROR, ProblemSeverity.WARNING
    assert found == [
        (2, 1001, warning), (3, 1002, error), (4, 4040, error), (5, 1003, error),
        (6, 1004, warning),
    ]  # fmt: skip
    assert "maintenant en 1MELEC1" in report.problems[-1].message
    assert compute_lights(w.store) == 2


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        ({"nom": "Bernard-1001", "prenom": "NOE"}, True),
        ({"nom": "BERNARD‑1001"}, True),
        ({"prenom": "Noé"}, True),
        ({"nom": "COSTA-1002", "prenom": "Inès"}, False),
        ({"nom": "BERNARD-1001", "prenom": "Inès"}, False),
    ],
)
def test_a_line_whose_names_are_another_pupils_is_refused(
    w: Wiring, school: Any, names: dict[str, str], *, taken: bool
) -> None:
    report = written(w, (1001, {"9001": "3"} | names), partial=True)
    assert (report.updated, len(report.problems)) == ((1, 0) if taken else (0, 1))
    assert not any(name in str(one) for one in report.problems for name in names.values())


@pytest.mark.parametrize(
    ("cells", "teachers"),
    [
        ({}, [("UN", "A"), ("DEUX", "B")]),
        ({"enseignant_nom": "NEUF"}, [("NEUF", "A"), ("DEUX", "B")]),
        ({"enseignant_nom_2": "X", "enseignant_prenom_2": "Y"}, [("UN", "A"), ("X", "Y")]),
        ({"enseignant_nom_4": "X", "enseignant_prenom_4": "Y"},
         [("UN", "A"), ("DEUX", "B"), ("X", "Y")]),
        ({"enseignant_nom_3": "X"}, None),
    ],
)  # fmt: skip
def test_an_empty_cell_leaves_a_teacher_alone(
    w: Wiring, school: Any, cells: dict[str, str], teachers: list[tuple[str, str]] | None
) -> None:
    both = {
        "enseignant_nom": "UN", "enseignant_prenom": "A",
        "enseignant_nom_2": "DEUX", "enseignant_prenom_2": "B",
    }  # fmt: skip
    written(w, (1001, both))
    report = written(w, (1001, cells), partial=True)
    with w.store.reading() as connection:
        found = [tuple(row) for row in connection.execute(
            sa.select(t.teacher.c.last_name, t.teacher.c.first_name).order_by(t.teacher.c.position)
        )]  # fmt: skip
    assert found == (teachers or [("UN", "A"), ("DEUX", "B")])
    assert bool(report.problems) is (teachers is None)


@pytest.mark.parametrize("partial", [False, True])
def test_what_was_entered_since_the_sheet_was_prepared_is_not_overwritten(
    w: Wiring, school: Any, *, partial: bool
) -> None:
    one, other = {"revision": "0", "moyenne_1": "12"}, {"revision": "0", "appreciation": "Bien"}
    assert written(w, (1001, {"moyenne_1": "14"})).updated == 1
    assert written(w, (1001, {**one, "moyenne_1": "14,0"})).updated == 0
    assert written(w, (1001, other), partial=partial).updated == 1
    lines = [(1001, one | {"9001": "1"}), (1002, one)]
    if partial:
        report = written(w, *lines, partial=True)
        assert (report.updated, [str(fault)[:21] for fault in report.problems]) == (
            1, ["ligne 2, élève 1001 :"],
        )  # fmt: skip
        assert "moyenne 1" in report.problems[0].message
    else:
        with pytest.raises(ImportRefused):
            written(w, *lines)
    first = next(line for line in prepared(w, school).sheet.lines if line["siecle_id"] == 1001)
    assert (first["moyenne_1"], first.get("9001"), first["appreciation"]) == (14, None, "Bien")
    assert written(w, *lines, overwrite=True).updated >= 1
    first = next(line for line in prepared(w, school).sheet.lines if line["siecle_id"] == 1001)
    assert (first["moyenne_1"], first["9001"]) == (12, 1)
