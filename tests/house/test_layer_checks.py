"""The checks of `tests/test_house.py` can fail: each sees what it is there for."""

from __future__ import annotations

import pytest

from tests.house.source import module
from tests.test_house import not_down, not_handed_down, without_layer


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("pipeline.domain.mef", "from pipeline.store import facts"),
        ("pipeline.domain.mef", "from pipeline import export"),
        ("pipeline.store.jobs", "def late():\n    import pipeline.export"),
        ("pipeline.export", "from pipeline.cli.common import show"),
        ("pipeline.export", "from .cli import common"),
        ("pipeline.export", "import_module('tasks.exports')"),
        ("pipeline.xml.render", "from pipeline.artifacts import digest"),
        ("tasks.exports", "from pipeline.cli import common"),
    ],
)
def test_the_layer_check_sees_an_arrow_that_is_not_down(name: str, source: str) -> None:
    found = not_down([module(name, source)])
    assert [arrow.place for arrow in found] == [f"{name.replace('.', '/')}.py:{_line(source)}"]


def _line(source: str) -> int:
    return source.count("\n") + 1


def test_the_layer_check_passes_arrows_that_go_down() -> None:
    source = "import csv\nfrom pipeline.store import jobs\nfrom pipeline import recompute"
    assert not not_down([module("pipeline.export", source)])


def test_the_layer_check_sees_a_module_without_layer() -> None:
    new = [module("pipeline.utils", ""), module("scripts", ""), module("pipeline.store.new", "")]
    assert without_layer(new) == ["pipeline/utils.py", "scripts.py"]


@pytest.mark.parametrize(
    ("name", "source", "seen"),
    [
        ("pipeline.export", "from pipeline.settings import settings", True),
        ("pipeline.export", "from pipeline.settings import Settings", True),
        ("pipeline.wiring", "from pipeline.settings import settings", True),
        ("pipeline.wiring", "from pipeline.settings import Settings", False),
        ("pipeline.export", "from pipeline.wiring import wire", True),
        ("pipeline.export", "from pipeline.wiring import Wiring", False),
        ("pipeline.cli.common", "from pipeline.settings import settings", False),
    ],
)
def test_the_check_sees_what_is_taken_instead_of_given(
    name: str, source: str, *, seen: bool
) -> None:
    assert bool(not_handed_down([module(name, source)])) is seen
