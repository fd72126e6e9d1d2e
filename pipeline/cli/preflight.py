"""The command `preflight`: what stands between the divisions and their files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from pipeline import preflight as use_case
from pipeline.cli.common import JsonOption, console, emit, find_division, lit, show, wiring
from pipeline.cli.files import destination, write_new
from pipeline.cli.preflight_view import (
    DETAIL,
    SUMMARY,
    detail_rows,
    named,
    summary_row,
    told,
    verdict,
    view,
)
from pipeline.domain.gaps import Severity
from pipeline.errors import NoDivision
from pipeline.exchange.plain_tables import table_csv, tables_workbook
from pipeline.labels import ACTORS, LEVELS
from pipeline.preflight import Preflight
from pipeline.store import reports

_LIGHT = {Severity.MANDATORY: "red", Severity.OPTIONAL: "orange"}
_WORD = {Severity.MANDATORY: "bloque", Severity.OPTIONAL: "incomplet"}


def register(app: typer.Typer) -> None:
    """Add the command to `lslpro`."""
    app.command("preflight")(preflight)


def preflight(
    divisions: Annotated[list[str] | None, typer.Argument(metavar="DIVISION…")] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Toutes les divisions.")] = False,
    form: Annotated[
        Literal["table", "csv", "xlsx"], typer.Option("--format", help="À l'écran, ou un fichier.")
    ] = "table",
    output: Annotated[Path | None, typer.Option(help="Fichier à écrire.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Avant d'exporter : ce qui bloque, ce qui est incomplet, et qui doit agir."""
    found = use_case.look(wiring().store, _chosen(divisions or [], every=every))
    if as_json:
        emit([view(one) for one in found])
    elif form == "table":
        for one in found:
            _show(one)
    else:
        path = destination(output, _name(form, wiring().now()), form)
        write_new(path, _csv(found) if form == "csv" else _workbook(found))
        console.print(f"{path} : {len(found)} division(s).", soft_wrap=True)


def _chosen(names: list[str], *, every: bool) -> list[Any]:
    if every:
        with wiring().store.reading() as connection:
            rows = reports.division_names(connection)
    else:
        rows = [find_division(name) for name in names]
    if not rows:
        raise NoDivision("preflight")
    return rows


def _name(form: str, now: dt.datetime) -> str:
    return f"LSLPRO_avant_export_{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}.{form}"


def _show(one: Preflight) -> None:
    title = f"{one.division.code}, {LEVELS[one.division.level].lower()} : {verdict(one)}"
    everyone = len(one.pupils)
    rows = [
        (
            lit(_LIGHT[c.severity], _WORD[c.severity]), told(c), ACTORS[c.actor],
            "tous" if len(c.pupils) == everyone else ", ".join(map(named, c.pupils)),
        )
        for c in one.concerns
    ]  # fmt: skip
    if rows:
        show(title, ("", "Ce qui manque", "Qui agit", "Élèves (SIECLE)"), rows)
    else:
        console.print(title)


def _csv(found: list[Preflight]) -> bytes:
    return table_csv(DETAIL, [row for one in found for row in detail_rows(one)])


def _workbook(found: list[Preflight]) -> bytes:
    detail = [row for one in found for row in detail_rows(one)]
    return tables_workbook(
        {"Divisions": (SUMMARY, list(map(summary_row, found))), "Détail": (DETAIL, detail)}
    )
