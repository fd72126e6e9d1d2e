"""The pages. Each module has a `router`; `routers` names those that the application includes."""

from __future__ import annotations

from fastapi import APIRouter

from web.pages import account, booklet, entry, grid, home, invitation, login

routers: list[APIRouter] = [
    home.router,
    login.router,
    invitation.router,
    account.router,
    entry.router,
    booklet.router,
    grid.router,
]
