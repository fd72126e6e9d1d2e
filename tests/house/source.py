"""The house's source as modules, imports and names, read with `ast`; nothing of it is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("pipeline", "tasks", "web", "celeryconfig.py")
OWN = {"pipeline", "tasks", "web", "celeryconfig"}
BY_NAME = {"import_module", "__import__", "config_from_object"}  # they import what a text names


@dataclass(frozen=True)
class Module:
    """One source file; `module(…)` makes one from a text, to prove that a check can fail."""

    name: str
    path: str
    source: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    @cached_property
    def aliases(self) -> dict[str, str]:
        """What each imported name stands for: `dt` for `datetime`."""
        found: dict[str, str] = {}
        for node in self.nodes:
            if isinstance(node, ast.Import):
                found |= {one.asname or _root(one.name): _bound(one) for one in node.names}
            elif isinstance(node, ast.ImportFrom):
                base = self.base(node)
                found |= {one.asname or one.name: f"{base}.{one.name}" for one in node.names}
        return found

    def base(self, node: ast.ImportFrom) -> str:
        """The module an import takes from, a relative one made absolute."""
        if not node.level:
            return node.module or ""
        package = self.name if self.path.endswith("__init__.py") else self.name.rpartition(".")[0]
        parts = package.split(".")
        parts = parts[: len(parts) - node.level + 1]
        return ".".join(parts + ([node.module] if node.module else []))

    def at(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


def _root(dotted: str) -> str:
    return dotted.partition(".")[0]


def _bound(one: ast.alias) -> str:
    return one.name if one.asname else _root(one.name)


def module(name: str, source: str, path: str = "") -> Module:
    """A module that is no file."""
    return Module(name, path or f"{name.replace('.', '/')}.py", source)


def imports(module: Module) -> Iterator[tuple[str, ast.AST]]:
    """Each dotted name a module imports, those that Celery or importlib take by text too."""
    for node in module.nodes:
        if isinstance(node, ast.Import):
            yield from ((one.name, node) for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{module.base(node)}.{one.name}", node) for one in node.names)
        elif isinstance(node, ast.Call) and _last(node.func) in BY_NAME:
            yield from ((text, node) for text in map(text_of, node.args[:1]) if text)


def uses(module: Module) -> Iterator[tuple[str, ast.expr]]:
    """Each name and attribute in full: `dt.datetime.now` gives `datetime.datetime.now`."""
    for node in module.nodes:
        if isinstance(node, ast.Name | ast.Attribute) and (dotted := dotted_of(node)):
            first, dot, rest = dotted.partition(".")
            yield module.aliases.get(first, first) + dot + rest, node


def users(modules: Sequence[Module], names: set[str]) -> list[str]:
    """Where one of the names is used, as `path:line name`."""
    return [
        f"{one.at(node)} {dotted}"
        for one in modules
        for dotted, node in uses(one)
        if dotted in names
    ]


def dotted_of(node: ast.AST) -> str:
    """`a.b.c` of such an expression, else nothing."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (base := dotted_of(node.value)):
        return f"{base}.{node.attr}"
    return ""


def _last(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else dotted_of(node)


def text_of(node: ast.AST | None) -> str:
    """The text of a literal, else nothing."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, nested ones too."""
    for node in module.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def files(*tops: str) -> list[Path]:
    """The files under the places named, or all, without those that `.gitignore` names."""
    ignored = [*(line.rstrip("/") for line in read(".gitignore").split()), ".git"]
    return [
        path
        for top in (tops or ("",))
        for path in ([ROOT / top] if (ROOT / top).is_file() else sorted((ROOT / top).rglob("*")))
        if path.is_file()
        and not any(
            fnmatch(part, mask) for part in path.relative_to(ROOT).parts for mask in ignored
        )
    ]


def read(name: str) -> str:
    """The text of a file of the house."""
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def product() -> tuple[Module, ...]:
    """Every module of the product."""
    return _modules(*PRODUCT)


@cache
def own_tests() -> tuple[Module, ...]:
    """Every module of the tests."""
    return _modules("tests")


def _modules(*tops: str) -> tuple[Module, ...]:
    return tuple(_read_module(path) for path in files(*tops) if path.suffix == ".py")


def _read_module(path: Path) -> Module:
    relative = path.relative_to(ROOT)
    parts = relative.with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Module(name, str(relative), path.read_text(encoding="utf-8"))
