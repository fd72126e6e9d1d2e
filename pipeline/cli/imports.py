"""Commands that read files: import siecle, frameworks, booklets."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline import imports as use_case
from pipeline.cli.common import JsonOption, actor, console, emit, wiring
from pipeline.domain.periods import school_year_of
from pipeline.errors import NotFound
from pipeline.exchange.siecle import read_siecle
from pipeline.exchange.tables import read_booklets, read_frameworks
from pipeline.store import reports

imports = typer.Typer(help="Importer des fichiers.", no_args_is_help=True)
YearOption = Annotated[int | None, typer.Option("--year", help="Année de rentrée, 2025 …")]
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
    report = use_case.import_siecle(
        w.store, read_siecle(file), expected_uai=school, expected_year=_year(year),
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
    file: Path, year: YearOption = None, school: SchoolOption = None, as_json: JsonOption = False
) -> None:
    """Les livrets d'un tableau (CSV) : tout ou rien."""
    w = wiring()
    report = use_case.import_booklets(
        w.store, read_booklets(file), uai=school or _only_school(), start_year=_year(year),
        limits=w.limits, actor=actor(), now=w.now(),
    )  # fmt: skip
    _say(report, as_json=as_json)


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
    view = dataclasses.asdict(report)
    problems = view.pop("problems", ())
    console.print(", ".join(f"{name} : {value}" for name, value in view.items()))
    for problem in problems:
        message = problem["message"] if isinstance(problem, dict) else problem
        console.print(f"  - {message}")
