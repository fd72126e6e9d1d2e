"""The pages. Each module has a `router`; `routers` names those that the application includes."""

from __future__ import annotations

from fastapi import APIRouter

from web.pages.account import router as account
from web.pages.home import router as home
from web.pages.invitation import router as invitation
from web.pages.login import router as login

routers: list[APIRouter] = [
    home,
    login,
    invitation,
    account,
]
