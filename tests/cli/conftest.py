"""The command's real entry, run in this process with a home of the test's own."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from pipeline import cli, settings
from pipeline.cli import common
from pipeline.demo_school import DemoFiles, write_demo_files
from pipeline.exchange.siecle import read_siecle


@dataclass(frozen=True)
class Answer:
    """What a command gave back."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Answer]


def forget() -> None:
    """Have the next command read its settings anew."""
    if common.wiring.cache_info().currsize:
        common.wiring().store.engine.dispose()
    settings.settings.cache_clear()
    common.wiring.cache_clear()


def command(arguments: Sequence[str]) -> int:
    """Run `lslpro …` as the shell would; return its exit code."""
    forget()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["lslpro", *arguments])
        try:
            cli.main()
        except SystemExit as ended:
            return int(ended.code or 0)
    return 0


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    """The demo school's three files."""
    return write_demo_files(tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="session")
def year(demo: DemoFiles) -> str:
    """The school year of the demo's files."""
    return str(read_siecle(demo.siecle).start_year)


@pytest.fixture(scope="session")
def school_template(
    demo: DemoFiles, year: str, _sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The demo school imported and computed, once, by the command itself."""
    folder = tmp_path_factory.mktemp("school")
    path = Path(shutil.copy(_sqlite_template, folder / "lslpro.db"))
    commands = (
        ("import", "frameworks", str(demo.frameworks)),
        ("import", "siecle", str(demo.siecle), "--year", year),
        ("levels", "set", "tous", "tous", "--periodicity", "semestre"),
        ("import", "booklets", str(demo.booklets), "--year", year),
        ("recompute", "--inline"),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LSLPRO_HOME", str(folder))
        patch.setenv("LSLPRO_DATABASE_URL", f"sqlite:///{path}")
        assert [command(one) for one in commands] == [0] * len(commands)
        forget()
    return path


@pytest.fixture
def lslpro(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Command]:
    """Run `lslpro …` in a home of the test's own, without a broker."""
    monkeypatch.setenv("LSLPRO_HOME", str(tmp_path / "home"))

    def run(*arguments: str) -> Answer:
        capsys.readouterr()
        code = command(arguments)
        said = capsys.readouterr()
        return Answer(code, said.out, said.err)

    yield run
    forget()
    structlog.reset_defaults()


@pytest.fixture
def school(
    school_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lslpro: Command
) -> Command:
    """The same, on the demo school."""
    path = shutil.copy(school_template, tmp_path / "school.db")
    monkeypatch.setenv("LSLPRO_DATABASE_URL", f"sqlite:///{path}")
    return lslpro
