"""The JSON API, under `/api/v1`: the use cases of the pages, for programs."""

from __future__ import annotations

from fastapi import APIRouter

from web.api import (
    booklets,
    divisions,
    grid,
    jobs,
    me,
    nights,
    schools,
    version_files,
    versions,
)

routers: list[APIRouter] = [
    me.routes,
    schools.routes,
    divisions.routes,
    booklets.routes,
    grid.routes,
    jobs.routes,
    versions.routes,
    version_files.routes,
    nights.routes,
]
