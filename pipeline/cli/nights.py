"""Commands about the nightly export."""

from __future__ import annotations

from typing import Any

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
        emit([as_dict(row) | {"duration_s": _duration_s(row)} for row in rows])
        return
    columns = (
        "Nuit", "Divisions", "Nouv.", "Inch.", "Refus", "Échecs", "Annulées", "En cours", "Durée",
    )  # fmt: skip
    cells = [
        (r.business_date, r.division_count, r.new_count, r.unchanged_count, r.refused_count,
         r.failed_count, r.cancelled_count, r.open_count, _duration(r))
        for r in rows
    ]  # fmt: skip
    show("Nuits", columns, cells)


def _duration_s(row: Any) -> float | None:
    """From the start to the end of the last job; nothing while one is open."""
    if row.finished_at is None:
        return None
    return float((row.finished_at - row.started_at).total_seconds())


def _duration(row: Any) -> str:
    seconds = _duration_s(row)
    if seconds is None:
        return "en cours"
    minutes, rest = divmod(seconds, 60)
    return f"{minutes:.0f} min {rest:02.0f} s" if minutes else f"{rest:.1f} s".replace(".", ",")
