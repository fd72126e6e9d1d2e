"""The JSON API, under `/api/v1`: the use cases of the pages, for programs."""

from __future__ import annotations

from fastapi import APIRouter

routers: list[APIRouter] = []
