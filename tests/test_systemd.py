"""The systemd units, kept honest: the commands of `lslpro serve`, restarted for ever."""

from __future__ import annotations

import configparser
import shlex
from pathlib import Path

import pytest

from pipeline.cli.tree import pages, specs
from pipeline.settings import Settings

FOLDER = Path(__file__).parent.parent / "deploy" / "systemd"
NAMES = ("recompute", "export", "beat", "flower", "web")


def served(tmp_path):
    settings = Settings(home=tmp_path, broker_url="redis://x")
    return {one.name: one for one in [*specs(settings, 5555), pages(settings)]}


def service(name):
    unit = configparser.ConfigParser(interpolation=None, strict=True)
    unit.optionxform = str
    unit.read_string((FOLDER / f"lslpro-{name}.service").read_text())
    return unit


def test_there_is_a_unit_for_each_process_of_serve(tmp_path):
    found = {path.stem.removeprefix("lslpro-") for path in FOLDER.glob("*.service")}
    assert found == set(served(tmp_path)) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_unit_runs_what_serve_runs(name, tmp_path):
    program, *given = shlex.split(service(name)["Service"]["ExecStart"])
    command = [
        part.replace("%h", "%H").replace(str(tmp_path), "/var/lib/lslpro")
        for part in served(tmp_path)[name].command[2:]
    ]
    assert [Path(program).name, *given] == command


@pytest.mark.parametrize("name", NAMES)
def test_a_unit_starts_again_for_ever_and_stops_in_bounded_time(name):
    unit = service(name)
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
    assert unit["Service"]["Restart"] == "always"
    assert 60 < int(unit["Service"]["TimeoutStopSec"]) <= 90
    assert unit["Service"]["User"] == "lslpro"
