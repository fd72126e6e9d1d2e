"""Celery's consumer, which no message can end, and which is back soon after its broker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from celery.worker import consumer
from celery.worker.consumer.consumer import logger

from tasks.transport import SHAPES, connects_soon

log = structlog.get_logger(__name__)


class Consumer(consumer.Consumer):  # type: ignore[misc] # Celery has no types
    """Rejects what has not the shape of a task's message; Celery 5.7 would end on it."""

    def create_task_handler(self, *arguments: Any) -> Callable[[Any], Any]:
        """The handler of messages."""
        handle = super().create_task_handler(*arguments)

        def guarded(message: Any) -> Any:
            try:
                return handle(message)
            except self.connection_errors:
                raise
            except SHAPES as error:
                log.error("message_rejected", why="shape", error=type(error).__name__)  # noqa: TRY400
                message.reject_log_error(logger, self.connection_errors)

        return guarded

    def ensure_connected(self, conn: Any) -> Any:
        """Connect, however long the broker is away."""
        return super().ensure_connected(connects_soon(conn))
