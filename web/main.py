"""The factory that uvicorn calls: `uvicorn --factory web.main:app`."""

from __future__ import annotations

import logging

from fastapi import FastAPI

from pipeline.settings import settings
from pipeline.wiring import wire
from web.app import make_app


class WithoutTraces(logging.Filter):
    """Takes the trace away from what uvicorn says of an error: its text may quote data."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the line, without the exception; `request_failed` has the reference."""
        record.exc_info, record.exc_text = None, None
        return True


def app() -> FastAPI:
    """The application on the settings of this process."""
    logging.getLogger("uvicorn.error").addFilter(WithoutTraces())
    return make_app(wire(settings()))
