"""One Chromium for the tests of a module, all in one process; sites and windows for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import equipment
from tests.browser.entering import Site, serving
from tests.web import school
from tests.web.school import Ids

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The driver runs its loop in the process: all these tests go to one."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; its contexts belong to the tests.

    It ends with the module: as long as its driver's loop runs in this
    thread, `asyncio.run` cannot.
    """
    path = equipment.chromium()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(equipment.FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core."""
    return equipment.axe_source()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ids]:
    """The home of two schools, to be copied."""
    home = tmp_path_factory.mktemp("browser") / "home"
    return home, school.make(home)


@pytest.fixture
def site(made: tuple[Path, Ids], tmp_path: Path, chromium: Browser) -> Iterator[Site]:
    """The site on a copy of two schools."""
    with serving(*made, tmp_path / "home", chromium) as found:
        yield found
