"""Sheets written as files: a workbook with lists and limits, or a CSV. Nothing is a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from pipeline.domain.entry import MOST_WEEKS
from pipeline.domain.facts import Teacher
from pipeline.domain.sheet import MANDATORY, NO, ONE_OF_THEM, YES, Cell, Column, Sheet
from pipeline.exchange.plain_tables import BLUE, BOLD, WRAPPED, put, saved, table_csv

BOOKLETS_SHEET, NOTICE_SHEET, TEACHERS_SHEET = "Livrets", "Notice", "Enseignants"
FIRST_LINE = 3  # under the names that are read and the labels for people
_GREY, _YELLOW = (PatternFill("solid", fgColor=colour) for colour in ("EDEDED", "FFF2CC"))
_OPEN = Protection(locked=False)
_WIDTHS = {"text": 45, "name": 18, "reading": 16, "key": 12}
_FORMATS = {"mark": "0.00", "mastery": "0", "weeks": "0", "key": "0"}
_TEXT = "@"
_NAMES = ("last_name", "first_name")
_ADVICE = {
    "mark": "Un nombre de 0 à 20, avec une virgule et deux décimales au plus.",
    "mastery": "1, 2, 3 ou 4 : voir la feuille Notice.",
    "weeks": "Un nombre entier de semaines.",
    "yes_no": "oui ou non.",
    "text": "Texte trop long : voir la feuille Notice.",
}


def workbook_of(sheet: Sheet) -> bytes:
    """A workbook: the lines to fill in, the notice and, where some are known, the teachers."""
    book = Workbook()
    book.properties.creator = "LSL Pro"
    entry = book.active
    entry.title = BOOKLETS_SHEET
    for place, column in enumerate(sheet.columns, 1):
        _head(entry, place, column)
        for number, line in enumerate(sheet.lines, FIRST_LINE):
            _entry(entry.cell(number, place), column, line.get(column.name))
        if rule := _offer(column, sheet.teachers) or _rule(column):
            rule.add(f"{_at(place, FIRST_LINE)}:{_at(place, FIRST_LINE + len(sheet.lines) - 1)}")
            entry.add_data_validation(rule)
    entry.freeze_panes = _at(1 + sum(c.kind in {"key", "reading"} for c in sheet.columns), 3)
    entry.protection.sheet = True  # without a password: it keeps from slips, not from anyone
    entry.protection.formatColumns = entry.protection.formatRows = False
    _tell(book.create_sheet(NOTICE_SHEET), sheet.notice)
    if sheet.teachers:
        _name(book.create_sheet(TEACHERS_SHEET), sheet.teachers)
    return saved(book)


def csv_of(sheet: Sheet) -> bytes:
    """The same lines as a CSV, as French spreadsheets open it."""
    rows = [[line.get(one.name) for one in sheet.columns] for line in sheet.lines]
    return table_csv([one.name for one in sheet.columns], [[c.label for c in sheet.columns], *rows])


def _at(place: int, number: int) -> str:
    return f"{get_column_letter(place)}{number}"


def _head(page: Any, place: int, column: Column) -> None:
    name, label = page.cell(1, place), page.cell(2, place)
    put(name, column.name)
    put(label, column.label)
    name.font, name.fill = Font(size=8, color="7F7F7F"), _GREY
    label.font, label.alignment = BOLD, WRAPPED
    label.fill = _YELLOW if column.need in {MANDATORY, ONE_OF_THEM} else BLUE
    page.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(column.kind, 14)


def _entry(cell: Any, column: Column, value: Cell) -> None:
    cell.number_format = _FORMATS.get(column.kind, _TEXT)
    put(cell, value)
    cell.alignment = WRAPPED
    if column.kind in {"key", "reading"}:
        cell.fill = _GREY
    else:
        cell.protection = _OPEN


def _rule(column: Column) -> DataValidation | None:
    """What the spreadsheet itself refuses, and what it says then."""
    made: dict[str, dict[str, Any]] = {
        "mark": {"type": "decimal", "operator": "between", "formula1": "0", "formula2": "20"},
        "mastery": {"type": "list", "formula1": '"1,2,3,4"'},
        "weeks": {"type": "whole", "operator": "between", "formula1": "0",
                  "formula2": str(MOST_WEEKS)},
        "yes_no": {"type": "list", "formula1": f'"{YES},{NO}"'},
    }  # fmt: skip
    limited = {"type": "textLength", "operator": "lessThanOrEqual", "formula1": str(column.limit)}
    chosen = limited if column.limit else made.get(column.kind)
    if chosen is None:
        return None
    rule = DataValidation(allow_blank=True, showErrorMessage=True, **chosen)
    rule.errorTitle, rule.error = "Valeur refusée", _ADVICE.get(column.kind, _ADVICE["text"])
    return rule


def _offer(column: Column, teachers: Sequence[Teacher]) -> DataValidation | None:
    """The names to choose from, in the order of the sheet of teachers; another may be typed."""
    if not column.teacher or not teachers:
        return None
    letter = get_column_letter(1 + _NAMES.index(column.teacher))
    names = f"{TEACHERS_SHEET}!${letter}$2:${letter}${len(teachers) + 1}"
    return DataValidation(type="list", formula1=names, allow_blank=True, showErrorMessage=False)


def _name(page: Any, teachers: Iterable[Teacher]) -> None:
    names = [tuple(getattr(one, part) for part in _NAMES) for one in teachers]
    for number, both in enumerate([("Nom", "Prénom"), *names], 1):
        for place, text in enumerate(both, 1):
            put(page.cell(number, place), text)
    for letter, cell in zip("AB", page[1], strict=True):
        cell.font, cell.fill = BOLD, BLUE
        page.column_dimensions[letter].width = 30
    page.protection.sheet = True


def _tell(page: Any, lines: Iterable[Sequence[str]]) -> None:
    for number, line in enumerate(lines, 1):
        for place, text in enumerate(line, 1):
            cell = page.cell(number, place)
            put(cell, text)
            cell.alignment = Alignment(vertical="top", wrap_text=len(line) > 1)
    for letter, width in zip("ABCD", (26, 60, 18, 44), strict=True):
        page.column_dimensions[letter].width = width
