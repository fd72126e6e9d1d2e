"""The pages. Each module has a `router`; `routers` names those that the application includes."""

from __future__ import annotations

from fastapi import APIRouter

from web.pages.account import router as account
from web.pages.admin_accounts import router as admin_accounts
from web.pages.admin_frameworks import router as admin_frameworks
from web.pages.admin_health import router as admin_health
from web.pages.admin_home import router as admin_home
from web.pages.admin_imports import router as admin_imports
from web.pages.admin_journal import router as admin_journal
from web.pages.admin_schools import router as admin_schools
from web.pages.booklet import router as booklet
from web.pages.configuration import router as configuration
from web.pages.diplomas import router as diplomas
from web.pages.division import router as division
from web.pages.divisions import router as divisions
from web.pages.downloads import router as downloads
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
    admin_home,
    admin_schools,
    admin_accounts,
    admin_frameworks,
    admin_imports,
    admin_health,
    admin_journal,
    downloads,
]
