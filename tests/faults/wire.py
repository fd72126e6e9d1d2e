"""A broker on a loopback port, and a link to it that a test can hang, reset or slow."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import threading
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, Self, TypeVar

from redis import Redis
from redis.exceptions import RedisError

from pipeline.embedded import broker
from tests.polling import wait_until

T = TypeVar("T")
LOOPBACK = "127.0.0.1"
RESET = struct.pack("ii", 1, 0)  # SO_LINGER of no time: closing sends RST


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


class Broker:
    """A real server on a port of its own; killed and started again on the same data."""

    def __init__(self, folder: Path, acl: Path | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.port, self.password = folder, free_port(), secrets.token_hex(8)
        self.user, self.access = "", ["--requirepass", self.password]
        if acl is not None:
            self.user = "lslpro"
            rights = acl.read_text().replace("CHANGE-ME", self.password)
            (folder / "users.acl").write_text(rights)
            self.access = ["--aclfile", str(folder / "users.acl")]
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address, with the password."""
        return self.url_on(self.port)

    def url_on(self, port: int) -> str:
        """Its address by another port, such as a link's."""
        return f"redis://{self.user}:{self.password}@{LOOPBACK}:{port}/0"

    def client(self, **options: str) -> Redis:
        """A client of its own."""
        return Redis.from_url(self.url, socket_timeout=5, **options)

    def start(self) -> Self:
        """Start, and wait until it answers."""
        command = [
            str(broker.find_binary()), "--port", str(self.port), "--bind", LOOPBACK,
            "--dir", str(self.folder), "--appendonly", "yes", "--appendfsync", "everysec",
            "--save", "", "--maxmemory-policy", "noeviction", "--enable-debug-command", "local",
            *self.access,
        ]  # fmt: skip
        log = (self.folder / "broker.log").open("ab")
        with log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_until(self._answers, 30, f"the broker, see {self.folder / 'broker.log'}")
        return self

    def _answers(self) -> bool:
        with suppress(RedisError, OSError):
            return bool(self.client().ping())
        return False

    def signal(self, number: int) -> None:
        """Send the server a signal: SIGSTOP hangs it, SIGCONT heals it."""
        assert self.process is not None
        os.kill(self.process.pid, number)

    def kill(self) -> None:
        """SIGKILL it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def forget(self) -> None:
        """Remove its data, as a new disk would."""
        shutil.rmtree(self.folder / "appendonlydir", ignore_errors=True)

    def stop(self) -> None:
        """End it, even where it hangs."""
        if self.process is not None:
            self.signal(signal.SIGCONT)
            self.kill()


class Link:
    """A TCP link to a port. While it hangs, bytes wait; a reset breaks what is open by RST."""

    def __init__(self, target_port: int) -> None:
        self._target = target_port
        self.delay_s = 0.0
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._flows, self.port = self._do(self._listen())

    def hang(self) -> None:
        """Let nothing through, close nothing: a black hole."""
        self._loop.call_soon_threadsafe(self._flows.clear)

    def heal(self) -> None:
        """Let through again what waited and what comes."""
        self._loop.call_soon_threadsafe(self._flows.set)

    def reset(self) -> int:
        """Break every connection by RST; return how many."""
        return self._do(self._reset())

    def close(self) -> None:
        """End the link and what is open on it."""
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _do(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    async def _listen(self) -> tuple[asyncio.Event, int]:
        flows = asyncio.Event()
        flows.set()
        self._server = await asyncio.start_server(self._join, LOOPBACK, 0)
        return flows, self._server.sockets[0].getsockname()[1]

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(LOOPBACK, self._target)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, far_writer}
        await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        self._open -= {writer, far_writer}

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65_536):
                await self._flows.wait()
                await asyncio.sleep(self.delay_s)
                sink.write(data)
                await sink.drain()
        sink.close()

    async def _reset(self) -> int:
        broken = list(self._open)
        for writer in broken:
            one = writer.get_extra_info("socket")
            with suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()
        return len(broken) // 2

    async def _end(self) -> None:
        self._server.close()
        self._flows.set()
        await self._reset()
        me = asyncio.current_task()
        rest = [task for task in asyncio.all_tasks() if task is not me]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
