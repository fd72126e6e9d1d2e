"""The tests' own habits: each can fail, none is put aside, none patches our own code."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

import pytest

from tests.house.source import Module, dotted_of, functions, module, own_tests, text_of, users, uses

ASIDE = {
    "pytest.skip", "pytest.xfail", "pytest.importorskip", "pytest.mark.skip",
    "pytest.mark.skipif", "pytest.mark.xfail", "unittest.skip", "unittest.skipIf",
}  # fmt: skip
MAY_BE_ABSENT = {"tests/browser/equipment.py"}  # Chromium, outside CI: what it lacks, it says
CHECKS = {"pytest.raises", "pytest.fail", "pytest.warns", "playwright.sync_api.expect"}
SET = {"setattr", "delattr", "setitem", "delitem"}
OURS = ("pipeline.", "tasks.", "celeryconfig.")


def cannot_fail(modules: Sequence[Module]) -> list[str]:
    """Test functions that assert nothing, neither themselves nor by a helper they call."""
    shared = {name for one in modules if not _holds_tests(one) for name in _asserting(one)}
    return [
        f"{one.at(node)} {node.name}"
        for one in modules
        for helpers in [shared | _asserting(one)]
        for node in functions(one)
        if node.name.startswith("test_")
        if node.name not in helpers and not _called(node) & helpers
    ]


def _holds_tests(one: Module) -> bool:
    return one.name.rpartition(".")[2].startswith("test_")


def _asserting(one: Module) -> set[str]:
    """The functions of a module in which something can fail."""
    return {
        node.name
        for node in functions(one)
        if any(_can_fail(one, inner) for inner in ast.walk(node))
    }


def _can_fail(one: Module, node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return not isinstance(node.test, ast.Constant)
    if isinstance(node, ast.Raise):
        return isinstance(node.exc, ast.Call) and dotted_of(node.exc.func) == "AssertionError"
    return isinstance(node, ast.Name | ast.Attribute) and _full(one, node) in CHECKS


def _called(function: ast.AST) -> set[str]:
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    return {dotted_of(node.func).rpartition(".")[2] for node in calls}


def put_aside(modules: Sequence[Module]) -> list[str]:
    return users([one for one in modules if one.path not in MAY_BE_ABSENT], ASIDE)


def mocks(modules: Sequence[Module]) -> list[str]:
    """Uses of `unittest.mock` and of the `mocker` fixture."""
    named = [
        f"{one.at(node)} {dotted}"
        for one in modules
        for dotted, node in uses(one)
        if dotted.startswith("unittest.mock.")
    ]
    return named + [
        f"{one.at(node)} mocker"
        for one in modules
        for node in one.nodes
        if isinstance(node, ast.arg) and node.arg == "mocker"
    ]


def patches(modules: Sequence[Module]) -> list[str]:
    """Where a test sets an attribute of our own code, by `monkeypatch` or by hand."""
    return [
        f"{one.at(node)} {target}"
        for one in modules
        for node in one.nodes
        for target in _patched(one, node)
        if target.startswith(OURS)
    ]


def _patched(one: Module, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and dotted_of(node.func).rpartition(".")[2] in SET and node.args:
        yield text_of(node.args[0]) or f"{_full(one, node.args[0])}."
    elif isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (_full(one, each) for each in targets if isinstance(each, ast.Attribute))


def _full(one: Module, node: ast.expr) -> str:
    first, dot, rest = dotted_of(node).partition(".")
    return one.aliases.get(first, first) + dot + rest


def eager(modules: Sequence[Module]) -> list[str]:
    """Where Celery is told to run tasks in the caller, which no promise survives."""
    return [
        one.at(node)
        for one in modules
        for node in one.nodes
        if "always_eager" in (getattr(node, "attr", None) or text_of(node))
        if not one.path.startswith("tests/house/")
    ]


def guesses(modules: Sequence[Module]) -> list[str]:
    """Where a test waits a while and hopes: a wait stands in a loop that looks."""
    found = []
    for one in modules:
        loops = [node for node in one.nodes if isinstance(node, ast.While)]
        looking = {id(inner) for loop in loops for inner in ast.walk(loop)}
        waits = [node for dotted, node in uses(one) if dotted == "time.sleep"]
        found += [f"{one.at(node)} time.sleep" for node in waits if id(node) not in looking]
    return found


CHECKED = [cannot_fail, put_aside, mocks, patches, eager, guesses]
Check = Callable[[Sequence[Module]], list[str]]


@pytest.mark.parametrize("check", CHECKED)
def test_the_tests_keep_the_habit(check: Check) -> None:
    found = check(own_tests())
    assert not found, "\n".join([check.__name__, *found])


@pytest.mark.parametrize(
    ("check", "source"),
    [
        (cannot_fail, "def test_x(): print(1)"),
        (cannot_fail, "def test_x(): assert True"),
        (cannot_fail, "def helper(): print(1)\ndef test_x(): helper()"),
        (put_aside, "import pytest\n@pytest.mark.skip\ndef test_x(): assert x"),
        (put_aside, "from pytest import mark\n@mark.xfail(strict=True)\ndef test_x(): assert x"),
        (put_aside, "import pytest\ny = pytest.importorskip('y')"),
        (mocks, "from unittest.mock import Mock\nx = Mock()"),
        (mocks, "from unittest import mock\nx = mock.patch('x')"),
        (mocks, "def test_x(mocker): assert mocker"),
        (patches, "monkeypatch.setattr('pipeline.export.BATCH', 1)"),
        (patches, "from pipeline import export\nmonkeypatch.setattr(export, 'BATCH', 1)"),
        (patches, "from pipeline.store.unit import Store\nmonkeypatch.setattr(Store, 'say', x)"),
        (patches, "from pipeline import export as e\ne.BATCH = 1"),
        (patches, "import tasks.celery\nmonkeypatch.delattr(tasks.celery, 'app')"),
        (eager, "app.conf.task_always_eager = True"),
        (eager, "app.conf.update({'task_always_eager': True})"),
        (guesses, "import time\ntime.sleep(1)"),
        (guesses, "from time import sleep\nfor _ in range(9): sleep(1)"),
    ],
)
def test_the_check_sees_the_habit_broken(check: Check, source: str) -> None:
    assert len(check([module("tests.x.test_new", source)])) == 1


@pytest.mark.parametrize(
    ("check", "source"),
    [
        (cannot_fail, "import pytest\ndef test_x():\n  with pytest.raises(OSError): x()"),
        (cannot_fail, "def helper(): assert x\ndef test_x(): helper()"),
        (guesses, "import time\nwhile not done(): time.sleep(0.1)"),
        (patches, "monkeypatch.setenv('LSLPRO_HOME', 'x')"),
        (patches, "monkeypatch.setattr('tempfile.tempdir', 'x')"),
        (patches, "from pipeline import export\nworld = export.World()\nworld.x = 1"),
    ],
)
def test_the_check_passes_what_keeps_the_habit(check: Check, source: str) -> None:
    assert not check([module("tests.x.test_new", source)])
