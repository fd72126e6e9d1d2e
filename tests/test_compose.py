"""compose.yaml and the Dockerfile, kept honest without Docker."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
import typer
import yaml
from celery.bin.beat import beat
from celery.bin.worker import worker
from flower.options import default_options
from uvicorn.main import main as uvicorn

from pipeline.cli import app
from pipeline.cli.tree import pages, specs
from pipeline.queue import QUEUES
from pipeline.settings import Settings, read_settings

ROOT = Path(__file__).parent.parent
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: s for name, s in SERVICES.items() if s.get("image", "").startswith("lslpro:")}
EXAMPLE = dict(
    line.split("=", 1)
    for line in (ROOT / "compose.env.example").read_text().splitlines()
    if line and not line.startswith("#")
)


def options_of(command):
    return {option for parameter in command.params for option in parameter.opts}


def flags(arguments):
    return [one.partition("=")[0] for one in arguments if one.startswith("-")]


def value_after(command, flag):
    return command[command.index(flag) + 1]


def test_every_service_of_the_issue_is_there():
    assert set(SERVICES) == {
        "redis", "postgres", "migrate", "worker-recompute", "worker-export", "beat", "flower",
        "web",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_service_of_ours_runs_a_real_command(name):
    program, *arguments = OURS[name]["command"]
    if program == "lslpro":
        group = typer.main.get_command(app)
        for word in arguments:
            group = group.commands[word]
        return
    if program == "uvicorn":
        assert set(flags(arguments)) <= {
            name
            for one in uvicorn.params
            for name in [
                *one.opts,
                *one.secondary_opts,
            ]
        }
        return
    assert (program, *arguments[:2]) == ("celery", "-A", "tasks")
    kind, rest = arguments[2], arguments[3:]
    if kind == "flower":
        known = {f"--{option.replace('-', '_')}" for option in default_options.as_dict()}
    else:
        known = options_of({"worker": worker, "beat": beat}[kind])
    assert [flag for flag in flags(rest) if flag not in known] == []


@pytest.mark.parametrize("name", ["recompute", "export", "beat"])
def test_compose_and_serve_run_the_same_commands(name, tmp_path):
    service = {"recompute": "worker-recompute", "export": "worker-export"}.get(name, name)
    served = {spec.name: spec.command for spec in specs(Settings(home=tmp_path), None)}[name]
    assert OURS[service]["command"][1:] == list(served)[3:]


def test_compose_and_serve_run_the_same_pages(tmp_path):
    served = pages(Settings(home=tmp_path, web_address="0.0.0.0"))
    assert OURS["web"]["command"] == list(served.command)[2:]
    assert SERVICES["web"]["ports"] == ["127.0.0.1:8000:8000"]


def test_flower_watches_only_and_shows_itself_to_this_machine_only(tmp_path):
    command = OURS["flower"]["command"]
    assert "--read_only=True" in command
    assert "FLOWER_BASIC_AUTH" in EXAMPLE
    assert SERVICES["flower"]["ports"] == ["127.0.0.1:5555:5555"]
    served = {spec.name: spec.command for spec in specs(Settings(home=tmp_path), 5555)}["flower"]
    ignored = ("--address", "--db")
    assert [one for one in served[6:] if not one.startswith(ignored)] == [
        one for one in command[4:] if not one.startswith(ignored)
    ]


def test_every_queue_has_a_worker():
    named = [value_after(s["command"], "-Q") for s in OURS.values() if "-Q" in s["command"]]
    assert sorted(",".join(named).split(",")) == sorted(set(QUEUES.values()))


def test_the_example_settings_are_real_and_read(monkeypatch):
    fields = Settings.model_fields.items()
    known = {
        one.validation_alias if isinstance(one.validation_alias, str) else f"LSLPRO_{name.upper()}"
        for name, one in fields
    }
    ours = {name: value for name, value in EXAMPLE.items() if name.startswith("LSLPRO_")}
    assert set(ours) <= known
    for name, value in ours.items():
        monkeypatch.setenv(name, value)
    settings = read_settings()
    assert not settings.embedded_broker
    broker, database = urlsplit(settings.broker_url), urlsplit(settings.database_url)
    assert {broker.hostname, database.hostname} == {"redis", "postgres"}
    assert broker.password == EXAMPLE["REDIS_PASSWORD"]
    assert (database.username, database.password) == (
        EXAMPLE["POSTGRES_USER"], EXAMPLE["POSTGRES_PASSWORD"],
    )  # fmt: skip
    assert database.path == f"/{EXAMPLE['POSTGRES_DB']}"


def test_every_variable_that_compose_names_is_in_the_example():
    text = (ROOT / "compose.yaml").read_text()
    used = {word.split('"')[0].rstrip("\\") for word in text.split("$$")[1:]}
    named = {word.split()[0].strip("\"'\\") for word in used} - {"HOSTNAME"}
    assert named <= set(EXAMPLE)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_has_its_secrets_by_file_and_comes_back(name):
    service = SERVICES[name]
    assert service["env_file"] == "compose.env"
    assert "environment" not in service
    assert service["restart"] == ("no" if name == "migrate" else "unless-stopped")
    assert name == "migrate" or service["healthcheck"]["test"][0] == "CMD-SHELL"
    assert name in {"flower", "web"} or "ports" not in service
    assert set(service.get("depends_on", {})) <= set(SERVICES)


def test_redis_keeps_what_it_is_given():
    command = " ".join(SERVICES["redis"]["command"])
    for wanted in ("requirepass", "--appendonly yes", "--maxmemory-policy noeviction"):
        assert wanted in command


def test_nobody_runs_as_root():
    assert {s["user"] for s in OURS.values()} == {"10001:10001"}
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert "USER lslpro" in lines
    assert any("--uid 10001" in line for line in lines)


def test_the_image_copies_what_there_is():
    for line in (ROOT / "Dockerfile").read_text().splitlines():
        words = line.split()
        if words[:1] == ["COPY"] and not words[1].startswith("--"):
            assert [one for one in words[1:-1] if not (ROOT / one).exists()] == []


def test_the_image_is_named_after_this_version():
    version = next(
        line for line in (ROOT / "pyproject.toml").read_text().splitlines() if "version =" in line
    ).split('"')[1]
    assert {s["image"] for s in OURS.values()} == {f"lslpro:{version}"}
