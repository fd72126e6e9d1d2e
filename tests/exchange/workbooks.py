"""Workbooks made by hand, part by part: a test shows only the part that it spoils."""

from __future__ import annotations

import zipfile
from pathlib import Path

SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOOK = (
    f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{RELATIONS}">'
    '<sheets><sheet name="Feuille1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'
)
STYLES = (
    f'<styleSheet xmlns="{SPREADSHEET}"><numFmts><numFmt numFmtId="164" formatCode="{{}}"/>'
    '</numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs>'
    "</styleSheet>"
)


def text(value: str) -> str:
    """A cell of text."""
    return f'<c t="inlineStr"><is><t>{value}</t></is></c>'


def number(value: str, style: int = 0) -> str:
    """A cell of a number."""
    return f'<c s="{style}"><v>{value}</v></c>'


def row(*cells: str, at: int | str | None = None) -> str:
    """A line, at its own number when one is given."""
    return f"<row{'' if at is None else f' r={chr(34)}{at}{chr(34)}'}>{''.join(cells)}</row>"


def page(*rows: str, before: str = "") -> str:
    """A sheet of these lines."""
    data = f"<sheetData>{''.join(rows)}</sheetData>"
    return f'{before}<worksheet xmlns="{SPREADSHEET}">{data}</worksheet>'


def workbook(
    folder: Path, sheet: str, *, name: str = "livrets.xlsx", **parts: str | bytes | None
) -> Path:
    """Write a workbook; `parts` by path, `__` for `/` and `_` for `.`, `None` leaves one out."""
    named = {path.replace("__", "/").replace("_xml", ".xml"): one for path, one in parts.items()}
    inside: dict[str, str | bytes | None] = {
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": LINKS,
        "xl/styles.xml": STYLES.format("General"),
        "xl/worksheets/sheet1.xml": sheet,
    }
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, content in (inside | named).items():
            if content is not None:
                archive.writestr(place, content)
    return path
