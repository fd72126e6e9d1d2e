"""The task that brings lights up to date."""

from __future__ import annotations

from pipeline import recompute
from pipeline.queue import RECOMPUTE_STUDENTS
from tasks.celery import app, wiring
from tasks.fates import fates


@app.task(name=RECOMPUTE_STUDENTS, send_events=False, time_limit=60, soft_time_limit=45)
def recompute_students(
    booklet_ids: list[int], seen: dict[str, int] | None = None, look: int = 0
) -> None:
    """Recompute the booklets; `seen` and `look` carry the settling of a burst."""
    with fates(RECOMPUTE_STUDENTS):
        w = wiring()
        revisions = {int(key): value for key, value in (seen or {}).items()}
        recompute.run(w.store, booklet_ids, limits=w.limits, now=w.now, seen=revisions, look=look)
