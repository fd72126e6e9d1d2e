"""The command `verify`."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import typer

from pipeline import verify
from pipeline.cli.common import JsonOption, console, emit, wiring
from pipeline.cli.lsl_files import read_bounded


def register(app: typer.Typer) -> None:
    """Add the command to `lslpro`."""
    app.command("verify")(verify_file)


def verify_file(file: Path, as_json: JsonOption = False) -> None:
    """Dire quelle version est un fichier, s'il est intact et s'il est dépassé."""
    data = read_bounded(file)
    found = verify.verify(wiring().store, file.name, data)
    if as_json:
        emit(dataclasses.asdict(found))
    else:
        console.print(_sentence(found), soft_wrap=True)
    if found.result is not verify.Verdict.INTACT:
        raise typer.Exit(1)


def _sentence(found: verify.Verification) -> str:
    which = f"version {found.version} de {found.division} ({found.profile})"
    if found.result is verify.Verdict.INTACT:
        parts = [f"C'est la {which}, intacte"]
        if found.renamed:
            parts.append(f"renommée (nom d'origine {found.file_name})")
        if found.superseded_by:
            parts.append(f"remplacée depuis par la version {found.superseded_by}")
        return ", ".join(parts) + "."
    if found.result is verify.Verdict.MODIFIED:
        return f"Modifié depuis sa production : il porte le nom de la {which}. Ne l'envoyez pas."
    return "Fichier inconnu : il ne vient pas de cette base, ou il a été renommé et modifié."
