"""The Celery application and its thin tasks: `celery -A tasks worker|beat|flower`."""

from tasks.celery import app

__all__ = ["app"]
