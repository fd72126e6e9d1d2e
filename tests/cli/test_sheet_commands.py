"""`template booklets`, `import booklets` and `preflight` by their real doors."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

DIVISION = "1MELEC1"


def template(school, path, *options):
    answer = school("template", "booklets", DIVISION, "--output", str(path), *options)
    assert answer.code == 0, answer.err
    return path


def test_a_template_names_no_pupil_in_its_file_name_and_replaces_no_file(
    school, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert school("template", "booklets", DIVISION).code == 0
    name = "LSLPRO_livrets_0999999Z_2026_1MELEC1.xlsx"
    before = (tmp_path / name).read_bytes()
    again = school("template", "booklets", DIVISION)
    assert (again.code, again.out) == (1, "")
    assert "existe déjà" in again.err
    assert (tmp_path / name).read_bytes() == before


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_template_comes_back_unchanged_through_the_command(school, tmp_path, year, form):
    path = template(school, tmp_path / f"x.{form}", "--format", form)
    report = school("import", "booklets", str(path), "--year", year, "--json").json
    assert report == {"updated": 0, "unchanged": 10, "problems": []}


def test_a_file_is_written_only_under_a_name_of_its_format(school, tmp_path):
    for name, form in (("x.xls", "xlsx"), ("x.xlsx", "csv"), ("x", "csv")):
        path = tmp_path / name
        for command in (("template", "booklets", DIVISION), ("preflight", DIVISION)):
            answer = school(*command, "--format", form, "--output", str(path))
            assert (answer.code, answer.out) == (1, "")
            assert f"donnez-lui un nom en .{form}" in answer.err
            assert not path.exists()


def test_a_place_that_takes_no_file_is_told_and_nothing_is_removed(school, tmp_path):
    (tmp_path / "kept").write_text("travail")
    for path in (tmp_path / "kept" / "x.xlsx", tmp_path / "kept" / "y" / "x.xlsx",
                 tmp_path / f"{'x' * 300}.xlsx"):  # fmt: skip
        answer = school("template", "booklets", DIVISION, "--output", str(path))
        assert (answer.code, answer.out) == (1, "")
        assert "on ne peut pas l'écrire à cet endroit" in answer.err
    assert (tmp_path / "kept").read_text() == "travail"


def test_a_sheet_older_than_what_was_entered_says_what_to_do(school, tmp_path, year):
    pupil = school("status", DIVISION, "--json").json[0]
    school("booklet", "set", str(pupil["id"]), "--average", "1=3")
    path = tmp_path / "ma feuille.csv"
    line = f"{pupil['siecle_id']};0;7"
    path.write_text(f"siecle_id;revision;moyenne_1\n{line}\n", encoding="utf-8")
    err = school("import", "booklets", str(path), "--year", year).err
    assert err.startswith("lslpro : Fichier ma feuille.csv (établissement ")
    assert " : une erreur, rien n'a été importé." in err
    assert "saisi ailleurs depuis que cette feuille a été préparée : moyenne 1." in err
    assert "--overwrite" in err
    assert school("import", "booklets", str(path), "--year", year, "--overwrite").code == 0


def test_with_partial_the_report_names_lines_and_the_code_is_1(school, tmp_path, year):
    wrong, right = [one["siecle_id"] for one in school("status", DIVISION, "--json").json][:2]
    path = tmp_path / "x.csv"
    path.write_text(f"siecle_id;moyenne_1\n{wrong};21\n{right};11,25\n", encoding="utf-8")
    refused = school("import", "booklets", str(path), "--year", year)
    assert (refused.code, refused.out) == (1, "")
    assert f"ligne 2, élève {wrong} : Moyenne de la période 1" in refused.err
    answer = school("import", "booklets", str(path), "--year", year, "--partial", "--json")
    assert (answer.code, answer.json["updated"]) == (1, 1)
    (problem,) = answer.json["problems"]
    assert (problem["line"], problem["siecle_id"], problem["severity"]) == (2, wrong, "error")
    again = school("import", "booklets", str(path), "--year", year, "--partial")
    assert "inchangés : 1" in again.out
    assert again.out.count("ligne") == 1


def test_the_preflight_counts_as_the_status_does(school):
    status = {row["code"]: row for row in school("status", "--json").json}
    found = school("preflight", "--all", "--json").json
    assert {one["division"] for one in found} == set(status)
    for one in found:
        row = status[one["division"]]
        assert one["lights"] == {light: row[light] for light in ("red", "orange", "green")}
        assert one["export_possible"] is bool(row["orange"] + row["green"])


def test_the_preflight_says_it_in_words(school):
    said = " ".join(school("preflight", DIVISION, "1AGORA É&2").out.split())
    assert "Export possible : 8 élève(s) sur 10 ; 2 en rouge n'y seront pas." in said
    assert "Export impossible : les 11 élève(s) sont en rouge." in said
    assert "Enseignant" in said
    assert "bloque" in said


def test_the_preflight_says_when_a_light_is_late(school):
    pupils = school("status", DIVISION, "--json").json
    green = next(one for one in pupils if one["light"] == "green")
    school("booklet", "set", str(green["id"]), "--average", "1=3")
    assert "1 voyant(s) ne sont pas à jour" in " ".join(school("preflight", DIVISION).out.split())
    (found,) = school("preflight", DIVISION, "--json").json
    assert found["not_up_to_date"] == [{"siecle_id": green["siecle_id"], "booklet_id": green["id"]}]


def test_the_preflight_is_written_as_a_table_without_a_name(school, tmp_path):
    names = {row["last_name"] for row in school("status", DIVISION, "--json").json}
    for form in ("csv", "xlsx"):
        path = tmp_path / f"bilan.{form}"
        answer = school("preflight", "--all", "--format", form, "--output", str(path))
        assert answer.code == 0, answer.err
    text = (tmp_path / "bilan.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert {row["Division"] for row in rows} == {DIVISION, "TCUIS1", "1AGORA É&2"}
    assert any(row["Qui agit"] == "Enseignant" for row in rows)
    book = load_workbook(tmp_path / "bilan.xlsx")
    assert book.sheetnames == ["Divisions", "Détail"]
    assert book["Détail"].max_row == len(rows) + 1
    cells = {cell for page in book for row in page.iter_rows(values_only=True) for cell in row}
    assert not names & cells
    assert not any(name in text for name in names)


@pytest.mark.faults
@pytest.mark.parametrize(
    "command",
    [
        ("preflight",), ("preflight", "NULLE"), ("template", "booklets", "NULLE"),
        ("import", "booklets", "nul.xlsx"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_on_one_line(school, command):
    answer = school(*command)
    assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)


@pytest.mark.faults
def test_no_template_before_the_periodicity_and_no_siecle_file_as_booklets(
    lslpro, demo, year, tmp_path
):
    lslpro("import", "frameworks", str(demo.frameworks))
    lslpro("import", "siecle", str(demo.siecle), "--year", year)
    refused = lslpro("template", "booklets", DIVISION, "--output", str(tmp_path / "x.xlsx"))
    assert refused.code == 1
    assert "Un chef d'établissement ou DDFPT la fixe" in refused.err
    assert not (tmp_path / "x.xlsx").exists()
    assert "import siecle" in lslpro("import", "booklets", str(demo.siecle), "--year", year).err
