"""Commands about exports: export, jobs, artifacts, verify, nightly."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from pipeline import export, nightly, verify
from pipeline.cli.common import (
    JsonOption,
    actor,
    as_dict,
    console,
    emit,
    find_division,
    show,
    wiring,
)
from pipeline.domain.states import FINAL_STATES, JobState
from pipeline.errors import NotFound, Unavailable, UnreadableFile
from pipeline.labels import JOB_STATES, OUTCOMES
from pipeline.store import reports, versions

WAIT_S = 120
ERROR_LABELS = {
    "nothing_exportable": "aucun élève exportable",
    "invalid_document": "fichier refusé au contrôle",
    "too_many_attempts": "trop de tentatives",
}
jobs = typer.Typer(help="Les demandes d'export.", no_args_is_help=True)
artifacts = typer.Typer(help="Les fichiers produits.", no_args_is_help=True)
nights = typer.Typer(help="L'export de nuit.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands to `lslpro`."""
    app.command("export")(export_divisions)
    app.command("verify")(verify_file)
    app.add_typer(jobs, name="jobs")
    app.add_typer(artifacts, name="artifacts")
    app.add_typer(nights, name="nightly")


def export_divisions(
    divisions: Annotated[list[str] | None, typer.Argument(metavar="DIVISION…")] = None,
    every: Annotated[bool, typer.Option("--all", help="Toutes les divisions.")] = False,
    profile: Annotated[str | None, typer.Option(help="Profil du fichier.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Attendre la fin.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Demander le fichier d'une ou plusieurs divisions."""
    w = wiring()
    name = w.profile(profile or w.settings.default_profile).name
    if every:
        with w.store.reading() as connection:
            chosen = reports.divisions(connection)
    else:
        chosen = [find_division(code) for code in divisions or []]
    if not chosen:
        raise NotFound("Division", "(aucune)", "Nommez une division ou donnez --all.")
    ids = [export.request(w.store, row.id, name, by=actor(), now=w.now()) for row in chosen]
    rows = wait_for(ids) if wait else _read(ids)
    if as_json:
        emit([_job_view(row) for row in rows])
    else:
        show_jobs(rows)
    if wait and any(row.state != JobState.READY for row in rows):
        raise typer.Exit(1)


def _read(ids: list[str]) -> list[Any]:
    with wiring().store.reading() as connection:
        return [reports.job(connection, job_id) for job_id in ids]


def wait_for(ids: list[str], wait_s: float = WAIT_S) -> list[Any]:
    """Wait until the jobs ended, with a progress bar. Raises Unavailable past `wait_s`."""
    deadline = time.monotonic() + wait_s
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("Export", total=len(ids))
        while True:
            rows = _read(ids)
            done = sum(row.state in FINAL_STATES for row in rows)
            progress.update(bar, completed=done)
            if done == len(ids):
                return rows
            if time.monotonic() > deadline:
                raise Unavailable(
                    "Aucun ouvrier n'a terminé à temps. Les demandes sont enregistrées : lancez "
                    "« lslpro serve », puis « lslpro jobs list »."
                )
            time.sleep(0.1)


def _job_view(row: Any) -> dict[str, Any]:
    names = ("id", "state", "outcome", "profile", "kind", "version", "attempt_count", "error_code")
    times = ("requested_at", "started_at", "finished_at")
    view = {name: getattr(row, name) for name in names + times}
    return view | {"division": row.code, "school_uai": row.school_uai, "report": row.report}


def _result(row: Any) -> str:
    if row.outcome:
        return OUTCOMES[row.outcome].split(" : ")[0]
    return ERROR_LABELS.get(row.error_code, row.error_code or "")


def show_jobs(rows: list[Any]) -> None:
    """Jobs as a table."""
    cells = [
        (
            row.id[:8], row.code, row.profile, JOB_STATES[row.state],
            _result(row),
            f"v{row.version}" if row.version else "",
            len((row.report or {}).get("left_out", ())) or "",
        )
        for row in rows
    ]  # fmt: skip
    columns = ("Demande", "Division", "Profil", "État", "Résultat", "Version", "Écartés")
    show("Exports", columns, cells)


@jobs.command("list")
def list_jobs(as_json: JsonOption = False) -> None:
    """Les dernières demandes."""
    with wiring().store.reading() as connection:
        rows = reports.jobs(connection)
    if as_json:
        emit([_job_view(row) for row in rows])
    else:
        show_jobs(rows)


@jobs.command("show")
def show_job(job: str, as_json: JsonOption = False) -> None:
    """Une demande et son compte rendu."""
    row = _one(job)
    if as_json:
        emit(_job_view(row))
        return
    show_jobs([row])
    if message := (row.report or {}).get("message"):
        console.print(message)
    for one in (row.report or {}).get("left_out", ()):
        codes = ", ".join(gap[0] + (f" ({gap[2]})" if gap[2] else "") for gap in one["gaps"])
        console.print(f"  élève {one['siecle_id'] or 'sans identifiant'} écarté : {codes}")


def _one(job: str) -> Any:
    with wiring().store.reading() as connection:
        row = reports.job(connection, job)
    if row is None:
        raise NotFound("Demande", job, "« lslpro jobs list » donne les demandes.")
    return row


@jobs.command("cancel")
def cancel_job(job: str) -> None:
    """Annuler une demande en attente ou en cours."""
    w = wiring()
    export.cancel(w.store, _one(job).id, now=w.now())
    console.print("Annulation enregistrée.")


@jobs.command("retry")
def retry_job(job: str) -> None:
    """Redemander un export terminé."""
    w = wiring()
    console.print(export.retry(w.store, _one(job).id, by=actor(), now=w.now()))


@artifacts.command("list")
def list_artifacts(as_json: JsonOption = False) -> None:
    """Les versions produites."""
    with wiring().store.reading() as connection:
        rows = versions.listed(connection)
    if as_json:
        emit([as_dict(row) for row in rows])
        return
    cells = [(row.code, row.profile, row.version, row.size, row.file_name) for row in rows]
    show("Fichiers", ("Division", "Profil", "Version", "Octets", "Nom"), cells)


@artifacts.command("get")
def get_artifact(
    division: str,
    version: int,
    profile: Annotated[str | None, typer.Option()] = None,
    folder: Annotated[Path, typer.Option("--to", help="Dossier où écrire.")] = Path(),
) -> None:
    """Écrire une version, vérifiée, sous son nom dans un dossier."""
    w = wiring()
    name = w.profile(profile or w.settings.default_profile).name
    row = find_division(division)
    with w.store.reading() as connection:
        found = versions.listed(connection, division_id=row.id, version=version)
    for one in found:
        if one.profile == name:
            path = folder / one.file_name
            path.write_bytes(w.artifacts.read(one.sha256, one.file_name))
            console.print(str(path), soft_wrap=True)
            return
    raise NotFound("Version", version, "« lslpro artifacts list » donne les versions.")


def verify_file(file: Path, as_json: JsonOption = False) -> None:
    """Dire quelle version est un fichier, s'il est intact et s'il est dépassé."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UnreadableFile(file.name, "introuvable ou illisible.") from error
    found = verify.verify(wiring().store, file.name, data)
    if as_json:
        emit(dataclasses.asdict(found))
        return
    console.print(_sentence(found), soft_wrap=True)


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
    """Les dernières nuits."""
    rows = nightly.status(wiring())
    if as_json:
        emit([as_dict(row) for row in rows])
        return
    columns = ("Nuit", "Divisions", "Nouvelles", "Inchangées", "Refusées", "Échecs", "En cours")
    show(
        "Nuits",
        columns,
        [
            (r.business_date, r.division_count, r.new_count, r.unchanged_count,
             r.refused_count, r.failed_count, r.open_count)
            for r in rows
        ],
    )  # fmt: skip
