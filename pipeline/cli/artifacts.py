"""Commands about the files produced: list, show, get, verify."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline import upkeep, verify
from pipeline.artifacts import TEMPORARY
from pipeline.cli.common import (
    JsonOption,
    as_dict,
    console,
    emit,
    find_division,
    read_file,
    show,
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
    app.command("verify")(verify_file)


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
    cells = [(row.code, row.profile, f"v{row.version}", row.size, row.file_name) for row in rows]
    show("Fichiers", ("Division", "Profil", "Version", "Octets", "Nom"), cells)


@artifacts.command("show")
def show_artifact(
    division: str, version: VersionArgument, profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Une version : d'où elle vient, ce qu'elle contient, si son fichier est intact."""
    row = find_version(division, version, profile)
    upkeep.serve(wiring(), row)
    if as_json:
        emit(row.manifest | {"intact": True})
        return
    counts = row.manifest["lights"]
    lights = ", ".join(f"{word.split(' : ')[0]} {counts[one]}" for one, word in LIGHTS.items())
    cells = [
        ("Fichier", row.file_name), ("Division", row.code), ("Profil", row.profile),
        ("Version", row.version), ("Remplace", row.manifest["supersedes"] or "aucune"),
        ("Produit", row.created_at), ("Demande", row.job_id), ("Octets", row.size),
        ("SHA-256", row.sha256), ("Élèves exportés", row.manifest["pupil_count"]),
        ("Voyants", lights), ("Élèves écartés", len(row.manifest["left_out"])),
        ("Dépôt", "fichier présent et intact"),
    ]  # fmt: skip
    show(f"Version {version}", ("Champ", "Valeur"), cells)


@artifacts.command("get")
def get_artifact(
    division: str,
    version: VersionArgument,
    profile: ProfileOption = None,
    folder: Annotated[Path, typer.Option("--to", help="Dossier où écrire.")] = Path(),
) -> None:
    """Écrire une version, vérifiée, sous son nom dans un dossier, son manifeste à côté."""
    row = find_version(division, version, profile)
    data = upkeep.serve(wiring(), row)
    path = folder / row.file_name
    manifest = json.dumps(row.manifest, ensure_ascii=False, indent=2).encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(path.with_suffix(".json"), manifest)
        _write(path, data)
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


def verify_file(file: Path, as_json: JsonOption = False) -> None:
    """Dire quelle version est un fichier, s'il est intact et s'il est dépassé."""
    data = read_file(file)
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
