"""A client of the pages that keeps cookies, and knows the value its forms must carry."""

from __future__ import annotations

import re
import warnings
from typing import Any

from httpx import Response

from pipeline.settings import Settings
from tests.web.school import Person
from web import session_cookie as cookies

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it asks for the next httpx, which is not out of beta
    from starlette.testclient import TestClient

CSRF = re.compile(r'name="csrf" value="([^"]+)"')


class Browser(TestClient):
    """One person's browser; redirects are not followed unless asked."""

    def __init__(self, app: Any, settings: Settings, person: Person | None = None) -> None:
        super().__init__(
            app, base_url=settings.public_url, follow_redirects=False,
            raise_server_exceptions=False,
        )  # fmt: skip
        self.settings, self.person = settings, person
        if person is not None:
            self.hold(cookies.SESSION, person.token)

    def hold(self, kind: str, value: object) -> None:
        """Hold a cookie as the site would have set it."""
        header = cookies.header(self.settings, kind, value)
        name, _, text = header.partition(";")[0].partition("=")
        self.cookies.set(name, text, domain=self.base_url.host)

    def csrf_of(self, url: str) -> str:
        """The value in the forms of a page."""
        answer = self.get(url, follow_redirects=False)
        found = CSRF.search(answer.text)
        assert found, f"no form in {url}"
        return found[1]

    def visit_csrf(self) -> str:
        """The value of the forms that come before a session, as if one had been shown."""
        self.hold(cookies.VISIT, "nonce")
        return cookies._mark(self.settings, "nonce")

    @property
    def csrf(self) -> str:
        """The value of this browser's forms."""
        return self.person.csrf if self.person else self.visit_csrf()

    def post_form(self, url: str, data: dict[str, Any] | None = None, **options: Any) -> Response:
        """Send a form of the site, with its value."""
        return self.post(url, data={"csrf": self.csrf} | (data or {}), **options)
