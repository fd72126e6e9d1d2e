"""docs/architecture.md lists every module, with the sentence the module says of itself."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "architecture.md").read_text()
FOLDERS = ("pipeline", "tasks", "web")


def modules():
    found = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in [*found, ROOT / "celeryconfig.py"] if path.read_text().strip()]


def line_of(path):
    said = ast.get_docstring(ast.parse(path.read_text())).splitlines()[0]
    return f"- `{path.relative_to(ROOT)}` {said}"


def test_the_page_lists_every_module_in_its_own_words():
    missing = [line for line in map(line_of, modules()) if line not in PAGE.splitlines()]
    assert missing == [], "\n".join(missing)


def test_the_page_lists_no_module_that_is_gone():
    listed = [line.split("`")[1] for line in PAGE.splitlines() if line.startswith("- `")]
    assert [name for name in listed if not (ROOT / name).exists()] == []
