from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.demo_school import write_demo_files
from pipeline.domain.completeness import gaps_of
from pipeline.domain.facts import (
    BookletFacts,
    Competence,
    EvaluationFacts,
    LevelFacts,
    Limits,
    Teacher,
)
from pipeline.domain.facts import PfmpFacts as Pfmp
from pipeline.domain.gaps import light_of
from pipeline.domain.periods import Level, Periodicity
from pipeline.errors import ImportRefused, UnreadableFile
from pipeline.exchange.siecle import read_siecle
from pipeline.exchange.tables import BookletRow, FrameworkRow, read_booklets, read_frameworks
from tests.exchange.builders import table

FRAMEWORKS = "annee;diplome;libelle_diplome;niveau;position;code;reference;libelle"
LINE = "2025;25520;MELEC;premiere;1;9001;C1;Analyser"


def _refused(path: Path, reader: object = read_booklets) -> list[str]:
    with pytest.raises(ImportRefused) as caught:
        reader(path)  # type: ignore[operator]
    return caught.value.problems


def test_a_framework_line_is_read(tmp_path: Path) -> None:
    assert read_frameworks(table(tmp_path, FRAMEWORKS, LINE)) == (
        FrameworkRow(2025, "25520", "MELEC", Level.PREMIERE, 1, "9001", "C1", "Analyser"),
    )


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("Analyser", "Autre", "compétence 9001 décrit(e) autrement ligne 2"),
        (";C1;", ";C9;", "compétence 9001 décrit(e) autrement ligne 2"),
        ("MELEC", "MEE", "diplôme 25520 décrit(e) autrement ligne 2"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(
    tmp_path: Path, right: str, wrong: str, told: str
) -> None:
    second = LINE.replace("premiere", "terminale").replace(right, wrong)
    path = table(tmp_path, FRAMEWORKS, LINE, second)
    assert _refused(path, read_frameworks) == [f"ligne 3 : {told}."]


def test_a_blank_level_means_both(tmp_path: Path) -> None:
    path = table(tmp_path, FRAMEWORKS, LINE.replace("premiere", ""))
    assert [row.level for row in read_frameworks(path)] == [Level.PREMIERE, Level.TERMINALE]


@pytest.mark.parametrize(
    ("right", "wrong", "column"),
    [
        ("2025", "1999", "annee"), ("2025", "10000", "annee"), ("25520", "2552", "diplome"),
        ("MELEC", "", "libelle_diplome"), ("premiere", "seconde", "niveau"),
        (";1;", ";un;", "position"), ("9001", "901", "code"), ("9001", "90011", "code"),
        ("Analyser", "", "libelle"),
    ],
)  # fmt: skip
def test_a_wrong_framework_cell_is_told(
    tmp_path: Path, right: str, wrong: str, column: str
) -> None:
    path = table(tmp_path, FRAMEWORKS, LINE.replace(right, wrong))
    (problem,) = _refused(path, read_frameworks)
    assert problem.startswith(f"ligne 2 : {column} : ")


@pytest.mark.parametrize("year", ["2000", "9999"])
def test_the_first_and_last_years_are_taken(tmp_path: Path, year: str) -> None:
    assert read_frameworks(table(tmp_path, FRAMEWORKS, LINE.replace("2025", year)))


def test_a_competence_given_twice_is_told_even_through_a_blank_level(tmp_path: Path) -> None:
    path = table(tmp_path, FRAMEWORKS, LINE, LINE.replace("premiere", ""))
    assert _refused(path, read_frameworks) == [
        "ligne 3 : compétence déjà donnée ligne 2 pour le niveau premiere."
    ]


def test_missing_framework_columns_are_all_told(tmp_path: Path) -> None:
    path = table(tmp_path, "annee;diplome;libelle_diplome;position;code;libelle;couleur")
    assert _refused(path, read_frameworks) == [
        "ligne 1 : colonne niveau absente.",
        "ligne 1 : colonne reference absente.",
        "ligne 1 : colonne 7 (couleur) inconnue.",
    ]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_separator_and_encoding_are_found_out(
    tmp_path: Path, separator: str, encoding: str
) -> None:
    lines = ["siecle_id;appreciation;moyenne_1;9001", '7;"L’œil sûr";"12,5";3']
    path = table(tmp_path, *(one.replace(";", separator) for one in lines), encoding=encoding)
    assert read_booklets(path) == (
        BookletRow(2, 7, {"appreciation": "L’œil sûr", "moyenne_1": "12,5", "9001": "3"}),
    )


def test_empty_lines_cells_and_trailing_columns_are_skipped(tmp_path: Path) -> None:
    path = table(tmp_path, "", "SIECLE_ID ;moyenne_1;;", ";;;", "7; ;;", "", "8;10")
    assert read_booklets(path) == (BookletRow(4, 7, {}), BookletRow(6, 8, {"moyenne_1": "10"}))


def test_a_text_of_several_lines_does_not_shift_the_numbers(tmp_path: Path) -> None:
    path = table(tmp_path, "siecle_id;appreciation", '7;"un\ndeux ; <&>"', "8;x")
    assert [(row.line, row.siecle_id) for row in read_booklets(path)] == [(2, 7), (4, 8)]


def test_every_problem_is_listed_by_line(tmp_path: Path) -> None:
    path = table(tmp_path, "siecle_id;9001;9001;note", "7;1;2;x", "", "7;1", "DUPONT;1", "8;;;;x")
    assert _refused(path) == [
        "ligne 1 : colonne 4 (note) inconnue.",
        "ligne 1 : colonne 9001 présente 2 fois.",
        "ligne 4, élève 7 : siecle_id déjà présent ligne 2.",
        "ligne 5 : siecle_id absent ou qui n'est pas un nombre.",
        "ligne 6, élève 8 : plus de cellules que de colonnes.",
    ]


@pytest.mark.parametrize("key", ["", "0", "-1", "1.5", "²", "99999999999"])
def test_an_id_that_is_none_is_refused(tmp_path: Path, key: str) -> None:
    path = table(tmp_path, "siecle_id;moyenne_1", f"{key};10")
    assert len(_refused(path)) == 1


def test_a_table_without_a_header_quotes_no_pupil(tmp_path: Path) -> None:
    assert _refused(table(tmp_path, "DUPONT;Camille;12,5", "DURAND;Inès;9")) == [
        "ligne 1 : colonne siecle_id absente.",
        "ligne 1 : sans ces colonnes, est-ce bien la ligne des titres de ce tableau ?",
    ]


@pytest.mark.parametrize(
    ("raw", "why"),
    [(b"<BEE_ELEVES/>", "Il se donne à « lslpro import siecle »."),
     (b"<?xml version='1.0'?><BEE_STRUCTURES>", "Il se donne à « lslpro import structures »."),
     (b"<a b='DUPONT'>", "c'est un autre fichier XML. Ce n'est pas un tableau."),
     (b"<!DOCTYPE html><html>", "c'est une page web."), (b"%PDF-1.7", "c'est un document PDF.")],
)  # fmt: skip
@pytest.mark.parametrize("reader", [read_booklets, read_frameworks])
def test_another_kind_of_file_is_told_by_both_tables(
    tmp_path: Path, raw: bytes, why: str, reader: Callable[[Path], object]
) -> None:
    path = tmp_path / "tableau.csv"
    path.write_bytes(raw)
    with pytest.raises(UnreadableFile, match=re.escape(why)) as caught:
        reader(path)
    assert "DUPONT" not in str(caught.value)


@pytest.mark.parametrize(
    ("raw", "why"),
    [(b"", "vide"), (b"\n;;\n", "vide"), (b"PK\x03\x04", "abîmé"), ("a;b".encode("utf-16"), "CSV"),
     (b'siecle_id\n"7', "ligne 2"), (b"siecle_id\n7;\x81\xff", "ligne 2")],
)  # fmt: skip
def test_what_is_no_table_is_refused(tmp_path: Path, raw: bytes, why: str) -> None:
    path = tmp_path / "tableau.csv"
    path.write_bytes(raw)
    with pytest.raises(UnreadableFile, match=why):
        read_booklets(path)


def test_an_absent_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="introuvable"):
        read_booklets(tmp_path / "rien.csv")


