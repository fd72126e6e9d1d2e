"""The application: pages, JSON API and static files, put together on one wiring."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
from fastapi import Depends, FastAPI
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from pipeline.wiring import Wiring
from web import api, pages
from web.deps import MOST_FILES, guarded
from web.problems import HANDLERS
from web.security import Hardened
from web.uploads import FORM_BYTES
from web.views import static_folder

TITLE = "LSL Pro"
THREADS = 12  # at work at a time; the database's pool has 15 connections


class Site(FastAPI):
    """A FastAPI whose every answer, errors of its own included, goes through `Hardened`."""

    def build_middleware_stack(self) -> ASGIApp:
        """The stack as FastAPI makes it, hardened around."""
        return Hardened(super().build_middleware_stack(), self)


@asynccontextmanager
async def _lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """A thread that waited for a connection for long would tell that the database is away."""
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield


def make_app(wiring: Wiring) -> FastAPI:
    """The application on these adapters."""
    handlers: Any = HANDLERS
    app = Site(
        title=TITLE,
        docs_url=None,  # Swagger UI would come from a foreign host
        redoc_url=None,
        openapi_url=None,  # the API serves its own document
        lifespan=_lifespan,
        redirect_slashes=False,  # a redirect would repeat the Host header of the request
        exception_handlers=handlers,
        max_body_size=FORM_BYTES,
        form_limits={"max_files": MOST_FILES},
    )
    app.state.wiring = wiring
    app.mount("/static", StaticFiles(directory=static_folder()), name="static")
    for router in pages.routers:
        app.include_router(router, dependencies=[Depends(guarded)], include_in_schema=False)
    for router in api.routers:
        app.include_router(router, prefix="/api/v1")
    return app
