"""A scene for each test of a row, whose ledger is printed with the run's table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.scene import Scene

ROW = re.compile(r"test_row_(\d\d)_")
CONTROL = re.compile(r"test_the_control_of_row_(\d\d)_")
ON_BOTH = {1, 2, 5, 26, *range(28, 32), 37, 38}  # rows in which the database plays a part
DIALECTS = ("sqlite", "postgresql")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Play the other rows on one database, in turn; on both, and what is long, in the long form."""
    if config.getoption("--soak"):
        return
    left = [item for item in items if _is_twice(item) or item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


def _is_twice(item: Any) -> bool:
    found = ROW.match(item.name) or CONTROL.match(item.name)
    if not found or "database_url" not in item.fixturenames:
        return False
    number = int(found[1])
    return number not in ON_BOTH and f"[{DIALECTS[number % 2]}" not in item.name


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
