"""A scene for each test of a row, whose ledger is printed with the run's table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.scene import Scene

ROW = re.compile(r"test_row_(\d\d)_")
OF_THE_BROKER = {8, *range(16, 25), 34, 35}  # rows in which the database plays no part
DIALECTS = ("sqlite", "postgresql")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Play the rows of the broker on one database, in turn; on both in the long form."""
    found = ROW.match(metafunc.function.__name__)
    number = int(found[1]) if found else 0
    if number in OF_THE_BROKER and not metafunc.config.getoption("--soak"):
        metafunc.parametrize("database_url", [DIALECTS[number % 2]], indirect=True)


@pytest.fixture
def play(
    database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Scene]]:
    """Make the scene, with the options the row needs."""
    made: list[Scene] = []

    def make(**options: bool) -> Scene:
        made.append(Scene(tmp_path / "home", database_url, **options))
        return made[-1]

    yield make
    found = ROW.match(request.node.name)
    for scene in made:
        scene.end()
        if found:
            request.node.user_properties.append(("fault_row", (int(found[1]), scene.ledger.told())))


@pytest.fixture
def scene(play: Callable[..., Scene]) -> Scene:
    """The plain scene."""
    return play()
