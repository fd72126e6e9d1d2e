"""Message names and sending. A message carries ids only; losing one changes nothing."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from celery import Celery
from kombu.exceptions import OperationalError

RECOMPUTE_STUDENTS = "lslpro.recompute_students"
RUN_EXPORTS = "lslpro.run_exports"
SWEEP = "lslpro.sweep"
RESCUE = "lslpro.rescue"
NIGHTLY = "lslpro.nightly"
PURGE = "lslpro.purge"
SCRUB = "lslpro.scrub"
QUEUES = {
    RECOMPUTE_STUDENTS: "recompute",
    RUN_EXPORTS: "export",
    SWEEP: "tick",
    RESCUE: "tick",
    NIGHTLY: "tick",
    PURGE: "tick",
    SCRUB: "export",  # reads every file: lights do not wait for it
}
MUTE_S = 5.0  # after a failed send, so that a burst of edits does not wait on a dead broker
SEND_TIMEOUT_S = 1.0
IMPATIENT = {
    "socket_timeout": SEND_TIMEOUT_S,
    "socket_connect_timeout": SEND_TIMEOUT_S,
    "max_retries": 1,  # kombu would connect again and again for 6 s, whatever `retry` says
    "interval_start": 0,
}
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """A nudge: the task's name and the ids it is about. `shown` is what Flower displays."""

    name: str
    ids: tuple[Any, ...]
    shown: str
    options: dict[str, Any] = field(default_factory=dict)
    countdown_s: float | None = None


class Queue(Protocol):
    """Where messages go."""

    def send(self, messages: Sequence[Message]) -> Sequence[Message] | None:
        """Send best effort, and return what may not have left.

        Never raises for a broker that does not answer.
        """


class CeleryQueue:
    """Sends through Celery by task name; the settings are those of `celeryconfig`."""

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._muted_until = 0.0

    @classmethod
    def from_config(cls) -> CeleryQueue:
        """A sender of its own, with time-outs short enough for a person who waits."""
        app = Celery("lslpro-sender", set_as_current=False)
        app.config_from_object("celeryconfig")
        options = dict(app.conf.broker_transport_options)
        app.conf.broker_transport_options = options | IMPATIENT
        return cls(app)

    def send(self, messages: Sequence[Message]) -> Sequence[Message]:
        """Send all over one connection; on failure say so in the log and stay mute a while."""
        if time.monotonic() < self._muted_until:
            return messages
        try:
            with self._app.producer_pool.acquire(block=True, timeout=SEND_TIMEOUT_S) as producer:
                for message in messages:
                    self._publish(message, producer)
        except (OperationalError, OSError) as error:
            self._muted_until = time.monotonic() + MUTE_S
            log.warning("nudge_not_sent", count=len(messages), error=type(error).__name__)
            return messages
        return ()

    def _publish(self, message: Message, producer: Any) -> None:
        self._app.send_task(
            message.name,
            args=(list(message.ids),),
            kwargs=message.options,
            queue=QUEUES[message.name],
            argsrepr=message.shown,
            kwargsrepr="",
            countdown=message.countdown_s,
            ignore_result=True,
            retry=False,
            producer=producer,
        )
