"""What every command shares: the wiring, output for people and for programs, exit codes."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from pipeline.errors import Ambiguous, Defect, NotFound, PipelineError, Refused, Unavailable
from pipeline.settings import settings
from pipeline.store import reports
from pipeline.store.migrate import current_revision, newest_revision, upgrade
from pipeline.wiring import Wiring, wire

EXIT_CODES = {Refused: 1, Defect: 70, Unavailable: 75}
LIGHT_STYLES = {"red": "red", "orange": "dark_orange", "green": "green"}
console = Console(highlight=False)
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
    if current_revision(made.store.engine) != newest_revision():
        if current.database_url:
            raise NotFound("Base de données", "à jour", "Lancez d'abord « lslpro db upgrade ».")
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
    table = Table(*columns, title=title, title_justify="left")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    console.print(table)


def lit(light: str, text: str) -> str:
    """A text in the colour of its light; the word is always there too."""
    return f"[{LIGHT_STYLES[light]}]■[/] {text}"


def find_division(name: str) -> Any:
    """The division of that code, or `CODE/DIPLOMA` where a class has two diplomas.

    Raises NotFound with the codes there are, Ambiguous with what would be precise.
    """
    code, _, diploma = name.partition("/")
    with wiring().store.reading() as connection:
        rows = reports.divisions(connection)
    found = [
        row
        for row in rows
        if row.code == name or (row.code == code and row.diploma_code == diploma)
    ]
    if not found:
        known = ", ".join(sorted({row.code for row in rows})) or "aucune"
        raise NotFound("Division", name, f"Divisions connues : {known}.")
    newest = [row for row in found if row.start_year == found[0].start_year]
    if len(newest) > 1:
        raise Ambiguous("Division", name, [f"{row.code}/{row.diploma_code}" for row in newest])
    return newest[0]
