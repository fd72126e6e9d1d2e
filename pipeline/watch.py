"""What can be seen of the processes beside: the broker, its queues, the workers, beat, the disk."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from celery import Celery
from kombu.exceptions import OperationalError
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import NoPermissionError, RedisError
from redis.retry import Retry

from pipeline.queue import IMPATIENT, QUEUES

BROKER_S = 0.5  # for each answer of the broker
WORKERS_S = 1.0  # all workers answer within, or are told absent
_ONCE = Retry(NoBackoff(), 0)
_SOCKET = "redis+socket"


@dataclass(frozen=True, slots=True)
class Seen:
    """What answered: `depths` by queue, `None` where the broker's account may not ask."""

    broker_answers: bool
    depths: Mapping[str, int | None] = field(default_factory=dict)
    workers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # queues by name


@dataclass(frozen=True, slots=True)
class Room:
    """How much of a disk is free, in bytes."""

    free: int
    total: int


class Watch(Protocol):
    """What the health page asks of the world; the door makes one."""

    def look(self) -> Seen:
        """Ask the broker and the workers; never raises, never longer than two seconds."""

    def last_tick(self) -> dt.datetime | None:
        """When beat last sent something, if it is known here."""

    def room(self) -> Room | None:
        """How much room the place of the files has, if it can be told."""


class WorldWatch:
    """Asks the real ones: the broker by its client, the workers by Celery's control messages."""

    def __init__(self, broker_url: str, prefix: str, *, schedule: Path, artifacts: Path) -> None:
        self._url, self._prefix = broker_url, prefix
        self._schedule, self._artifacts = schedule, artifacts

    def look(self) -> Seen:
        """Ask the broker first: where it is silent nobody waits for workers."""
        try:
            depths = self._depths()
        except (RedisError, OSError, ValueError):
            return Seen(broker_answers=False)
        return Seen(broker_answers=True, depths=depths, workers=self._workers())

    def last_tick(self) -> dt.datetime | None:
        """Beat writes its schedule at each tick (`beat_sync_every`): the time of that file."""
        names = [self._schedule, *self._schedule.parent.glob(f"{self._schedule.name}.*")]
        times = [path.stat().st_mtime for path in names if path.exists()]
        return dt.datetime.fromtimestamp(max(times), dt.UTC) if times else None

    def room(self) -> Room | None:
        """Of the disk that holds the folder, or its parent before the folder is made."""
        for folder in (self._artifacts, *self._artifacts.parents):
            if folder.exists():
                usage = shutil.disk_usage(folder)
                return Room(usage.free, usage.total)
        return None

    def _depths(self) -> dict[str, int | None]:
        client = self._client()
        try:
            client.ping()
            return {name: self._depth(client, name) for name in sorted(set(QUEUES.values()))}
        finally:
            client.close()

    def _depth(self, client: Any, queue: str) -> int | None:
        try:
            return int(client.llen(f"{self._prefix}{queue}"))
        except NoPermissionError:
            return None

    def _client(self) -> Any:
        times: dict[str, Any] = {
            "socket_timeout": BROKER_S, "socket_connect_timeout": BROKER_S, "retry": _ONCE,
        }  # fmt: skip
        parts = urlsplit(self._url)
        if parts.scheme != _SOCKET:
            return Redis.from_url(self._url, **times)
        database = parse_qs(parts.query).get("virtual_host", ["0"])[0].strip("/")
        return Redis(
            unix_socket_path=unquote(parts.path), db=int(database or 0),
            username=unquote(parts.username or "") or None,
            password=unquote(parts.password or "") or None, **times,
        )  # fmt: skip

    def _workers(self) -> dict[str, tuple[str, ...]]:
        app = Celery("lslpro-watch", broker=self._url, set_as_current=False)
        app.conf.broker_transport_options = {"global_keyprefix": self._prefix, **IMPATIENT}
        try:
            found = app.control.inspect(timeout=WORKERS_S).active_queues() or {}
        except (OperationalError, RedisError, OSError):
            return {}
        finally:
            app.close()
        return {
            name: tuple(sorted(queue["name"] for queue in queues))
            for name, queues in sorted(found.items())
        }
