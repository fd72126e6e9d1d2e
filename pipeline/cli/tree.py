"""The supervised tree of `lslpro serve`: what runs, with which command."""

from __future__ import annotations

import os
import secrets
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from pipeline.embedded import broker
from pipeline.embedded.supervisor import ProcessSpec, Supervisor, lock
from pipeline.settings import Settings

WARM_STOP_S = 60.0


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
    home = settings.home.absolute()
    env = environment(settings)

    def spec(name: str, command: list[str], extra: dict[str, str] | None = None) -> ProcessSpec:
        return ProcessSpec(
            name=name,
            command=command,
            environment=env | (extra or {}),
            log_path=home / "logs" / f"{name}.log",
            stop_signal=signal.SIGTERM,
            grace_s=WARM_STOP_S,
        )

    found = []
    if settings.embedded_broker:
        found.append(
            ProcessSpec(
                name="broker",
                command=broker.broker_command(broker.find_binary(), home),
                environment=env,
                log_path=home / "logs" / "broker.log",
                ready=lambda: broker.answers(home, 0.5),
                stop_signal=signal.SIGTERM,
                grace_s=10.0,
            )
        )
    worker = ("worker", "--loglevel", "INFO", "--without-gossip", "--without-mingle")
    found += [
        spec("recompute", _celery(*worker, "-Q", "recompute,tick", "-c", "1", "-n", "recompute@%h",
                                  "--prefetch-multiplier", "8")),
        spec("export", _celery(*worker, "-Q", "export", "-c", "2", "-n", "export@%h")),
        spec("beat", _celery("beat", "--loglevel", "INFO", "--pidfile=")),
    ]  # fmt: skip
    if flower_port is not None:
        flags = ("--address=127.0.0.1", f"--port={flower_port}", "--max-tasks=20000")
        auth = {"FLOWER_BASIC_AUTH": flower_credentials(home)}
        found.append(spec("flower", _celery("flower", *flags), auth))
    return found


def serve_all(settings: Settings, report: Callable[[str], None], flower_port: int) -> None:
    """Run the whole tree until Ctrl-C or SIGTERM."""
    home = settings.home.absolute()
    with lock(home):
        report(f"LSL Pro tourne. Données : {home}. Ctrl-C pour arrêter.")
        report(
            f"Flower : http://127.0.0.1:{flower_port} "
            f"(identifiants dans {home / 'run' / 'flower.auth'})"
        )
        Supervisor(specs(settings, flower_port), report).run()
