"""A teacher at a spreadsheet: opens the template, fills in cells, saves; and what a file holds."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree
from openpyxl import load_workbook

from pipeline.domain.fields import GROUP, PFMP, PROJECT, Place
from pipeline.domain.sheet import Cell, Column
from pipeline.domain.text import normalise, normalise_name
from pipeline.exchange.workbook_writer import csv_of, workbook_of
from pipeline.receiver import State
from pipeline.sheets import Prepared

PIECES = (
    "=1+1", "+33", "-bien", "@SOMME(A1)", "'=déjà", "''+", "_x0041_", "<&>", "é", "e\u0301", "\n",
    "« oui »", ";", '"', ",", "œ", "\u00a0", "\U0001f469\u200d\U0001f3ed", "12/05/2026", "12,5",
    "1", "VRAI", "#N/A", "{{ x }}", "x" * 40, "\t",
)  # fmt: skip
_COLUMNS = {
    "appreciation": "appreciation", "synthesis": "synthese", "week_count": "semaines",
    "abroad": "etranger",
}  # fmt: skip
Filled = dict[int, dict[str, Cell]]


def invented(prepared: Prepared, seed: int) -> Filled:
    """Values for every cell that can be filled in, hostile to spreadsheets, by SIECLE id."""
    draw = random.Random(seed)
    return {
        int(str(line["siecle_id"])): {
            one.name: _value(one, draw)
            for one in prepared.sheet.columns
            if one.kind not in {"key", "reading"}
        }
        for line in prepared.sheet.lines
    }


def _value(column: Column, draw: random.Random) -> Cell:
    if column.kind in {"mark", "mastery", "weeks"}:
        numbers: dict[str, Cell] = {
            "mark": Decimal(draw.randrange(2001)) / 100,
            "mastery": draw.randrange(1, 5),
            "weeks": draw.randrange(30),
        }
        return numbers[column.kind]
    if column.kind == "yes_no":
        return draw.choice(["oui", None])
    text = "".join(draw.choices(PIECES, k=draw.randrange(1, 4)))[: column.limit - 2] + "A"
    tidy = normalise_name if column.kind == "name" else normalise
    return tidy(text)[0]


def fill_workbook(prepared: Prepared, filled: Filled, path: Path) -> None:
    """Type the values into the workbook; numbers as numbers or as texts, as people do."""
    book = load_workbook(io.BytesIO(workbook_of(prepared.sheet)))
    page = book["Livrets"]
    names = [cell.value for cell in page[1]]
    for row in page.iter_rows(min_row=3):
        given = filled[int(row[0].value)]
        for name, cell in zip(names, row, strict=True):
            if (value := given.get(name)) is None:
                continue
            is_text = isinstance(value, str) or cell.row % 2
            cell.value = str(value).replace("_x0041_", "_x005F_x0041_") if is_text else value
            if is_text:
                cell.data_type = "s"
    book.save(path)


def fill_csv(prepared: Prepared, filled: Filled, path: Path) -> None:
    """Type the values into the CSV, decimals with a comma, as a French spreadsheet saves it."""
    lines = list(csv.reader(io.StringIO(csv_of(prepared.sheet).decode("utf-8-sig")), delimiter=";"))
    names = lines[0]
    for line in lines[2:]:
        for place, name in enumerate(names):
            if (value := filled[int(line[0])].get(name)) is not None:
                text = value if isinstance(value, str) else str(value).replace(".", ",")
                line[place] = f"'{text}" if text.lstrip("'")[:1] in set("=+-@") else text
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows(lines)
    path.write_bytes(out.getvalue().encode("utf-8-sig"))


FILL = {"xlsx": fill_workbook, "csv": fill_csv}


def held(data: bytes, start_year: int) -> Filled:
    """What a file for LSL holds, by SIECLE id and name of column."""
    return {
        int(str(pupil.get("id"))): _pupil(pupil, start_year)
        for pupil in etree.fromstring(data).iter("eleve")
    }


def _pupil(pupil: Any, start_year: int) -> dict[str, Cell]:
    (year,) = pupil.findall(f"scolarites/scolarite[@annee-scolaire='{start_year}']")
    subject = year.find("evaluation")
    found: dict[str, Cell] = {
        f"moyenne_{one.get('numero')}": Decimal(one.get("moyenne"))
        for one in subject.iter("periode")
    }
    found |= {one.get("code"): int(one.text) for one in subject.iter("competence")}
    found["appreciation"] = subject.findtext("annuelle")
    for rank, one in enumerate(subject.iter("enseignant"), 1):
        number = "" if rank == 1 else f"_{rank}"
        found |= _names(one, f"enseignant_{{}}{number}")
    pfmp = year.find("pfmp")
    abroad = "oui" if pfmp.get("a-l-etranger") == "true" else None
    found |= {"pfmp_synthese": pfmp.findtext("synthese"), "pfmp_etranger": abroad}
    found |= {"pfmp_semaines": int(pfmp.get("nombre-semaines"))}
    found |= _names(pfmp.find("enseignant"), "pfmp_enseignant_{}")
    project = year.find("projet")
    found["projet_moyenne"] = Decimal(project.get("moyenne"))
    found["projet_appreciation"] = project.findtext("appreciation")
    return found | _names(project.find("enseignant"), "projet_enseignant_{}")


def _names(element: Any, shape: str) -> dict[str, Cell]:
    return {shape.format(one): element.get(one) for one in ("nom", "prenom")}


def taken(state: State, start_year: int) -> Filled:
    """What LSL would hold of that year, by SIECLE id and column; figures of groups aside."""
    return {
        siecle_id: dict(
            cell
            for place, value in fields.items()
            if place.start_year == start_year and not place.name.startswith(GROUP)
            for cell in _cells(place, value)
        )
        for siecle_id, fields in state.items()
    }


def _cells(place: Place, value: Any) -> Iterator[tuple[str, Cell]]:
    part = {PFMP: "pfmp_", PROJECT: "projet_"}.get(place.part, "")
    if place.name == "teachers":
        for rank, names in enumerate(value, 1):
            number = "" if rank == 1 else f"_{rank}"
            for one, name in zip(("nom", "prenom"), names, strict=True):
                yield f"{part}enseignant_{one}{number}", name
    elif place.name == "average":
        yield f"{part}moyenne" if part else f"moyenne_{place.key}", value
    elif place.name == "rating":
        yield place.key, value
    elif place.name != "periodicity":
        yield part + _COLUMNS[place.name], _oui(value) if place.name == "abroad" else value


def _oui(value: Any) -> Cell:
    return "oui" if value else None


def entered(line: Mapping[str, Cell]) -> dict[str, Cell]:
    """A line of a sheet without who the pupil is."""
    return {
        name: cell
        for name, cell in line.items()
        if name not in {"siecle_id", "division", "nom", "prenom", "revision"} and cell is not None
    }
