"""What every command shares: the wiring, output for people and for programs, exit codes."""

from __future__ import annotations

import datetime as dt
import getpass
import json
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.text import Text

from pipeline.cli.tables import is_whole, table_of
from pipeline.errors import (
    Ambiguous,
    Defect,
    NotFound,
    OutdatedDatabase,
    PipelineError,
    Refused,
    Unavailable,
    UnreadableFile,
)
from pipeline.settings import settings
from pipeline.store import reports
from pipeline.store.migrate import current_revision, newest_revision, upgrade
from pipeline.wiring import Wiring, wire

EXIT_CODES = {Refused: 1, Defect: 70, Unavailable: 75}
LIGHT_STYLES = {"red": "red", "orange": "dark_orange", "green": "green"}
console = Console(highlight=False, markup=False)  # texts of pupils hold brackets
JsonOption = Annotated[bool, typer.Option("--json", help="Une valeur JSON, rien d'autre.")]


def exit_code(error: PipelineError) -> int:
    """1 refused, 70 defect, 75 unavailable (sysexits)."""
    return next(code for kind, code in EXIT_CODES.items() if isinstance(error, kind))


@cache
def wiring() -> Wiring:
    """The wiring of this command; the embedded database is brought up to date by itself."""
    current = settings()
    current.home.mkdir(parents=True, exist_ok=True, mode=0o750)
    made = wire(current)
    if (revision := current_revision(made.store.engine)) != newest_revision():
        if current.database_url:
            raise OutdatedDatabase(revision)
        upgrade(made.store.engine)
    return made


def actor() -> str:
    """Who acts, for the audit: the account of the system."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return "cli"


def emit(value: Any) -> None:
    """One JSON value on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


def as_dict(row: Any) -> dict[str, Any]:
    """A Core row as a dictionary."""
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A table for people."""
    console.print(table_of(title, columns, rows))


def show_with_names(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """The same, whose last column can be copied: where it would be broken it stands below."""
    table = table_of(title, columns, rows)
    if is_whole(table, console):
        console.print(table)
        return
    show(title, columns[:-1], [row[:-1] for row in rows])
    for row in rows:
        console.print(row[-1], soft_wrap=True)


def day(at: dt.datetime | None) -> str:
    """The day of an instant where the school is: « 24/11/2026 »; empty when there is none."""
    return f"{_local(at):%d/%m/%Y}" if at else ""


def minute(at: dt.datetime) -> str:
    """An instant where the school is: « 24/11/2026 à 13 h 05 »."""
    return f"{_local(at):%d/%m/%Y à %H h %M}"


def _local(at: dt.datetime) -> dt.datetime:
    return at.astimezone(ZoneInfo(wiring().settings.timezone))


def lit(light: str, text: str) -> Text:
    """A text behind a square of the colour of its light; the word is always there too."""
    return Text.assemble(("■", LIGHT_STYLES[light]), f" {text}")


def read_file(path: Path, largest: int) -> bytes:
    """The bytes of a file, of which no more than `largest` and one are read.

    Raises UnreadableFile for what is absent, a folder, or not ours to read.
    """
    try:
        with path.open("rb") as file:
            return file.read(largest + 1)
    except (OSError, ValueError) as error:  # a NUL in a path is a ValueError
        raise UnreadableFile(path.name, "introuvable ou illisible.") from error


def find_division(name: str) -> Any:
    """The division of that code in the newest year that has it.

    Where several fit: `CODE/DIPLOMA`, `CODE/DIPLOMA/LEVEL`, each with `UAI:` before it. Raises
    NotFound with the codes there are, Ambiguous with what would be precise.
    """
    with wiring().store.reading() as connection:
        rows = reports.division_names(connection)
    found = [row for row in rows if name in _spellings(row)]
    if not found:
        known = ", ".join(sorted({row.code for row in rows})) or "aucune"
        raise NotFound("Division", name, f"Divisions connues : {known}.")
    newest = [row for row in found if row.start_year == found[0].start_year]
    if len(newest) > 1:
        raise Ambiguous("Division", name, [_spellings(row)[-1] for row in newest])
    return newest[0]


def _spellings(row: Any) -> list[str]:
    short = [row.code, f"{row.code}/{row.diploma_code}"]
    short.append(f"{short[-1]}/{row.level}")
    return short + [f"{row.school_uai}:{name}" for name in short]
