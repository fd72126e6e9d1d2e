"""The command `preview`."""

from __future__ import annotations

from pathlib import Path

import typer

from pipeline import preview as use_case
from pipeline.cli.common import JsonOption, emit, wiring
from pipeline.cli.lsl_files import read_lsl_file
from pipeline.cli.preview_view import say, view
from pipeline.receiver import Fate


def register(app: typer.Typer) -> None:
    """Add the command to `lslpro`."""
    app.command("preview")(preview)


def preview(file: Path, as_json: JsonOption = False) -> None:
    """Ce que LSL ajouterait, remplacerait, garderait et refuserait en important ce fichier."""
    found = use_case.preview(wiring(), file.name, read_lsl_file(file))
    if as_json:
        emit({"file": file.name} | view(found))
    else:
        say(file.name, found)
    if found.report.refusal or found.report.count(Fate.REFUSED):
        raise typer.Exit(1)
