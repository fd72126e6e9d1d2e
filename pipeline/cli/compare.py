"""The command `diff`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline import compare as use_case
from pipeline.cli.artifacts import ProfileOption, find_version
from pipeline.cli.changes import COLUMNS, change_rows, change_view
from pipeline.cli.common import JsonOption, console, emit, find_division, show, wiring
from pipeline.cli.lsl_files import read_lsl_file
from pipeline.compare import Comparison, Side
from pipeline.domain.differences import Presence, PupilDifference
from pipeline.errors import DivisionUnknown, UnreadableFile
from pipeline.field_labels import PRESENCES

NOW = "now"
VERSION = re.compile(r"(?P<division>.+)@(?P<version>\d{1,9}|now)", re.DOTALL)
ADVICE = "Attendu DIVISION@VERSION, DIVISION@now ou un fichier."
NOT_COMPARED = {"pfmp": "la PFMP", "project": "le projet"}


def register(app: typer.Typer) -> None:
    """Add the command to `lslpro`."""
    app.command("diff")(diff)


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="DIVISION@VERSION, ou un fichier.")],
    after: Annotated[
        str, typer.Argument(metavar="B", help="De même, ou « now » : les données actuelles.")
    ] = NOW,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ce qui diffère de A à B, élève par élève et champ par champ."""
    first = _side(before, profile or wiring().settings.default_profile)
    name = profile or first.profile.name
    second = _today(first, name) if after == NOW else _side(after, name)
    found = use_case.compare(first, second)
    if as_json:
        emit(_view(found))
    else:
        _say(found)


def _side(text: str, profile: str) -> Side:
    named = VERSION.fullmatch(text)
    if named is None:
        return _file(text)
    if named["version"] == NOW:
        return use_case.of_today(wiring(), find_division(named["division"]).id, profile)
    version = find_version(named["division"], int(named["version"]), profile)
    return use_case.of_version(wiring(), version)


def _file(text: str) -> Side:
    path = Path(text)
    try:
        data = read_lsl_file(path)
    except UnreadableFile as error:
        raise UnreadableFile(error.name, f"{error.why} {ADVICE}") from error
    return use_case.of_file(wiring(), path.name, data)


def _today(first: Side, profile: str) -> Side:
    if first.division_id is None:
        raise DivisionUnknown(first.title)
    return use_case.of_today(wiring(), first.division_id, profile)


def _view(found: Comparison) -> dict[str, Any]:
    return {
        "before": found.before,
        "after": found.after,
        "not_compared": found.not_compared,
        "header": [change_view(one) for one in found.header],
        "pupils": [_pupil_view(one) for one in found.pupils],
    }


def _pupil_view(one: PupilDifference) -> dict[str, Any]:
    fields = [change_view(change) for change in one.changes]
    return {"siecle_id": one.siecle_id, "presence": one.presence, "fields": fields}


def _say(found: Comparison) -> None:
    console.print(f"Avant : {found.before}", soft_wrap=True)
    console.print(f"Après : {found.after}", soft_wrap=True)
    if found.not_compared:
        aside = " ni ".join(NOT_COMPARED[one] for one in found.not_compared)
        console.print(f"Un des deux profils ne porte pas {aside} : non comparé.")
    changed = [one for one in found.pupils if one.presence is Presence.CHANGED]
    for one in found.pupils:
        if one.presence is not Presence.CHANGED:
            console.print(f"{PRESENCES[one.presence]} : {one.siecle_id}")
    told = [("fichier", found.header), *((one.siecle_id, one.changes) for one in changed)]
    if rows := list(change_rows(told)):
        show("Différences", COLUMNS, rows)
    elif not found.pupils:
        console.print("Aucune différence.")
