"""Commands that read files: import siecle, frameworks, booklets."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from pipeline import imports as use_case
from pipeline.cli.common import JsonOption, actor, console, emit, wiring
from pipeline.domain.periods import school_year_of
from pipeline.errors import NotFound
from pipeline.exchange.booklet_table import read_booklet_table
from pipeline.exchange.problems import ProblemSeverity
from pipeline.exchange.siecle import read_siecle
from pipeline.exchange.tables import read_frameworks
from pipeline.store import reports

imports = typer.Typer(help="Importer des fichiers.", no_args_is_help=True)
YearOption = Annotated[int | None, typer.Option("--year", help="Année de rentrée, 2025 …")]
COUNTS = {
    "added": "ajoutés",
    "moved": "changés de division",
    "gone": "partis",
    "updated": "modifiés",
    "unchanged": "inchangés",
    "ignored": "hors première et terminale professionnelles",
}
SchoolOption = Annotated[str | None, typer.Option("--school", help="UAI.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `lslpro`."""
    app.add_typer(imports, name="import")


def _year(year: int | None) -> int:
    return year or school_year_of(wiring().now().date())


@imports.command("siecle")
def siecle(
    file: Path, year: YearOption = None, school: SchoolOption = None, as_json: JsonOption = False
) -> None:
    """Les élèves et divisions d'ElevesSansAdresses.xml, zippé ou non."""
    w = wiring()
    with console.status("Lecture du fichier SIECLE…"):
        read = read_siecle(file)
    report = use_case.import_siecle(
        w.store, read, expected_uai=school, expected_year=_year(year),
        now=w.now(), actor=actor(),
    )  # fmt: skip
    _say(report, as_json=as_json)


@imports.command("frameworks")
def frameworks(file: Path, as_json: JsonOption = False) -> None:
    """Les compétences attendues par diplôme et niveau (CSV)."""
    w = wiring()
    report = use_case.import_frameworks(w.store, read_frameworks(file), now=w.now(), actor=actor())
    _say(report, as_json=as_json)


@imports.command("booklets")
def booklets(
    file: Path,
    *,
    year: YearOption = None,
    school: SchoolOption = None,
    partial: Annotated[
        bool, typer.Option("--partial", help="Garder les lignes justes, signaler les autres.")
    ] = False,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Écraser aussi ce qui a changé depuis la feuille."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Les livrets d'une feuille (classeur .xlsx ou CSV) : tout ou rien, ou --partial."""
    w = wiring()
    table = read_booklet_table(file)
    uai = school or _only_school()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("Livrets", total=len(table.rows))
        report = use_case.import_booklets(
            w.store, table, uai=uai, start_year=_year(year), limits=w.limits, actor=actor(),
            now=w.now(), partial=partial, overwrite=overwrite,
            progress=lambda: progress.advance(bar),
        )  # fmt: skip
    _say(report, as_json=as_json)
    if any(one.severity is ProblemSeverity.ERROR for one in report.problems):
        raise typer.Exit(1)


def _only_school() -> str:
    with wiring().store.reading() as connection:
        uais = sorted({row.school_uai for row in reports.divisions(connection)})
    if len(uais) != 1:
        raise NotFound("Établissement", "unique", "Précisez --school UAI.")
    return str(uais[0])


def _say(report: Any, *, as_json: bool) -> None:
    if as_json:
        emit(dataclasses.asdict(report))
        return
    counts = {label: getattr(report, name, None) for name, label in COUNTS.items()}
    said = [f"{label} : {count}" for label, count in counts.items() if count is not None]
    console.print(", ".join(said) + ".")
    for problem in report.problems:
        console.print(f"  - {problem}", soft_wrap=True)
