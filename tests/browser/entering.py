"""The site on a port of its own, and people in a real Chromium."""

from __future__ import annotations

import json
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Browser, Page, expect

from pipeline.wiring import Wiring
from tests.polling import until
from tests.usecases.exporting import Clock
from tests.web import school
from tests.web.school import Ids
from web import session_cookie as cookies
from web.app import make_app

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
PATIENCE_MS = 15_000
expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True)
class Site:
    """A site that listens, and a Chromium to visit it with."""

    url: str
    w: Wiring
    ids: Ids
    chromium: Browser

    def visit(self, who: str, path: str, **options: Any) -> Page:
        """A page of someone who is logged in, in a window of his own; a dialog fails the test."""
        context = self.chromium.new_context(locale="fr-FR", **options)
        context.set_default_timeout(PATIENCE_MS)
        header = cookies.header(self.w.settings, cookies.SESSION, self.ids.people[who].token)
        name, _, value = header.partition(";")[0].partition("=")
        context.add_cookies([{"name": name, "value": value, "url": self.url}])
        page = context.new_page()
        page.goto(self.url + path)
        return page

    def booklet(self, who: str, light: str = "green", **options: Any) -> Page:
        """The page of a booklet of that light."""
        return self.visit(who, f"/livrets/{self.ids.own.booklets[light]}", **options)


@contextmanager
def serving(made: Path, ids: Ids, home: Path, chromium: Browser) -> Iterator[Site]:
    """The site on a copy of a home, until the test ends."""
    shutil.copytree(made, home)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        w = school.wiring_of(school.settings_of(home, url), [], Clock(school.NOW))
        config = uvicorn.Config(make_app(w), log_config=None, timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        until(lambda: server.started)
        yield Site(url, w, ids, chromium)
        for context in chromium.contexts:
            context.close()
        server.should_exit = True
        thread.join()
    w.store.engine.dispose()


def violations(page: Page, axe: str) -> list[str]:
    """What axe finds against WCAG 2.1 A and AA."""
    page.evaluate(f"() => {{ {axe} }}")
    found = page.evaluate(
        f"async () => (await axe.run(document, {{runOnly: {json.dumps(RULES)}}})).violations"
    )
    return [f"{one['id']} {node['html'][:120]}" for one in found for node in one["nodes"]]


def saved(page: Page) -> None:
    """Wait until the page says that everything is saved."""
    expect(page.locator("form[data-etat=enregistre]")).to_have_count(1)
    expect(page.locator("#etat")).to_have_text("Enregistré à 13 h 00.")
