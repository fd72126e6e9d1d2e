"""The pages on a copy of two schools, and a browser for each role."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from pipeline.queue import Message
from pipeline.wiring import Wiring
from tests.usecases.exporting import Clock
from tests.web import school
from tests.web.browsing import Browser
from tests.web.programs import Program
from tests.web.school import Ids
from web.app import make_app

Visitor = Callable[[str], Browser]


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ids]:
    home = tmp_path_factory.mktemp("two-schools") / "home"
    return home, school.make(home)


@pytest.fixture(scope="session")
def _app() -> FastAPI:
    """One application for all tests: each puts its own wiring in it."""
    return make_app(None)  # type: ignore[arg-type]


@pytest.fixture
def ids(_made: tuple[Path, Ids]) -> Ids:
    """What is in the database."""
    return _made[1]


@pytest.fixture
def clock() -> Clock:
    """A clock that the test moves."""
    return Clock(school.NOW)


@pytest.fixture
def sent() -> list[Message]:
    """The messages that were sent to workers."""
    return []


@pytest.fixture
def w(
    _made: tuple[Path, Ids], tmp_path: Path, clock: Clock, sent: list[Message]
) -> Iterator[Wiring]:
    """The adapters of one process, on the test's own copy."""
    home = Path(shutil.copytree(_made[0], tmp_path / "home"))
    made = school.wiring_of(school.settings_of(home), sent, clock)
    yield made
    made.store.engine.dispose()


@pytest.fixture
def app(_app: FastAPI, w: Wiring) -> FastAPI:
    """The application on `w`."""
    _app.state.wiring = w
    return _app


@pytest.fixture
def visitor(app: FastAPI, w: Wiring, ids: Ids) -> Visitor:
    """A browser by name: that of a person of `school.PEOPLE`, or nobody's."""

    def made(who: str) -> Browser:
        return Browser(app, w.settings, ids.people.get(who))

    return made


@pytest.fixture
def program(app: FastAPI, ids: Ids) -> Callable[..., Program]:
    """A program by name: with that person's token, with the secret given, or with none."""

    def made(who: str, secret: str | None = None) -> Program:
        return Program(app, ids, who, secret)

    return made


@pytest.fixture
def site(visitor: Visitor) -> Browser:
    """A browser that is not logged in."""
    return visitor("anonymous")


def _as(who: str) -> Any:
    def logged_in(visitor: Visitor) -> Browser:
        return visitor(who)

    logged_in.__doc__ = f"The browser of the {who}, logged in."
    return pytest.fixture(logged_in)


as_head = _as("head")
as_ddfpt = _as("ddfpt")
as_teacher = _as("teacher")
as_admin = _as("administrator")
as_other_head = _as("other_head")
as_other_teacher = _as("other_teacher")
