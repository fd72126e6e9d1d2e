"""Commands about the nightly export."""

from __future__ import annotations

import typer

from pipeline import nightly
from pipeline.cli.common import JsonOption, as_dict, console, emit, show, wiring

nights = typer.Typer(help="L'export de nuit.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands to `lslpro`."""
    app.add_typer(nights, name="nightly")


@nights.command("run")
def run_night(as_json: JsonOption = False) -> None:
    """Lancer la nuit due, si elle ne l'est pas déjà."""
    date = nightly.tick(wiring())
    if as_json:
        emit({"begun": date})
    else:
        console.print(f"Nuit du {date} lancée." if date else "La nuit due est déjà lancée.")


@nights.command("status")
def night_status(as_json: JsonOption = False) -> None:
    """Les dernières nuits : divisions, versions, refus, échecs."""
    rows = nightly.status(wiring())
    if as_json:
        emit([as_dict(row) for row in rows])
        return
    columns = (
        "Nuit", "Divisions", "Nouv.", "Inch.", "Refus", "Échecs", "Annulées", "En cours",
    )  # fmt: skip
    cells = [
        (r.business_date, r.division_count, r.new_count, r.unchanged_count,
         r.refused_count, r.failed_count, r.cancelled_count, r.open_count)
        for r in rows
    ]  # fmt: skip
    show("Nuits", columns, cells)
