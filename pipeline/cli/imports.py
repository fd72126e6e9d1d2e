"""Commands that read files: one for each kind of file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from pipeline import imports as use_case
from pipeline.cli.common import JsonOption, actor, console, wiring
from pipeline.cli.import_report import say
from pipeline.domain.periods import school_year_of
from pipeline.errors import NotFound
from pipeline.exchange.booklet_table import read_booklet_table
from pipeline.exchange.lsl_nomenclature import read_lsl_nomenclature
from pipeline.exchange.nomenclature import read_nomenclature
from pipeline.exchange.problems import ProblemSeverity
from pipeline.exchange.siecle import read_siecle
from pipeline.exchange.structures import read_structures
from pipeline.exchange.sts import read_sts
from pipeline.exchange.tables import read_frameworks
from pipeline.store import reports

imports = typer.Typer(help="Importer des fichiers.", no_args_is_help=True)
YearOption = Annotated[int | None, typer.Option("--year", help="Année de rentrée, 2025 …")]
SchoolOption = Annotated[str | None, typer.Option("--school", help="UAI.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `lslpro`."""
    app.add_typer(imports, name="import")


def _year(year: int | None) -> int:
    return year or school_year_of(wiring().now().date())


def _wanted(year: int | None, school: str | None) -> dict[str, Any]:
    """What the import of a school's file is told beside it."""
    w = wiring()
    return {
        "expected_uai": school, "expected_year": _year(year), "now": w.now(), "actor": actor()
    }  # fmt: skip


@imports.command("siecle")
def siecle(
    file: Path,
    year: YearOption = None,
    school: SchoolOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Dire ce qui changerait, ne rien garder.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Les élèves et divisions d'ElevesSansAdresses.xml, zippé ou non."""
    w = wiring()
    with console.status("Import du fichier SIECLE…"):
        report = use_case.import_siecle(
            w.store, read_siecle(file), **_wanted(year, school), dry_run=dry_run
        )
    say(report, as_json=as_json, dry_run=dry_run)


@imports.command("nomenclature")
def nomenclature(
    file: Path, year: YearOption = None, school: SchoolOption = None, as_json: JsonOption = False
) -> None:
    """Les MEF, matières et programmes de Nomenclature.xml, zippé ou non."""
    report = use_case.import_nomenclature(
        wiring().store, read_nomenclature(file), **_wanted(year, school)
    )
    say(report, as_json=as_json)


@imports.command("sts")
def sts(
    file: Path, year: YearOption = None, school: SchoolOption = None, as_json: JsonOption = False
) -> None:
    """Les enseignants et leurs services, de sts_emp_UAI_ANNEE.xml."""
    report = use_case.import_sts(wiring().store, read_sts(file), **_wanted(year, school))
    say(report, as_json=as_json)


@imports.command("structures")
def structures(
    file: Path, year: YearOption = None, school: SchoolOption = None, as_json: JsonOption = False
) -> None:
    """Comparer nos divisions à Structures.xml ; rien n'est changé."""
    report = use_case.check_structures(
        wiring().store, read_structures(file), expected_uai=school, expected_year=_year(year)
    )
    say(report, as_json=as_json)


@imports.command("lsl-nomenclature")
def lsl_nomenclature(file: Path, as_json: JsonOption = False) -> None:
    """Les compétences et programmes de la nomenclature LSL, par année."""
    w = wiring()
    report = use_case.import_lsl_nomenclature(
        w.store, read_lsl_nomenclature(file), now=w.now(), actor=actor()
    )
    say(report, as_json=as_json)


@imports.command("frameworks")
def frameworks(file: Path, as_json: JsonOption = False) -> None:
    """Les compétences attendues par diplôme et niveau (CSV)."""
    w = wiring()
    report = use_case.import_frameworks(w.store, read_frameworks(file), now=w.now(), actor=actor())
    say(report, as_json=as_json)


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
    say(report, as_json=as_json)
    if any(one.severity is ProblemSeverity.ERROR for one in report.problems):
        raise typer.Exit(1)


def _only_school() -> str:
    with wiring().store.reading() as connection:
        uais = sorted({row.school_uai for row in reports.divisions(connection)})
    if len(uais) != 1:
        raise NotFound("Établissement", "unique", "Précisez --school UAI.")
    return str(uais[0])
