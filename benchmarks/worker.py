"""The product's Celery application, and a bare task to compare with: `celery -A`."""

from __future__ import annotations

import sqlalchemy as sa

from pipeline.queue import QUEUES
from tasks.celery import app, wiring

TOUCH = "bench.touch"
QUEUES |= {f"{TOUCH}.{queue}": queue for queue in ("recompute", "export")}


def touch(ids: list[int]) -> None:
    """Write one row and commit."""
    with wiring().store.writing() as unit:
        unit.connection.execute(
            sa.text("INSERT INTO bench_touch (id) VALUES (:id)"), {"id": ids[0]}
        )


for _queue in ("recompute", "export"):
    app.task(name=f"{TOUCH}.{_queue}", send_events=False, time_limit=60, soft_time_limit=45)(touch)
