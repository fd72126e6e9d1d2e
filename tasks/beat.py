"""Celery's scheduler, which is back soon after its broker."""

from __future__ import annotations

from typing import Any

from celery.beat import PersistentScheduler

from tasks.transport import connects_soon


class Scheduler(PersistentScheduler):  # type: ignore[misc] # Celery has no types
    """Tries again each 2 s; Celery's own waits up to 30 s, and no tick comes meanwhile."""

    def _ensure_connected(self) -> Any:
        connects_soon(self.connection)
        return super()._ensure_connected()
