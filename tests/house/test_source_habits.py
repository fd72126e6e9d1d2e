"""Where the product may read its environment and the clock, wait, and catch what it can."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence

import pytest

from tests.house.source import ROOT, Module, files, functions, module, product, text_of, users, uses
from tests.house.test_technologies import at_layer
from tests.test_house import LAYERS, component

CRASH_VARIABLE = "LSLPRO_CRASH_AT"
ENVIRONMENT = {"os.environ", "os.environb", "os.getenv", "os.putenv", "os.unsetenv"}
ENVIRONMENT_READERS = {"pipeline.settings", "pipeline.crash"}  # and the doors
CLOCK = {
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today",
    "datetime.date.today", "time.time", "time.time_ns", "time.localtime", "time.gmtime",
    "time.ctime", "sqlalchemy.func.now", "sqlalchemy.func.current_timestamp",
}  # fmt: skip
CLOCK_READERS = {
    "pipeline/wiring.py": "utc_now, the one clock that is handed down",
    "pipeline/artifacts.py": "the age of a temporary file, whose times are the machine's",
}
WAITING = {"time.sleep", "time.monotonic", "time.perf_counter", "threading.Event"}
LAST_DOOR = "tasks/fates.py"  # only our own codes leave a task
BROAD = {"Exception", "BaseException"}
PERSONAL = re.compile(r"(?<![\w.~-])/(?:work|root|home)/")


def environment_readers(modules: Sequence[Module]) -> list[str]:
    """Who reads the environment and is neither a door, nor settings, nor crash."""
    below = [one for one in modules if LAYERS.get(component(one.name)) != 3]
    return users([one for one in below if one.name not in ENVIRONMENT_READERS], ENVIRONMENT)


def clock_readers(modules: Sequence[Module]) -> list[str]:
    return users([one for one in modules if one.path not in CLOCK_READERS], CLOCK)


def broad_handlers(modules: Sequence[Module]) -> list[str]:
    """Handlers of any exception: `Exception` at the last door only, else they must re-raise."""
    found = []
    for one in modules:
        for node in one.nodes:
            if isinstance(node, ast.ExceptHandler) and _is_broad(node, one.path):
                found.append(f"{one.at(node)} {ast.unparse(node).splitlines()[0]}")
            elif isinstance(node, ast.Call) and _suppresses_all(node):
                found.append(f"{one.at(node)} {ast.unparse(node)}")
    return found


def _is_broad(handler: ast.ExceptHandler, path: str) -> bool:
    caught = _names(handler.type) if handler.type else {"BaseException"}
    last = handler.body[-1]
    raises_again = isinstance(last, ast.Raise) and last.exc is None
    return ("Exception" in caught and path != LAST_DOOR) or (
        "BaseException" in caught and not raises_again
    )


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _suppresses_all(call: ast.Call) -> bool:
    named = {name for each in call.args for name in _names(each)}
    return ast.unparse(call.func).endswith("suppress") and bool(named & BROAD)


def readers_of(variable: str, modules: Sequence[Module]) -> list[str]:
    return [one.at(node) for one in modules for node in one.nodes if text_of(node) == variable]


def personal_paths(path: str, text: str) -> Iterator[str]:
    """Lines that name a folder of one machine."""
    for number, line in enumerate(text.splitlines(), 1):
        if PERSONAL.search(line):
            yield f"{path}:{number} {line.strip()[:80]}"


def test_the_crash_variable_is_read_in_one_place() -> None:
    found = readers_of(CRASH_VARIABLE, product())
    assert [place.partition(":")[0] for place in found] == ["pipeline/crash.py"], found


def test_the_environment_is_read_by_settings_crash_and_the_doors() -> None:
    found = environment_readers(product())
    assert not found, "\n".join(found)


def test_the_clock_is_read_in_one_place_and_handed_down() -> None:
    found = clock_readers(product())
    assert not found, "\n".join(found)
    assert all(users([one], CLOCK) for one in product() if one.path in CLOCK_READERS)
    assert _functions_that_use(CLOCK, "pipeline/wiring.py") == ["utc_now"]


def _functions_that_use(names: set[str], path: str) -> list[str]:
    one = next(each for each in product() if each.path == path)
    lines = {node.lineno for dotted, node in uses(one) if dotted in names}
    return [
        node.name
        for node in functions(one)
        if any(node.lineno <= line <= (node.end_lineno or 0) for line in lines)
    ]


def test_neither_the_core_nor_a_use_case_waits_or_measures_time() -> None:
    found = users(at_layer(0, 2), WAITING)
    assert not found, "\n".join(found)


def test_only_the_last_door_catches_everything() -> None:
    found = broad_handlers(product())
    assert not found, "\n".join(found)


def test_no_file_names_a_folder_of_one_machine() -> None:
    found = [
        line
        for path in files()
        if b"\0" not in (content := path.read_bytes())
        for line in personal_paths(str(path.relative_to(ROOT)), content.decode(errors="replace"))
    ]
    assert not found, "\n".join(found)


Check = Callable[[Sequence[Module]], list[str]]


@pytest.mark.parametrize(
    ("check", "source"),
    [
        (environment_readers, "import os\nx = os.environ.get('X')"),
        (environment_readers, "from os import environ as here\nx = here['X']"),
        (environment_readers, "import os\nx = os.getenv('X')"),
        (clock_readers, "import datetime as dt\nx = dt.datetime.now(dt.UTC)"),
        (clock_readers, "from datetime import date\nx = date.today()"),
        (clock_readers, "from time import time as now\nx = now()"),
        (clock_readers, "import sqlalchemy as sa\nx = sa.func.now()"),
        (broad_handlers, "try: x()\nexcept Exception: raise"),
        (broad_handlers, "try: x()\nexcept (OSError, Exception): pass"),
        (broad_handlers, "try: x()\nexcept BaseException: pass"),
        (broad_handlers, "try: x()\nexcept: pass"),
        (broad_handlers, "with suppress(Exception): x()"),
        (lambda modules: users(modules, WAITING), "from time import sleep\nsleep(1)"),
        (lambda modules: readers_of("X", modules), "import os\nx = os.environ['X']"),
    ],
)
def test_the_check_sees_the_habit_broken(check: Check, source: str) -> None:
    assert len(check([module("pipeline.export", source)])) == 1


def test_the_check_passes_a_handler_that_cleans_up_and_raises_again() -> None:
    source = "try: x()\nexcept BaseException:\n    stop()\n    raise"
    assert not broad_handlers([module("pipeline.export", source)])


@pytest.mark.parametrize(("folder", "count"), [("work", 1), ("root", 1), ("home", 1), ("var", 0)])
def test_the_check_sees_a_folder_of_one_machine(folder: str, count: int) -> None:
    line = f"path = '/{folder}/main'; url = 'https://example.org/{folder}/main'"
    assert len(list(personal_paths("x.py", f"\n{line}\n"))) == count
