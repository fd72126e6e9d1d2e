"""A table in a workbook, as spreadsheets save it: cells as text, formulas never evaluated.

Read by ourselves, as a stream: openpyxl pads missing rows, translates shared formulas and lets
errors of any type through, and its parser is not hardened unless defusedxml is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import join, normpath

from lxml import etree

from pipeline.domain.sheet import NO, YES
from pipeline.exchange.spreadsheet_text import unescaped
from pipeline.exchange.table import Record, Table, table_of
from pipeline.exchange.workbook_parts import Parts
from pipeline.exchange.workbook_styles import date_styles, day_of
from pipeline.exchange.xml_stream import local_name

MOST_LINES, MOST_COLUMNS = 5_000, 500
PREFERRED = "livrets"  # the sheet of our own template; else the first one
FORMULA = "formule, jamais calculée ici : remplacez-la par sa valeur"
_ERROR = "valeur d'erreur du tableur"
_PLACE = re.compile("([A-Z]{1,3})([0-9]{1,7})")
_BOOK, _LINKS, _STRINGS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_MANY = "trop de lignes ou de colonnes : gardez les lignes des élèves seulement."


def read_workbook(name: str, raw: bytes) -> Table:
    """Read the sheet of booklets of a workbook. Raises UnreadableFile."""
    parts = Parts(name, raw)
    sheet = _sheet_part(parts)
    return table_of(name, _Reading(parts).records(sheet))


def _sheet_part(parts: Parts) -> str:
    sheets = {
        str(one.get("name")): one.get(_RELATION) or one.get(_STRICT_RELATION)
        for one in parts.elements(_BOOK, "sheet")
    }
    targets = {one.get("Id"): one.get("Target") for one in parts.elements(_LINKS, "Relationship")}
    named = {name.lower(): link for name, link in sheets.items()}
    link = named.get(PREFERRED) or next(iter(sheets.values()), None)
    target = targets.get(link) if link else None
    if not target:
        raise parts.unreadable()
    return target[1:] if target.startswith("/") else normpath(join("xl", target))


class _Reading:
    """One reading of a sheet: its texts and styles are known, its cells come in order."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._dates = date_styles(parts)
        self._texts: list[str] = []
        if parts.has(_STRINGS):
            self._texts = [_text(one) for one in parts.elements(_STRINGS, "si")]

    def records(self, part: str) -> Iterator[Record]:
        """Each line that holds something, with its number and what is wrong in its cells."""
        number = count = 0
        for row in self._parts.elements(part, "row"):
            number = self._number(row.get("r"), number + 1)
            cells, faults = self._cells(row)
            if cells or faults:
                count += 1
                if count > MOST_LINES:
                    raise self._parts.unreadable(_MANY)
                width = max([*cells, *faults])
                yield Record(number, [cells.get(n, "") for n in range(1, width + 1)], faults)

    def _number(self, given: str | None, following: int) -> int:
        if given is None:
            return following
        if not (given.isascii() and given.isdecimal() and int(given[:9]) >= following):
            raise self._parts.unreadable()
        return int(given[:9])

    def _cells(self, row: etree._Element) -> tuple[dict[int, str], dict[int, str]]:
        cells: dict[int, str] = {}
        faults: dict[int, str] = {}
        column = 0
        for cell in row:
            column = _column(cell.get("r"), column + 1)
            held = {local_name(one): one for one in cell}
            if "f" in held:
                faults[column] = FORMULA
            elif cell.get("t") == "e":
                faults[column] = _ERROR
            elif text := self._value(cell, held).strip():
                cells[column] = text
            if max([*cells, *faults, 0]) > MOST_COLUMNS:
                raise self._parts.unreadable(_MANY)
        return cells, faults

    def _value(self, cell: etree._Element, held: dict[str, etree._Element]) -> str:
        kind, value = cell.get("t", "n"), held["v"].text or "" if "v" in held else ""
        if kind == "inlineStr":
            return _text(held["is"]) if "is" in held else ""
        if kind in {"str", "d"} or not value:
            return unescaped(value)
        if kind == "s":
            return self._shared(value)
        if kind == "b":
            return YES if value == "1" else NO
        return self._numeric(value, cell.get("s", "0"))

    def _shared(self, index: str) -> str:
        if not (index.isascii() and index.isdecimal()) or int(index[:9]) >= len(self._texts):
            raise self._parts.unreadable()
        return self._texts[int(index[:9])]

    def _numeric(self, value: str, style: str) -> str:
        """The shortest decimal of the number: Excel saves 12,3 as 12.300000000000001."""
        try:
            number = float(value)
        except ValueError:
            raise self._parts.unreadable() from None
        if style.isdecimal() and int(style[:9]) in self._dates:
            return day_of(number)
        return str(int(number)) if number.is_integer() else repr(number)


def _column(place: str | None, following: int) -> int:
    found = _PLACE.fullmatch(place or "")
    if not found:
        return following
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _text(element: etree._Element) -> str:
    """The text of its runs; a pronunciation (`rPh`) is no part of it."""
    runs = (
        one.text or ""
        for one in element.iter("{*}t")
        if not str(getattr(one.getparent(), "tag", "")).endswith("}rPh")
    )
    return unescaped("".join(runs))
