"""Beat's ticks, each safe at any time and any number of times."""

from __future__ import annotations

from pipeline import export, nightly, recompute, upkeep
from pipeline.queue import NIGHTLY, PURGE, RESCUE, SCRUB, SWEEP
from tasks.celery import app, wiring
from tasks.fates import fates


@app.task(name=SWEEP)
def sweep(_ids: list[int] | None = None) -> None:
    """Send again the dirty booklets that are due."""
    with fates(SWEEP):
        recompute.sweep(wiring().store, wiring().now())


@app.task(name=RESCUE)
def rescue(_ids: list[int] | None = None) -> None:
    """Send again the jobs that wait unsent or whose lease ran out."""
    with fates(RESCUE):
        export.rescue(wiring().store, wiring().now())


@app.task(name=NIGHTLY)
def begin_night(_ids: list[int] | None = None) -> None:
    """Begin the night that is due unless it has begun."""
    with fates(NIGHTLY):
        nightly.tick(wiring())


@app.task(name=PURGE)
def purge(_ids: list[int] | None = None) -> None:
    """Remove files that interrupted writes left, without a version, or past their keeping."""
    with fates(PURGE):
        upkeep.purge(wiring())


@app.task(name=SCRUB)
def scrub(_ids: list[int] | None = None) -> None:
    """Read every file again and log those missing or damaged."""
    with fates(SCRUB):
        upkeep.scrub(wiring())
