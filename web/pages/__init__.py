"""The pages. Each module has a `router`; `routers` names those that the application includes."""

from __future__ import annotations

from fastapi import APIRouter

from web.pages.account import router as account
from web.pages.booklet import router as booklet
from web.pages.configuration import router as configuration
from web.pages.diplomas import router as diplomas
from web.pages.division import router as division
from web.pages.divisions import router as divisions
from web.pages.entry import router as entry
from web.pages.exports import router as exports
from web.pages.grid import router as grid
from web.pages.home import router as home
from web.pages.invitation import router as invitation
from web.pages.live import router as live
from web.pages.login import router as login
from web.pages.nights import router as nights
from web.pages.verification import router as verification
from web.pages.versions import router as versions

routers: list[APIRouter] = [
    home,
    login,
    invitation,
    account,
    grid,
    entry,
    booklet,
    configuration,
    diplomas,
    division,
    divisions,
    exports,
    live,
    nights,
    verification,
    versions,
]
