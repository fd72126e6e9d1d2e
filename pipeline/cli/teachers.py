"""The command `teachers`: the names that STS gives for a division."""

from __future__ import annotations

import dataclasses

import typer

from pipeline.cli.common import JsonOption, console, emit, find_division, show, wiring
from pipeline.store.teachers import teachers_offered


def register(app: typer.Typer) -> None:
    """Add the command to `lslpro`."""
    app.command("teachers")(teachers)


def teachers(division: str, as_json: JsonOption = False) -> None:
    """Les enseignants d'une division selon STS, ceux de la spécialité d'abord."""
    found = find_division(division)
    with wiring().store.reading() as connection:
        offered = teachers_offered(connection, found.id)
    if as_json:
        emit([dataclasses.asdict(one) for one in offered])
        return
    if not offered:
        console.print("Aucun enseignant connu : « lslpro import sts » les donne.")
        return
    show(f"Enseignants de {found.code}", ("Nom", "Prénom"),
         [(one.last_name, one.first_name) for one in offered])  # fmt: skip
