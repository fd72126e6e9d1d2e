"""Commands about the files produced: list, show, get, scrub."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline import sent, upkeep
from pipeline.artifacts import TEMPORARY
from pipeline.cli.common import (
    JsonOption,
    as_dict,
    console,
    day,
    emit,
    find_division,
    minute,
    show,
    show_with_names,
    wiring,
)
from pipeline.errors import NotFound, UnreadableFile
from pipeline.labels import LIGHTS
from pipeline.store import versions

artifacts = typer.Typer(help="Les fichiers produits.", no_args_is_help=True)
ProfileOption = Annotated[str | None, typer.Option(help="Profil du fichier.")]
VersionArgument = Annotated[int, typer.Argument(help="Numéro de version.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `lslpro`."""
    app.add_typer(artifacts, name="artifacts")


@artifacts.command("list")
def list_artifacts(
    division: Annotated[str | None, typer.Argument(help="D'une seule division.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Les versions produites."""
    division_id = find_division(division).id if division is not None else None
    with wiring().store.reading() as connection:
        rows = versions.listed(connection, division_id=division_id)
    if as_json:
        emit([as_dict(row) for row in rows])
        return
    cells = [
        (row.code, row.profile, f"v{row.version}", row.size, day(row.sent_at), row.file_name)
        for row in rows
    ]
    show_with_names("Fichiers", ("Division", "Profil", "Version", "Octets", "Envoyé", "Nom"), cells)


@artifacts.command("show")
def show_artifact(
    division: str, version: VersionArgument, profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Une version : d'où elle vient, ce qu'elle contient, si son fichier est intact."""
    row = find_version(division, version, profile)
    upkeep.serve(wiring(), row)
    kept = sent.reports(wiring(), row)
    if as_json:
        upload = {"sent_at": row.sent_at, "sent_by": row.sent_by}
        upload["reports"] = [dataclasses.asdict(one) for one in kept]
        emit(row.manifest | {"intact": True} | upload)
        return
    counts = row.manifest["lights"]
    lights = ", ".join(f"{word.split(' : ')[0]} {counts[one]}" for one, word in LIGHTS.items())
    cells = [
        ("Division", row.code), ("Profil", row.profile), ("Version", row.version),
        ("Remplace", row.manifest["supersedes"] or "aucune"),
        ("Produit", f"le {minute(row.created_at)}"), ("Demande", row.job_id), ("Octets", row.size),
        ("Élèves exportés", row.manifest["pupil_count"]),
        ("Voyants", lights),
        ("Élèves écartés", len(row.manifest["left_out"])),
        ("Dépôt", "fichier présent et intact"),
        ("Envoyé", f"{day(row.sent_at)} par {row.sent_by}" if row.sent_at else "pas encore"),
        ("Bilans de LSL gardés", len(kept)),
    ]  # fmt: skip
    show(f"Version {version}", ("Champ", "Valeur"), cells)
    for line in ("Fichier, puis son SHA-256 :", row.file_name, row.sha256):  # whole, to be copied
        console.print(line, soft_wrap=True)


@artifacts.command("get")
def get_artifact(
    division: str,
    version: VersionArgument,
    profile: ProfileOption = None,
    folder: Annotated[Path, typer.Option("--to", help="Dossier où écrire.")] = Path(),
) -> None:
    """Écrire une version, vérifiée, dans un dossier, son manifeste et les bilans de LSL à côté."""
    row = find_version(division, version, profile)
    data = upkeep.serve(wiring(), row)
    path = folder / row.file_name
    manifest = json.dumps(row.manifest, ensure_ascii=False, indent=2).encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(path.with_suffix(".json"), manifest)
        _write(path, data)
        for report in sent.reports(wiring(), row):
            _write(folder / report.name, sent.serve(wiring(), report))
    except OSError as error:
        raise UnreadableFile(str(folder), "dossier où l'on ne peut pas écrire.") from error
    console.print(str(path), soft_wrap=True)


@artifacts.command("scrub")
def scrub_artifacts(as_json: JsonOption = False) -> None:
    """Relire tous les fichiers produits ; nommer ceux qui manquent ou sont altérés."""
    found = upkeep.scrub(wiring())
    if as_json:
        emit(dataclasses.asdict(found))
    else:
        for file_name, why in found.unusable:
            console.print(f"{file_name} : {why}", soft_wrap=True)
        console.print(
            f"{found.file_count} fichier(s) relus, {len(found.unusable)} inutilisable(s), "
            f"{found.orphan_count} sans version.",
            soft_wrap=True,
        )
    if found.unusable:
        raise typer.Exit(1)


def _write(path: Path, data: bytes) -> None:
    """All of it or nothing under that name."""
    beside = path.with_name(f"{TEMPORARY}{path.name}")
    beside.write_bytes(data)
    beside.replace(path)


def find_version(division: str, version: int, profile: str | None) -> Any:
    """The row of a version. Raises NotFound with the versions there are."""
    w = wiring()
    name = w.profile(profile or w.settings.default_profile).name
    row = find_division(division)
    with w.store.reading() as connection:
        found = versions.listed(connection, division_id=row.id, version=version)
        for one in found:
            if one.profile == name:
                return one
        known = versions.listed(connection, division_id=row.id)
    numbers = [str(one.version) for one in reversed(known) if one.profile == name]
    advice = f"Versions de {row.code} ({name}) : {', '.join(numbers) or 'aucune'}."
    raise NotFound("Version", version, f"{advice} « lslpro artifacts list » les donne toutes.")
