"""The command `export`, and following the jobs it makes."""

from __future__ import annotations

import time
from typing import Annotated, Any

import typer
from rich.progress import Progress

from pipeline import export
from pipeline.cli.common import JsonOption, actor, console, emit, find_division, show, wiring
from pipeline.domain.states import FINAL_STATES, JobState
from pipeline.errors import NoDivision, Unavailable
from pipeline.labels import JOB_ERRORS, JOB_STATES, OUTCOMES
from pipeline.store import reports

WAIT_S = 120.0
LOOK_S = 0.1


def register(app: typer.Typer) -> None:
    """Add the command to `lslpro`."""
    app.command("export")(export_divisions)


def export_divisions(
    divisions: Annotated[list[str] | None, typer.Argument(metavar="DIVISION…")] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Toutes les divisions.")] = False,
    profile: Annotated[str | None, typer.Option(help="Profil du fichier.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Attendre la fin.")] = False,
    wait_s: Annotated[float, typer.Option(help="Secondes d'attente au plus.")] = WAIT_S,
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
        raise NoDivision("export")
    ids = [export.request(w.store, row.id, name, by=actor(), now=w.now()) for row in chosen]
    rows = wait_for(ids, wait_s) if wait else _read(ids)
    if as_json:
        emit([job_view(row) for row in rows])
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
            time.sleep(LOOK_S)


def job_view(row: Any) -> dict[str, Any]:
    """A job for programs."""
    names = (
        "id", "state", "outcome", "profile", "kind", "version", "attempt_count", "done_count",
        "total_count", "error_code", "requested_by", "requested_at", "started_at", "finished_at",
    )  # fmt: skip
    view = {name: getattr(row, name) for name in names}
    return view | {"division": row.code, "school_uai": row.school_uai, "report": row.report}


def show_jobs(rows: list[Any]) -> None:
    """Jobs as a table."""
    cells = [
        (
            row.id[:8], row.code, row.profile, _state(row),
            f"v{row.version}" if row.version else "",
            f"{row.done_count} / {row.total_count}" if row.total_count is not None else "",
        )
        for row in rows
    ]  # fmt: skip
    columns = ("Demande", "Division", "Profil", "État", "Version", "Élèves")
    show("Exports", columns, cells)


def _state(row: Any) -> str:
    """The state and, once it ended, how: « Prêt, inchangé »."""
    how = JOB_ERRORS.get(row.error_code, row.error_code or "")
    if row.outcome:
        how = OUTCOMES[row.outcome].split(" : ")[0]
    return f"{JOB_STATES[row.state]}, {how[0].lower()}{how[1:]}" if how else JOB_STATES[row.state]
