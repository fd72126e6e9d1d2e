"""The fates of errors that reach a task: only our own codes leave it, never a foreign text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from pipeline.errors import Defect, PipelineError, Refused, Unavailable

log = structlog.get_logger(__name__)


class TaskBug(Defect):
    """Something nobody foresaw; the type's name is all that leaves, since texts may quote data."""

    code = "task_bug"


@contextmanager
def fates(task: str) -> Iterator[None]:
    """Log by fate. Unavailable ends the task quietly: rows say what is due, ticks send it again."""
    try:
        yield
    except Unavailable as error:
        log.warning("task_put_back", task=task, code=error.code)
    except Refused as error:
        log.info("task_refused", task=task, code=error.code)
    except PipelineError as error:
        log.error("task_failed", task=task, code=error.code)  # noqa: TRY400 - no foreign text
        raise
    except Exception as error:  # noqa: BLE001 - the last door: nothing foreign leaves it
        log.error("task_bug", task=task, error=type(error).__name__)  # noqa: TRY400
        raise TaskBug(f"{task} : {type(error).__name__}") from None
