"""What every answer goes through: strict headers, our cookies, one line in the log."""

from __future__ import annotations

import time
from typing import Any

import structlog
from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web import session_cookie as cookies
from web.admission import admitted
from web.carried import begin, carried, pattern
from web.problems import too_large

log = structlog.get_logger(__name__)

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
HTTPS_ONLY = "max-age=31536000"
PRIVATE, DIGESTED, ASKED_AGAIN = "no-store", "public, max-age=31536000, immutable", "no-cache"


class Hardened:
    """Around the whole application, its own error answers included."""

    def __init__(self, app: ASGIApp, site: FastAPI) -> None:
        """Wrap `app`; the site's settings say how cookies are."""
        self.app, self.site = app, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500
        begin(scope)

        async def hardened(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                self._add(scope, message)
            await send(message)

        try:
            body = await admitted(scope, receive)
            await self.app(scope, body, too_large(scope, hardened))
        finally:
            if not scope["path"].startswith("/static/"):
                _log(scope, status, time.perf_counter() - began)

    def _add(self, scope: Scope, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        headers.update(HEADERS)
        settings = self.site.state.wiring.settings
        if cookies.is_secure(settings):
            headers["Strict-Transport-Security"] = HTTPS_ONLY
        headers["Cache-Control"] = _keeping(scope, message["status"])
        for kind, value in carried(scope).cookies.items():
            headers.append("Set-Cookie", cookies.header(settings, kind, value))


def _keeping(scope: Scope, status: int) -> str:
    """Files of the site are kept; those named without a digest, as modules are, asked for again."""
    if not scope["path"].startswith("/static/") or status not in {200, 304}:
        return PRIVATE
    return DIGESTED if scope["query_string"].startswith(b"v=") else ASKED_AGAIN


def _log(scope: Scope, status: int, duration_s: float) -> None:
    """The route's pattern and not the address: an address may hold an invitation."""
    fields: dict[str, Any] = {"method": scope["method"], "route": pattern(scope)}
    session = carried(scope).session
    if session is not None:
        fields["account_id"] = session.principal.account_id
    log.info("request", **fields, status=status, duration_s=round(duration_s, 3))
