"""The command `sent`."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from pipeline import sent as use_case
from pipeline.cli.artifacts import ProfileOption, VersionArgument, find_version
from pipeline.cli.common import JsonOption, actor, console, day, emit, read_file, wiring
from pipeline.sent import LARGEST_REPORT_BYTES, Recorded


def register(app: typer.Typer) -> None:
    """Add the command to `lslpro`."""
    app.command("sent")(sent)


def sent(
    division: str,
    version: VersionArgument,
    profile: ProfileOption = None,
    report: Annotated[
        Path | None,
        typer.Option(help="Le bilan officiel de LSL, LSL_Bilan_import_….xls, gardé tel quel."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Noter qu'une version a été envoyée dans LSL ; garder le bilan de LSL."""
    row = find_version(division, version, profile)
    data = None if report is None else read_file(report, LARGEST_REPORT_BYTES)
    found = use_case.record(wiring(), row, by=actor(), report=data)
    if as_json:
        emit(dataclasses.asdict(found))
    else:
        which = f"version {row.version} de {row.code} ({row.profile})"
        console.print(_sentence(which, found), soft_wrap=True)


def _sentence(which: str, found: Recorded) -> str:
    when = f"{day(found.sent_at)} par {found.sent_by}"
    said = f"Envoi noté : {which}." if found.is_new else f"Déjà noté le {when} : {which}."
    if found.report_sha256 is None:
        return said
    return f"{said} {'Bilan de LSL gardé.' if found.report_is_new else 'Bilan de LSL déjà gardé.'}"
