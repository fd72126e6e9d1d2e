"""The world beside this process, as the settings place it: files that wait, what is watched."""

from __future__ import annotations

from pipeline.waiting import FOLDER, WaitingFiles
from pipeline.watch import Watch, WorldWatch
from pipeline.wiring import Wiring


def waiting_of(wiring: Wiring) -> WaitingFiles:
    """The files given to be imported that wait for a confirmation."""
    return WaitingFiles(wiring.settings.home / FOLDER)


def watch_of(wiring: Wiring) -> Watch:
    """The broker, the workers and beat of these settings."""
    settings = wiring.settings
    return WorldWatch(
        settings.effective_broker_url, settings.broker_prefix,
        schedule=settings.home / "run" / "celerybeat-schedule",
        artifacts=settings.artifacts_folder,
    )  # fmt: skip
