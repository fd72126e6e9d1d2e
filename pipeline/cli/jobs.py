"""Commands about export jobs: list, show, cancel, retry."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pipeline import export
from pipeline.cli.booklets import gaps_shown
from pipeline.cli.common import JsonOption, actor, console, emit, wiring
from pipeline.cli.exports import job_view, show_jobs
from pipeline.errors import NotFound
from pipeline.store import reports

jobs = typer.Typer(help="Les demandes d'export.", no_args_is_help=True)
JobArgument = Annotated[str, typer.Argument(metavar="DEMANDE", help="Identifiant, ou son début.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `lslpro`."""
    app.add_typer(jobs, name="jobs")


@jobs.command("list")
def list_jobs(
    limit: Annotated[int, typer.Option(min=1, help="Combien, les plus récentes d'abord.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """Les dernières demandes."""
    with wiring().store.reading() as connection:
        rows = reports.jobs(connection, limit)
    if as_json:
        emit([job_view(row) for row in rows])
    else:
        show_jobs(rows)


@jobs.command("show")
def show_job(job: JobArgument, as_json: JsonOption = False) -> None:
    """Une demande et son compte rendu : qui est écarté, ce qui n'est pas exporté, pourquoi."""
    row = _one(job)
    if as_json:
        emit(job_view(row))
        return
    show_jobs([row])
    report = row.report or {}
    for line in (report.get("message"), *report.get("faults", ())):
        if line:
            console.print(line, soft_wrap=True)
    for one in report.get("left_out", ()):
        why = " ; ".join(gaps_shown(one["gaps"]))
        who = one["siecle_id"] or f"sans identifiant SIECLE (livret {one['booklet_id']})"
        console.print(f"  élève {who} écarté : {why}", soft_wrap=True)
    for one in report.get("shortened", ()):
        why = " ; ".join(gaps_shown(one["gaps"]))
        console.print(
            f"  élève {one['siecle_id']}, année {one['start_year']} : {why}", soft_wrap=True
        )


def _one(job: str) -> Any:
    with wiring().store.reading() as connection:
        row = reports.job(connection, job)
    if row is None:
        raise NotFound("Demande", job, "« lslpro jobs list » donne les demandes.")
    return row


@jobs.command("cancel")
def cancel_job(job: JobArgument) -> None:
    """Annuler une demande en attente ou en cours."""
    w = wiring()
    export.cancel(w.store, _one(job).id, now=w.now())
    console.print("Annulation enregistrée.")


@jobs.command("retry")
def retry_job(job: JobArgument) -> None:
    """Redemander un export terminé ; donne la nouvelle demande."""
    w = wiring()
    console.print(export.retry(w.store, _one(job).id, by=actor(), now=w.now()))
