"""Each technology has its place; the core knows none and little of the standard library."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import pytest

from tests.house.source import OWN, Module, imports, module, product, users
from tests.test_house import LAYERS, component

TECHNOLOGIES = {
    "pipeline.demo_school": {"lxml"},  # writes a SIECLE file
    "pipeline.embedded": {"redis"},  # asks its broker whether it answers
    "pipeline.exchange": {"lxml", "openpyxl"},
    "pipeline.passwords": {"argon2"},
    "pipeline.queue": {"celery", "kombu", "structlog"},
    "pipeline.settings": {"pydantic", "pydantic_settings"},
    "pipeline.store": {"alembic", "sqlalchemy", "sqlmodel"},
    "pipeline.watch": {"celery", "kombu", "redis"},  # asks who answers
    "pipeline.xml": {"jinja2", "lxml"},
    "celeryconfig": {"kombu"},
    "pipeline.cli": {"rich", "structlog", "typer"} | {"celery", "redis", "sqlalchemy"},  # doctor
    "tasks": {"celery", "kombu", "structlog"},
    "web": {
        "anyio", "fastapi", "itsdangerous", "jinja2", "markupsafe", "pydantic", "starlette",
        "structlog",
    },
}  # fmt: skip
LOGS = {"structlog"}  # a use case says what happened; it names no other technology
CORE_STDLIB = {
    "__future__", "collections", "dataclasses", "datetime", "decimal", "enum", "fractions",
    "hashlib", "math", "re", "typing", "unicodedata",
}  # fmt: skip
CORE_OWN = {"pipeline.domain", "pipeline.errors"}
FILES_AND_NETWORK = {"io", "os", "pathlib", "shutil", "socket", "sqlite3", "subprocess", "urllib"}
ATOMS = {"open", "input", "print", "eval", "exec"}


def strangers(modules: Sequence[Module]) -> list[str]:
    """Third-party imports out of their place."""
    return [
        f"{one.at(node)} {name}"
        for one in modules
        for name, node in imports(one)
        if _root(name) not in sys.stdlib_module_names | OWN | technologies_of(one.name)
    ]


def technologies_of(name: str) -> set[str]:
    where = component(name)
    return LOGS if LAYERS.get(where) == 2 else TECHNOLOGIES.get(where, set())


def _root(name: str) -> str:
    return name.partition(".")[0]


def beyond_the_core(modules: Sequence[Module]) -> list[str]:
    """What the domain imports beside a closed list, itself and the errors."""
    return [
        f"{one.at(node)} {name}"
        for one in modules
        if component(one.name) == "pipeline.domain"
        for name, node in imports(one)
        if _root(name) not in CORE_STDLIB and component(name) not in CORE_OWN
    ]


def at_layer(*layers: int) -> list[Module]:
    return [one for one in product() if LAYERS.get(component(one.name)) in layers]


def test_each_technology_keeps_to_its_place() -> None:
    found = strangers(product())
    assert not found, "\n".join(found)


def test_each_technology_is_needed_in_its_place() -> None:
    used = {(component(one.name), _root(name)) for one in product() for name, _ in imports(one)}
    listed = {(where, name) for where, names in TECHNOLOGIES.items() for name in names}
    assert listed <= used, listed - used


def test_the_domain_knows_a_closed_list() -> None:
    found = beyond_the_core(product())
    assert not found, "\n".join(found)


def test_the_domain_reads_and_writes_nothing() -> None:
    found = users([one for one in at_layer(0) if "domain" in one.name], ATOMS)
    assert not found, "\n".join(found)


def test_a_use_case_opens_no_file_and_no_connection() -> None:
    found = [
        f"{one.at(node)} {name}"
        for one in at_layer(2)
        for name, node in imports(one)
        if _root(name) in FILES_AND_NETWORK
    ] + users(at_layer(2), ATOMS)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("pipeline.export", "import sqlalchemy as sa"),
        ("pipeline.wiring", "def late():\n    from redis import Redis"),
        ("pipeline.store.jobs", "from lxml import etree"),
        ("pipeline.errors", "import structlog"),
        ("tasks.exports", "import tests.polling"),
    ],
)
def test_the_check_sees_a_technology_out_of_its_place(name: str, source: str) -> None:
    assert len(strangers([module(name, source)])) == 1


@pytest.mark.parametrize("source", ["import os", "import pipeline.labels", "import lxml.etree"])
def test_the_check_sees_what_the_domain_must_not_know(source: str) -> None:
    assert len(beyond_the_core([module("pipeline.domain.mef", source)])) == 1


def test_the_check_sees_a_file_opened() -> None:
    assert users([module("pipeline.export", "with open('x') as file: ...")], ATOMS)
