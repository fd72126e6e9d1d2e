"""The command `template booklets`: the sheet of a division, to fill in and to import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from pipeline import sheets as use_case
from pipeline.cli.common import console, find_division, wiring
from pipeline.cli.files import destination, write_new
from pipeline.domain.sheet import sheet_file_name
from pipeline.exchange.workbook_writer import csv_of, workbook_of

template = typer.Typer(help="Les feuilles à remplir.", no_args_is_help=True)
WRITERS = {"xlsx": workbook_of, "csv": csv_of}
FormatOption = Annotated[Literal["xlsx", "csv"], typer.Option("--format", help="Classeur, ou CSV.")]
OutputOption = Annotated[
    Path | None, typer.Option(help="Fichier à écrire ; il ne doit pas exister.")
]


def register(app: typer.Typer) -> None:
    """Add the command to `lslpro`."""
    app.add_typer(template, name="template")


@template.command("booklets")
def booklets(
    division: str,
    output: OutputOption = None,
    form: FormatOption = "xlsx",
) -> None:
    """Préparer la feuille de saisie d'une division, avec ce qui est déjà enregistré."""
    w = wiring()
    row = find_division(division)
    prepared = use_case.prepare(w.store, row, w.limits)
    name = sheet_file_name(
        uai=row.school_uai, start_year=row.start_year, label=row.label, extension=form
    )
    path = destination(output, name, form)
    write_new(path, WRITERS[form](prepared.sheet))
    console.print(f"{path} : {len(prepared.sheet.lines)} élève(s).", soft_wrap=True)
    if not prepared.competence_count:
        console.print("  Référentiel inconnu : aucune compétence à évaluer, importez-le d'abord.")
    if prepared.without_id_count:
        console.print(f"  {prepared.without_id_count} élève(s) sans identifiant SIECLE, absents.")
