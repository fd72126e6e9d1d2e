"""The task that runs export jobs."""

from __future__ import annotations

from pipeline import export_run
from pipeline.queue import RUN_EXPORTS
from tasks.celery import app, wiring
from tasks.fates import fates


@app.task(name=RUN_EXPORTS)
def run_exports(job_ids: list[str]) -> None:
    """Run the jobs that are free to be taken."""
    with fates(RUN_EXPORTS):
        export_run.run(wiring(), job_ids)
