"""Case 7: the server's time of the main pages, beside a page that reads nothing (the log-in's)."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import uvicorn

from benchmarks import school
from benchmarks.results import Figure, fact, ratio
from benchmarks.stage import Stage
from pipeline import accounts, export, export_run, invitations, recompute, sessions
from pipeline.domain.accounts import Role
from web import session_cookie as cookies
from web.app import make_app

DIVISIONS = 40
_PASSWORD = "une craie bleue sur le tableau"
_UAI = "0000001Z"
_FLOOR = "/connexion"


def run(stage: Stage, pairs: int) -> Iterator[Figure]:
    """Each page of a school of 40 divisions of 24 pupils, and its ratio to the log-in page."""
    _one_school(stage)
    division = school.division_ids(stage.wiring.store)[0]
    booklet = school.booklet_ids(stage.wiring.store)[0]
    job = export.request(
        stage.wiring.store, division, "lsl-1.0", by="bench", now=stage.wiring.now()
    )
    export_run.run(stage.wiring, [job])
    recompute.inline(stage.wiring.store, limits=stage.wiring.limits, now=stage.wiring.now)
    school.tidy(stage.wiring.store)
    chosen = f"/lsl/{_UAI}/{school.START_YEAR}/25520"
    cookie = {role: _session(stage, role) for role in (Role.HEAD, Role.ADMINISTRATOR)}
    with _serving(stage) as url, httpx.Client(base_url=url) as client:
        for name, role, path in _pages(chosen, division, booklet, job):
            floor = _Visit(client, _FLOOR, "")
            yield from _page(stage, name, _Visit(client, path, cookie[role]), floor, pairs)


def _pages(chosen: str, division: int, booklet: int, job: str) -> tuple[tuple[str, Role, str], ...]:
    return (
        ("40 divisions", Role.HEAD, f"{chosen}/divisions"),
        ("configuration", Role.HEAD, f"{chosen}/configuration"),
        ("a division of 24", Role.HEAD, f"/divisions/{division}"),
        ("following an export", Role.HEAD, f"/demandes/{job}"),
        ("a version", Role.HEAD, "/versions/1"),
        ("a booklet", Role.HEAD, f"/livrets/{booklet}"),
        ("the grid of a division", Role.HEAD, f"/divisions/{division}/grille?champ=moyenne-1"),
        ("the journal", Role.ADMINISTRATOR, "/administration/journal"),
    )


@dataclass(frozen=True)
class _Visit:
    """One page and who asks for it."""

    client: httpx.Client
    address: str
    cookie: str

    def seconds(self) -> float:
        """From the question to the whole answer."""
        began = time.perf_counter()
        answer = self.client.get(self.address, headers={"Cookie": self.cookie})
        seconds = time.perf_counter() - began
        if answer.status_code != 200:
            raise RuntimeError(f"{self.address} answered {answer.status_code}")
        return seconds


def _page(stage: Stage, name: str, page: _Visit, floor: _Visit, pairs: int) -> Iterator[Figure]:
    for _ in range(3):
        page.seconds()
        floor.seconds()
    taken = [(page.seconds(), floor.seconds()) for _ in range(pairs)]
    middle = statistics.median(one for one, _ in taken)
    yield fact("pages", stage.kind, name, middle * 1_000, "ms")
    ratios = [one / low for one, low in taken]
    yield ratio("pages", stage.kind, f"{name} ÷ log-in page", ratios, "≤ 10")


def _one_school(stage: Stage) -> None:
    """All divisions in the first school."""
    with stage.wiring.store.writing() as unit:
        for table in ("division", "student"):
            unit.connection.exec_driver_sql(f"UPDATE {table} SET school_uai = '{_UAI}'")


def _session(stage: Stage, role: Role) -> str:
    """The cookie of someone who is logged in."""
    w, login = stage.wiring, f"{role}@bench.example"
    uais = [_UAI] if role is Role.HEAD else []
    invited = accounts.add(w, by="bench", login=login, name="Essai", role=role, schools=uais)
    invitations.accept(w, invited.token, _PASSWORD)
    opened = sessions.log_in(w, login, _PASSWORD, address="127.0.0.1")
    return cookies.header(w.settings, cookies.SESSION, opened.token).partition(";")[0]


@contextmanager
def _serving(stage: Stage) -> Iterator[str]:
    """The pages on a port of their own, in this process."""
    config = uvicorn.Config(make_app(stage.wiring), host="127.0.0.1", port=0, log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
