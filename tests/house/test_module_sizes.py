"""A module fits on two screens, a function on a third of one."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from tests.house.source import Module, functions, module, product

MODULE_LINES = 170
FUNCTION_LINES = 28
MIGRATION = "pipeline/store/migrations/versions/0001_first_tables.py"
LARGER = {  # path or path:function, and why
    MIGRATION: "written by Alembic, one call a table, and never changed again",
    f"{MIGRATION}:upgrade": "the same",
    "pipeline/labels.py": "the French words of every code, a line each",
    "pipeline/errors.py": "the whole error tree on one page, a few lines a leaf",
}


def too_large(modules: Sequence[Module]) -> dict[str, int]:
    """What is larger than the house allows, with its lines.

    Of a function its work counts: a signature that names its parameters one a line, and the
    promise in its docstring, are asked for elsewhere.
    """
    sizes = {one.path: len(one.source.splitlines()) for one in modules}
    parts = {
        f"{one.path}:{node.name}": work_lines(node) for one in modules for node in functions(one)
    }
    return _above(sizes, MODULE_LINES) | _above(parts, FUNCTION_LINES)


def work_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function from its first statement on."""
    first = node.body[1 if ast.get_docstring(node) is not None and len(node.body) > 1 else 0]
    return (node.end_lineno or 0) - first.lineno + 1


def _above(sizes: Mapping[str, int], most: int) -> dict[str, int]:
    return {name: size for name, size in sizes.items() if size > most}


def test_no_module_and_no_function_is_too_large() -> None:
    found = {name: size for name, size in too_large(product()).items() if name not in LARGER}
    assert not found, "\n".join(f"{name} {size} lines" for name, size in found.items())


def test_each_exception_is_needed() -> None:
    assert set(LARGER) <= set(too_large(product()))


def test_the_check_sees_a_module_of_one_line_too_many() -> None:
    sources = ["x = 1\n" * lines for lines in (MODULE_LINES, MODULE_LINES + 1)]
    found = [too_large([module("pipeline.new", source)]) for source in sources]
    assert found == [{}, {"pipeline/new.py": MODULE_LINES + 1}]


def test_the_check_sees_a_function_of_one_line_too_many() -> None:
    head = 'class A:\n  def f(\n    self,\n  ):\n    """Promise."""\n'
    sources = [head + "    x\n" * lines for lines in (FUNCTION_LINES, FUNCTION_LINES + 1)]
    found = [too_large([module("pipeline.new", source)]) for source in sources]
    assert found == [{}, {"pipeline/new.py:f": FUNCTION_LINES + 1}]