def _facts(row: BookletRow) -> BookletFacts:
    cells = row.values
    averages = {
        n: Decimal(cells[f"moyenne_{n}"].replace(",", "."))
        for n in (1, 2, 3)
        if f"moyenne_{n}" in cells
    }
    speciality = EvaluationFacts(
        appreciation=cells.get("appreciation"),
        averages=averages,
        ratings={code: int(cell) for code, cell in cells.items() if code.isdecimal()},
        teachers=(Teacher(cells.get("enseignant_nom", ""), cells.get("enseignant_prenom", "")),),
    )
    pfmp = Pfmp(
        cells.get("pfmp_synthese"), cells.get("pfmp_enseignant_nom"),
        cells.get("pfmp_enseignant_prenom"),
    )  # fmt: skip
    return BookletFacts(row.siecle_id, row.siecle_id, 1, (speciality,), pfmp)


def test_the_demo_tables_give_the_three_lights(tmp_path: Path) -> None:
    files = write_demo_files(tmp_path)
    rows = {row.siecle_id: row for row in read_booklets(files.booklets)}
    frameworks = read_frameworks(files.frameworks)
    assert all(row.code.startswith("9") for row in frameworks)
    lights: dict[str, Counter[str]] = {}
    for one in read_siecle(files.siecle).pupils():
        if one.status_code != "ST" or one.left_on or one.mef is None or one.mef.level is None:
            assert one.siecle_id not in rows
            continue
        key = (one.mef.diploma_code, one.mef.level)
        expected = tuple(
            Competence(row.code, row.reference_code, row.label)
            for row in sorted(frameworks, key=lambda row: row.position)
            if (row.diploma_code, row.level) == key
        )
        level = LevelFacts("0999999Z", 2026, *key, Periodicity.SEMESTER, competences=expected)
        booklet = _facts(rows.get(one.siecle_id, BookletRow(0, one.siecle_id, {})))
        light = light_of(gaps_of(booklet, level, Limits()))
        lights.setdefault(str(one.division_code), Counter())[light] += 1
    assert lights == {
        "1MELEC1": {"green": 6, "orange": 2, "red": 2},
        "TCUIS1": {"green": 5, "orange": 3, "red": 2},
        "1AGORA É&2": {"red": 11},
    }


def test_the_demo_is_the_same_each_time(tmp_path: Path) -> None:
    first, second = write_demo_files(tmp_path / "a"), write_demo_files(tmp_path / "b")
    for name in ("siecle", "frameworks", "booklets"):
        assert getattr(first, name).read_bytes() == getattr(second, name).read_bytes()
    assert "<&>" in first.booklets.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("head", "reader", "told"),
    [
        (FRAMEWORKS, read_booklets, "lslpro import frameworks"),
        ("siecle_id;moyenne_1", read_frameworks, "lslpro import booklets"),
    ],
)
def test_one_table_given_for_the_other_is_called_by_its_name(
    tmp_path: Path, head: str, reader: Callable[[Path], object], told: str
) -> None:
    with pytest.raises(UnreadableFile, match=told):
        reader(table(tmp_path, head, "7;12"))
