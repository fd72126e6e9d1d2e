"""The JSON API, under `/api/v1`: the use cases of the pages, for programs."""

from __future__ import annotations

from fastapi import APIRouter

from web.api import (
    accounts,
    admin,
    booklets,
    divisions,
    document,
    events,
    grid,
    imports,
    jobs,
    me,
    nights,
    schools,
    version_files,
    versions,
    watching,
)

routers: list[APIRouter] = [
    document.routes,
    me.routes,
    schools.routes,
    divisions.routes,
    booklets.routes,
    grid.routes,
    jobs.routes,
    versions.routes,
    version_files.routes,
    nights.routes,
    events.routes,
    accounts.routes,
    admin.routes,
    watching.routes,
    imports.routes,
]
