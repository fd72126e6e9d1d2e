"""The supervised tree of `lslpro serve`: what runs, with which command."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pipeline.embedded import broker, listens
from pipeline.embedded.supervisor import ProcessSpec, Supervisor, lock
from pipeline.errors import Refused
from pipeline.settings import Settings

WARM_STOP_S = 60.0
BROKER_STOP_S = 10.0
PAGES = (
    "--factory", "web.main:app", "--lifespan", "on", "--ws", "none", "--http", "h11",
    "--no-server-header", "--no-access-log", "--timeout-graceful-shutdown", "5",
)  # fmt: skip


class PortTaken(Refused):
    """Something listens already where the pages should."""

    code = "port_taken"

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__(
            f"Le port {port} est déjà pris sur cette machine : donnez-en un autre aux pages "
            "(LSLPRO_WEB_PORT)."
        )


def _celery(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "celery", "-A", "tasks", *arguments]


def environment(settings: Settings) -> dict[str, str]:
    """The children's environment: the same settings, absolute, whatever their folder."""
    return os.environ | {
        "LSLPRO_HOME": str(settings.home.absolute()),
        "PYTHONUNBUFFERED": "1",
    }


def flower_credentials(home: Path) -> str:
    """`operateur:<password>` of the embedded Flower, made once, readable by its owner only."""
    path = home / "run" / "flower.auth"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"operateur:{secrets.token_urlsafe(12)}")
    return path.read_text()


def specs(settings: Settings, flower_port: int | None) -> list[ProcessSpec]:
    """Broker (when embedded), workers, beat and Flower, in the order of start."""
    worker = ("worker", "--loglevel", "INFO", "--without-gossip", "--without-mingle")
    lights = ("-Q", "recompute,tick", "-c", "1", "-n", "recompute@%h", "--prefetch-multiplier", "8")
    found = [_broker(settings)] if settings.embedded_broker else []
    found += [
        _child(settings, "recompute", _celery(*worker, *lights)),
        _child(settings, "export", _celery(*worker, "-Q", "export", "-c", "2", "-n", "export@%h")),
        _child(settings, "beat", _celery("beat", "--loglevel", "INFO", "--pidfile=")),
    ]
    if flower_port is not None:
        found.append(_flower(settings, flower_port))
    return found


def pages(settings: Settings) -> ProcessSpec:
    """The pages and the API. Their log has a line for each request, without its address."""
    where = ("--host", settings.web_address, "--port", str(settings.web_port))
    made = _child(settings, "web", [sys.executable, "-m", "uvicorn", *PAGES, *where])
    return replace(made, grace_s=BROKER_STOP_S)


def _refuse_taken(settings: Settings) -> None:
    """Raise PortTaken now, rather than start the pages again and again."""
    family = socket.AF_INET6 if ":" in settings.web_address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.web_address, settings.web_port))
        except OSError as error:
            raise PortTaken(settings.web_port) from error


def _child(settings: Settings, name: str, command: list[str], **extra: str) -> ProcessSpec:
    return ProcessSpec(
        name=name,
        command=command,
        environment=environment(settings) | extra,
        log_path=settings.home.absolute() / "logs" / f"{name}.log",
        stop_signal=signal.SIGTERM,
        grace_s=WARM_STOP_S,
    )


def _broker(settings: Settings) -> ProcessSpec:
    home = settings.home.absolute()
    command = broker.broker_command(broker.find_binary(), home)
    made = _child(settings, "broker", command)
    return replace(made, ready=lambda: broker.answers(home, 0.5), grace_s=BROKER_STOP_S)


def _flower(settings: Settings, port: int) -> ProcessSpec:
    """Flower on this machine only, behind a password, watching without acting."""
    home = settings.home.absolute()
    flags = (
        "--address=127.0.0.1", f"--port={port}", "--read_only=True", "--persistent=True",
        f"--db={home / 'run' / 'flower'}", "--state_save_interval=60000", "--max_tasks=20000",
        "--purge_offline_workers=3600",
    )  # fmt: skip
    # The password goes by the environment: a command line shows to every user of the machine.
    return _child(
        settings, "flower", _celery("flower", *flags), FLOWER_BASIC_AUTH=flower_credentials(home)
    )


def serve_all(settings: Settings, report: Callable[[str], None], flower_port: int) -> None:
    """Run the whole tree until Ctrl-C or SIGTERM."""
    home = settings.home.absolute()
    with lock(home):
        if settings.embedded_broker and listens(broker.socket_path(home)):
            raise broker.BrokerRunning(home)  # started by other means, it would be fought over
        _refuse_taken(settings)
        report(f"LSL Pro tourne. Données : {home}. Ctrl-C pour arrêter.")
        report(f"Pages : {settings.public_url}")
        report(
            f"Flower : http://127.0.0.1:{flower_port} "
            f"(identifiants dans {home / 'run' / 'flower.auth'})"
        )
        Supervisor([*specs(settings, flower_port), pages(settings)], report).run()
