"""Each message name has its one task, each task its name, each queue its worker."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline import queue
from pipeline.cli.tree import specs
from pipeline.queue import QUEUES
from pipeline.settings import Settings
from tests.house.source import ROOT, Module, dotted_of, functions, module, product

LOADED = """
import json
from tasks.celery import app
app.loader.import_default_modules()
print(json.dumps({
    "tasks": [name for name in app.tasks if not name.startswith("celery.")],
    "includes": list(app.conf.include),
    "beat": {key: entry["task"] for key, entry in app.conf.beat_schedule.items()},
    "queues": [one.name for one in app.conf.task_queues],
}))
"""


@pytest.fixture(scope="module")
def celery(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a fresh process finds registered, as a worker would."""
    folder: Path = tmp_path_factory.mktemp("celery")
    environment = os.environ | {"LSLPRO_HOME": str(folder)}
    command = [sys.executable, "-W", "always", "-c", LOADED]
    ran = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    loaded: dict[str, Any] = json.loads(ran.stdout)
    return loaded | {"warnings": ran.stderr}


def task_names(modules: Sequence[Module]) -> Iterator[tuple[str, str]]:
    """The `name=` of each task declared, as written in full, and where."""
    for one in modules:
        for function in functions(one):
            for decorator in function.decorator_list:
                if _last(decorator) in {"task", "shared_task"}:
                    yield _full(one, _name(decorator)), one.at(function)


def _last(decorator: ast.expr) -> str:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return dotted_of(called).rpartition(".")[2]


def _name(decorator: ast.expr) -> str:
    given = decorator.keywords if isinstance(decorator, ast.Call) else []
    return next((ast.unparse(one.value) for one in given if one.arg == "name"), "")


def _full(one: Module, written: str) -> str:
    return one.aliases.get(written, written)


def not_constants(modules: Sequence[Module]) -> list[str]:
    """Tasks whose name is no constant of `pipeline.queue`, or another task's."""
    known = {f"pipeline.queue.{key}" for key, value in vars(queue).items() if value in list(QUEUES)}
    found = list(task_names(modules))
    counts = Counter(name for name, _ in found)
    return [f"{at} {name}" for name, at in found if name not in known or counts[name] > 1]


def test_each_message_name_has_a_queue() -> None:
    named = {text for text in vars(queue).values() if str(text).startswith("lslpro.")}
    assert named == set(QUEUES)


def test_each_message_name_has_its_task_and_each_task_its_name(celery: dict[str, Any]) -> None:
    assert sorted(celery["tasks"]) == sorted(QUEUES)


def test_each_task_takes_a_constant_and_no_two_the_same() -> None:
    found = not_constants(product())
    assert not found, "\n".join(found)
    assert len(list(task_names(product()))) == len(QUEUES)


def test_each_module_that_holds_a_task_is_loaded(celery: dict[str, Any]) -> None:
    assert {one.name for one in product() if list(task_names([one]))} == set(celery["includes"])


def test_celery_finds_nothing_to_warn_of(celery: dict[str, Any]) -> None:
    assert celery["warnings"] == ""


def test_each_turn_of_beat_is_a_message_name(celery: dict[str, Any]) -> None:
    assert celery["beat"]
    assert set(celery["beat"].values()) <= set(QUEUES)


def test_each_queue_is_declared_and_has_a_worker(celery: dict[str, Any], tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, broker_url="redis://localhost")
    commands = [list(spec.command) for spec in specs(settings, None)]
    flags = [one[one.index("-Q") + 1] for one in commands if "-Q" in one]
    served = sorted(name for flag in flags for name in flag.split(","))
    assert served == sorted(celery["queues"]) == sorted(set(QUEUES.values()))


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("@app.task\ndef run(): ...", 1),
        ("@app.task(name='lslpro.sweep')\ndef run(): ...", 1),
        ("@shared_task(name=NEW)\ndef run(): ...", 1),
        ("@app.task(name=SWEEP)\ndef a(): ...\n@app.task(name=SWEEP)\ndef b(): ...", 2),
        ("@app.task(name=SWEEP)\ndef a(): ...", 0),
    ],
)
def test_the_check_sees_a_task_without_a_name_of_its_own(source: str, count: int) -> None:
    source = f"from pipeline.queue import SWEEP\n{source}"
    assert len(not_constants([module("tasks.new", source)])) == count
