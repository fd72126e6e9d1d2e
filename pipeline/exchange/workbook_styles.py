"""Which styles of a workbook show a number as a date, and the day a number is."""

from __future__ import annotations

import datetime as dt
import re

from pipeline.exchange.workbook_parts import Parts

_PART = "xl/styles.xml"
# ECMA-376, 18.8.30: the formats every spreadsheet knows by number.
_KNOWN = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_NOT_LETTERS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_OF_DATES = re.compile("[dmyhsajDMYHSAJ]")  # French Excel may store j and a for day and year
_GENERAL = re.compile("general|standard", re.IGNORECASE)
_DAY_ZERO = dt.date(1899, 12, 30)
_LAST_SERIAL = 2_958_465  # 31/12/9999


def date_styles(parts: Parts) -> frozenset[int]:
    """The indexes of the cell styles that show dates."""
    if not parts.has(_PART):
        return frozenset()
    formats: dict[str, str] = {}
    found: list[bool] = []
    for element in parts.elements(_PART, "numFmts", "cellXfs"):
        for one in element:
            if "formatCode" in one.attrib:
                formats[str(one.get("numFmtId"))] = str(one.get("formatCode"))
            elif element.tag.endswith("cellXfs"):
                found.append(_is_date(str(one.get("numFmtId", "0")), formats))
    return frozenset(index for index, is_date in enumerate(found) if is_date)


def _is_date(number: str, formats: dict[str, str]) -> bool:
    if number in formats:
        shape = _GENERAL.sub("", _NOT_LETTERS.sub("", formats[number]))
        return bool(_OF_DATES.search(shape))
    return number.isdecimal() and int(number[:9]) in _KNOWN


def day_of(serial: float) -> str:
    """The day a number stands for, dd/mm/yyyy."""
    if not 0 <= serial <= _LAST_SERIAL:
        return "date illisible"
    return (_DAY_ZERO + dt.timedelta(days=int(serial))).strftime("%d/%m/%Y")
