"""The demo's school: real file shapes, MEF and competence labels; invented pupils.

The competence codes (9xxx) are fictitious: LSL's own are not published.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from pipeline.demo_school.school import competences
from pipeline.demo_school.sheet import booklet_lines
from pipeline.demo_school.siecle_file import siecle_bytes
from pipeline.exchange.tables import FRAMEWORK_COLUMNS

START_YEAR = 2026


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """Where the demo's files were written."""

    siecle: Path
    frameworks: Path
    booklets: Path


def write_demo_files(folder: Path, start_year: int = START_YEAR) -> DemoFiles:
    """Write the three files of the demo's school; the same bytes each time."""
    folder.mkdir(parents=True, exist_ok=True)
    files = DemoFiles(
        siecle=folder / "ElevesSansAdresses.xml",
        frameworks=folder / "frameworks.csv",
        booklets=folder / "booklets.csv",
    )
    files.siecle.write_bytes(siecle_bytes(start_year))
    _write_csv(files.frameworks, _framework_lines(start_year))
    _write_csv(files.booklets, booklet_lines())
    return files


def _framework_lines(start_year: int) -> list[list[str]]:
    rows = [{"annee": str(start_year)} | row for row in competences()]
    return [list(FRAMEWORK_COLUMNS), *([row[name] for name in FRAMEWORK_COLUMNS] for row in rows)]


def _write_csv(path: Path, lines: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # as French Excel reads it
        csv.writer(file, delimiter=";").writerows(lines)
