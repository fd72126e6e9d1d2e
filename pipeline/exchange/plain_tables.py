"""Plain tables written as files, a workbook or a CSV; no text in them is ever a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from pipeline.domain.sheet import Cell
from pipeline.exchange.spreadsheet_text import clean, escaped, guarded, is_risky

BOLD, WRAPPED = Font(bold=True), Alignment(vertical="top", wrap_text=True)
BLUE = PatternFill("solid", fgColor="DCE6F1")
Table = tuple[Sequence[str], Sequence[Sequence[Cell]]]


def tables_workbook(tables: Mapping[str, Table]) -> bytes:
    """A workbook of plain tables, a sheet each: a header and its lines, by name of sheet."""
    book = Workbook()
    book.remove(book.active)
    for title, (header, rows) in tables.items():
        page = book.create_sheet(title)
        for number, row in enumerate([header, *rows], 1):
            for place, value in enumerate(row, 1):
                cell = page.cell(number, place)
                put(cell, value)
                cell.alignment = WRAPPED
        for place, cell in enumerate(page[1], 1):
            cell.font, cell.fill = BOLD, BLUE
            page.column_dimensions[get_column_letter(place)].width = 20
        page.freeze_panes = "A2"
        page.auto_filter.ref = page.dimensions
    return saved(book)


def table_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Semicolons, UTF-8 with its mark, decimals with a comma."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(header)
    writer.writerows([_csv_cell(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _csv_cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return str(value).replace(".", ",")
    return guarded(clean(value)) if isinstance(value, str) else str(value)


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def put(cell: Any, value: Cell) -> None:
    """Write a value; a text stays a text, whatever it begins with."""
    if not isinstance(value, str):
        cell.value = value
        return
    text = clean(value)
    cell.value = escaped(text)
    cell.data_type = "s"
    cell.quotePrefix = is_risky(text)
