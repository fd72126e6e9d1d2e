"""Workbooks as spreadsheets save them, and as attackers do."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from pipeline.errors import ImportRefused, UnreadableFile
from pipeline.exchange.booklet_table import BookletRow, read_booklet_table, read_booklets
from pipeline.exchange.workbook_parts import LARGEST_PART_BYTES, MOST_ELEMENTS
from pipeline.exchange.workbook_table import MOST_COLUMNS, MOST_LINES
from tests.exchange.workbooks import STYLES, number, page, row, text, workbook

HEAD = row(text("siecle_id"), text("moyenne_1"), text("appreciation"))


def values_of(path: Path) -> dict[str, str]:
    (found,) = read_booklets(path)
    return dict(found.values)


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_booklets(path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (number("12.300000000000001"), "12.3"),
        (number("12"), "12"),
        (number("1.2E1"), "12"),
        (text(" 12,5 "), "12,5"),
        (text("\u00a012,5\u202f"), "12,5"),
        ('<c t="str"><v>12,5</v></c>', "12,5"),
        ('<c t="b"><v>1</v></c>', "oui"),
        ('<c t="b"><v>0</v></c>', "non"),
        (number("46154", style=2), "12/05/2026"),
    ],
)
def test_a_cell_is_read_as_the_spreadsheet_shows_it(tmp_path: Path, cell: str, read: str) -> None:
    path = workbook(tmp_path, page(HEAD, row(number("7"), cell)))
    assert values_of(path) == {"moyenne_1": read}


@pytest.mark.parametrize("cell", ["", "<c/>", text(" "), '<c t="s"/>', "<c><v/></c>"])
def test_an_empty_cell_is_none(tmp_path: Path, cell: str) -> None:
    assert values_of(workbook(tmp_path, page(HEAD, row(number("7"), cell)))) == {}


def test_a_style_of_thousands_of_digits_is_none(tmp_path: Path) -> None:
    digits = "1" * 5_000  # more than Python turns into a number
    styles = STYLES.format("0").replace('numFmtId="14"', f'numFmtId="{digits}"')
    sheet = page(HEAD, row(number("7"), f'<c s="{digits}"><v>12</v></c>'))
    assert values_of(workbook(tmp_path, sheet, xl__styles_xml=styles)) == {"moyenne_1": "12"}


@pytest.mark.parametrize(
    ("shape", "is_date"),
    [("dd/mm/yyyy", True), ("[$-40C]d mmmm", True), ("jj/mm/aaaa", True), ("0.00", False),
     ('0" jours"', False), ("General", False), ("Standard", False), ("[Red]0.0", False)],
)  # fmt: skip
def test_a_style_of_dates_is_known(tmp_path: Path, shape: str, *, is_date: bool) -> None:
    styles = STYLES.format(shape.replace('"', "&quot;"))
    sheet = page(HEAD, row(number("7"), number("46154", style=1)))
    path = workbook(tmp_path, sheet, xl__styles_xml=styles)
    assert values_of(path) == {"moyenne_1": "12/05/2026" if is_date else "46154"}


def test_texts_are_shared_rich_and_escaped(tmp_path: Path) -> None:
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        "<si><r><t>Très </t></r><r><t>bien</t></r><rPh><t>NON</t></rPh></si>"
        "<si><t>_x005F_x0041_ _x000A_fin</t></si></sst>"
    )
    rows = [row(number(n), "<c/>", f'<c t="s"><v>{n}</v></c>') for n in "01"]
    sheet = page(HEAD, *rows).replace("<v>0</v></c><c/>", "<v>9</v></c><c/>")
    path = workbook(tmp_path, sheet, xl__sharedStrings_xml=strings)
    texts = [one.values["appreciation"] for one in read_booklets(path)]
    assert texts == ["Très bien", "_x0041_ \nfin"]


def test_lines_keep_their_numbers_and_the_line_of_labels_is_skipped(tmp_path: Path) -> None:
    sheet = page(
        HEAD, row(text("Identifiant SIECLE"), text("Moyenne")), row(text("9 900 001"), at=40),
    )  # fmt: skip
    assert read_booklets(workbook(tmp_path, sheet)) == (BookletRow(40, 9_900_001, {}),)


def test_a_code_finds_the_zeros_that_a_spreadsheet_took_away(tmp_path: Path) -> None:
    sheet = page(row(text("siecle_id"), number("12")), row(number("7"), number("3")))
    assert values_of(workbook(tmp_path, sheet)) == {"0012": "3"}


def test_the_sheet_of_booklets_is_found_by_name(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["mes", "brouillons"])
    book.create_sheet("Livrets").append(["siecle_id", "division"])
    book["Livrets"].append([7, "061"])
    book.save(tmp_path / "x.xlsx")
    assert values_of(tmp_path / "x.xlsx") == {"division": "061"}


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("<c><f>A1+1</f><v>12</v></c>", "moyenne_1 : formule"),
        ('<c><f t="shared" si="0"/><v>12</v></c>', "moyenne_1 : formule"),
        ('<c t="e"><v>#DIV/0!</v></c>', "moyenne_1 : valeur d'erreur"),
    ],
)
def test_a_formula_is_refused_by_line_and_never_taken_for_its_value(
    tmp_path: Path, cell: str, why: str
) -> None:
    sheet = page(HEAD, row(number("7"), cell), row(number("8"), number("12")))
    found = read_booklet_table(workbook(tmp_path, sheet))
    assert [one.siecle_id for one in found.rows] == [8]
    (problem,) = found.problems
    assert (problem.line, problem.siecle_id) == (2, 7)
    assert problem.message.startswith(why)


def test_a_formula_among_the_titles_refuses_the_file(tmp_path: Path) -> None:
    sheet = page(row(text("siecle_id"), "<c><f>A1</f></c>"))
    assert "titre de colonne" in refusal(workbook(tmp_path, sheet))


def test_a_cell_beyond_the_header_is_told(tmp_path: Path) -> None:
    sheet = page(HEAD, row(number("7"), '<c r="F2"><v>1</v></c>'))
    with pytest.raises(ImportRefused) as caught:
        read_booklets(workbook(tmp_path, sheet))
    assert caught.value.problems == ["ligne 2, élève 7 : plus de cellules que de colonnes."]


DTD = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>{}]>".format(
    "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
)
GOOD = page(HEAD, row(number("7"), number("12")))


@pytest.mark.faults
@pytest.mark.parametrize(
    ("sheet", "parts", "why"),
    [
        (page(HEAD, row(text("&e;")), before=DTD), {}, "DTD|abîmé"),
        (page(HEAD, row(text("&a9;")), before=LAUGHS), {}, "DTD|abîmé"),
        (GOOD, {"xl__styles_xml": DTD + STYLES.format("0")}, "DTD"),
        (GOOD[:-30], {}, "abîmé"),
        (GOOD, {"xl__workbook_xml": None}, "archive ZIP"),
        (GOOD, {"xl__worksheets__sheet1_xml": None}, "abîmé"),
        (GOOD, {"xl__vbaProject.bin": b"macro"}, "macros"),
        (GOOD, {"xl__externalLinks__externalLink1_xml": "<x/>"}, "liens vers d'autres classeurs"),
        (GOOD, {"word__document_xml": "<x/>"}, "document Word"),
        (GOOD, {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "OpenDocument"),
        (page(HEAD, row('<c t="s"><v>9</v></c>')), {}, "abîmé"),
        (page(HEAD, row("<c><v>douze</v></c>")), {}, "abîmé"),
        (page(HEAD, row(number("7"), at=3), row(number("8"), at=2)), {}, "abîmé"),
        (page(HEAD, row(number("7"), at="x")), {}, "abîmé"),
        (page(HEAD, row('<c r="XFD2"><v>1</v></c>')), {}, "trop de lignes ou de colonnes"),
        ("<html/>", {}, "vide"),
    ],
)  # fmt: skip
def test_a_hostile_workbook_is_refused_and_told_why(
    tmp_path: Path, sheet: str, parts: dict[str, str], why: str
) -> None:
    told = refusal(workbook(tmp_path, sheet, **parts))
    assert any(one in told for one in why.split("|"))
    assert "root:" not in told


@pytest.mark.faults
@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "ancien classeur Excel (.xls)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
         "mot de passe"),
        (b"%PDF-1.7", "PDF"), (b"<?xml version='1.0'?>\n<BEE_ELEVES/>", "import siecle"),
        (b"\xef\xbb\xbf<livrets></livrets>", "fichier XML"), (b"<!DOCTYPE html><html>", "page web"),
        (b"{\\rtf1", "RTF"),
    ],
)  # fmt: skip
def test_a_file_of_another_kind_is_told_what_it_is(tmp_path: Path, raw: bytes, why: str) -> None:
    path = tmp_path / "fichier"
    path.write_bytes(raw)
    assert why in refusal(path)


@pytest.mark.parametrize(("lines", "taken"), [(MOST_LINES - 1, True), (MOST_LINES, False)])
def test_lines_have_a_limit(tmp_path: Path, lines: int, *, taken: bool) -> None:
    path = workbook(tmp_path, page(HEAD, *(row(number(str(n))) for n in range(1, lines + 1))))
    if taken:
        assert len(read_booklets(path)) == lines
    else:
        assert "trop de lignes" in refusal(path)


@pytest.mark.parametrize(("columns", "taken"), [(MOST_COLUMNS, True), (MOST_COLUMNS + 1, False)])
def test_columns_have_a_limit(tmp_path: Path, columns: int, *, taken: bool) -> None:
    names = [text("siecle_id"), *(text(str(n)) for n in range(1000, 1000 + columns - 1))]
    path = workbook(tmp_path, page(row(*names), row(number("7"))))
    if taken:
        assert read_booklets(path) == (BookletRow(2, 7, {}),)
    else:
        assert "trop de lignes ou de colonnes" in refusal(path)


BOMBS = {
    "spaces": lambda: page(HEAD) + " " * (LARGEST_PART_BYTES + 1),
    "cells": lambda: page(HEAD, row("<c/>" * (MOST_ELEMENTS + 1))),
    "rows": lambda: page(HEAD, "<row/>" * (MOST_ELEMENTS + 1)),
    "depth": lambda: "<a>" * 2_000_000,
}


@pytest.mark.faults
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_bounded_memory_and_time(tmp_path: Path, name: str) -> None:
    path = workbook(tmp_path, BOMBS[name]())
    assert path.stat().st_size < 300_000
    tracemalloc.start()
    started = time.process_time()
    try:
        assert "démesuré" in (told := refusal(path)) or "abîmé" in told
        assert tracemalloc.get_traced_memory()[1] < 250_000_000
    finally:
        tracemalloc.stop()
    assert time.process_time() - started < 60


@pytest.mark.faults
def test_a_bomb_in_a_part_that_is_not_read_never_bursts(tmp_path: Path) -> None:
    path = workbook(tmp_path, GOOD, xl__media__image1=b"\0" * (LARGEST_PART_BYTES * 2))
    assert values_of(path) == {"moyenne_1": "12"}


@pytest.mark.faults
@pytest.mark.parametrize("size", range(0, 1_400, 97))
def test_a_truncated_workbook_is_refused(tmp_path: Path, size: int) -> None:
    raw = workbook(tmp_path, GOOD).read_bytes()
    path = tmp_path / "cut.xlsx"
    path.write_bytes(raw[: min(size, len(raw) - 1)])
    with pytest.raises((UnreadableFile, ImportRefused)):
        read_booklets(path)


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    raw = bytearray(workbook(tmp_path, GOOD).read_bytes())
    for start in (b"PK\x03\x04", b"PK\x01\x02"):
        at = 0
        while (at := raw.find(start, at)) >= 0:
            raw[at + (6 if start == b"PK\x03\x04" else 8)] |= 1
            at += 4
    (tmp_path / "locked.xlsx").write_bytes(bytes(raw))
    assert zipfile.ZipFile(io.BytesIO(bytes(raw))).infolist()[0].flag_bits & 1
    assert "abîmé" in refusal(tmp_path / "locked.xlsx")
