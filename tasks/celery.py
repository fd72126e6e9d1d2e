"""The application, one wiring per process, and what an error leaving a task may be."""

from __future__ import annotations

from functools import cache
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

from pipeline.queue import CeleryQueue
from pipeline.settings import settings
from pipeline.wiring import Wiring, wire
from tasks import transport

transport.install()
(settings().home / "run").mkdir(parents=True, exist_ok=True)  # beat opens its file there at once
app = Celery("lslpro")
app.config_from_object("celeryconfig")
app.conf.include = ["tasks.lights", "tasks.exports", "tasks.ticks"]


@cache
def wiring() -> Wiring:
    """The adapters of this process, made at its first task."""
    return wire(settings(), CeleryQueue(app))


@worker_process_init.connect
def _forget_parents_connections(**_: Any) -> None:
    """A connection does not survive a fork: each child makes its own."""
    if wiring.cache_info().currsize:
        wiring().store.engine.dispose(close=False)
        wiring.cache_clear()
