"""Files given to be imported, kept in the home folder until they are confirmed, an hour at most.

By the digest of their bytes and the account that gave them: only it finds them again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.embedded import hold
from pipeline.errors import ImportUnderWay, NotFound, StorageFull
from pipeline.waiting.arrivals import Arrival, sweep_abandoned

FOLDER = "waiting"  # in the home
LARGEST_BYTES = 64 * 1024 * 1024
TOTAL_BYTES = 1024 * 1024 * 1024
KEPT_S = 3_600
KEPT_EACH = 5  # of one account: the oldest go
_LARGEST_NOTE = 8 * 1024 * 1024
_DIGEST = re.compile("[0-9a-f]{64}")
_CHUNK = 1024 * 1024
_GONE = "Il n'est gardé qu'une heure : déposez-le à nouveau."


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """A file that waits, and what is known of it."""

    owner: int
    sha256: str
    path: Path
    about: dict[str, Any]


class WaitingFiles:
    """The folder of the files that wait."""

    def __init__(
        self, folder: Path, *, largest_bytes: int = LARGEST_BYTES, total_bytes: int = TOTAL_BYTES
    ) -> None:
        self._folder, self._largest, self._total = folder, largest_bytes, total_bytes

    def arrival(self, now: dt.datetime) -> Arrival:
        """Begin to receive a file. Raises StorageFull when too many wait already."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.sweep(now)
        if self._held_bytes() + self._largest > self._total:
            raise StorageFull("trop de fichiers attendent déjà")
        return Arrival(self._folder, self._largest)

    def keep(
        self, arrival: Arrival, owner: int, about: dict[str, Any], now: dt.datetime
    ) -> WaitingFile:
        """Keep what has come for its owner; the same bytes again begin anew."""
        name = f"{owner}-{arrival.sha256}"
        told = about | {"kept_at": now.isoformat()}
        self._write(name, told)
        arrival.moved_to(self._folder / f"{name}.bin")
        mine = sorted(self._folder.glob(f"{owner}-*.bin"), key=lambda one: one.stat().st_mtime_ns)
        for old in mine[:-KEPT_EACH]:
            self._remove(old.stem)
        return WaitingFile(owner, arrival.sha256, self._folder / f"{name}.bin", told)

    def find(self, owner: int, sha256: str, now: dt.datetime) -> WaitingFile:
        """The file of that owner, its bytes as they came. Raises NotFound, also for another's."""
        name = f"{owner}-{sha256}"
        about = self._about(name) if _DIGEST.fullmatch(sha256) else None
        if about is None or _age_s(about, now) > KEPT_S:
            raise NotFound("Fichier", sha256[:12], _GONE)
        return WaitingFile(owner, sha256, self._folder / f"{name}.bin", about)

    def check(self, waiting: WaitingFile) -> None:
        """Raise NotFound unless the bytes are those that came."""
        digest = hashlib.sha256()
        try:
            with waiting.path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
        except OSError:
            digest = hashlib.sha256()
        if digest.hexdigest() != waiting.sha256:
            raise NotFound("Fichier", waiting.sha256[:12], _GONE)

    def note(self, waiting: WaitingFile, **more: Any) -> WaitingFile:
        """Remember more about a file."""
        told = waiting.about | more
        self._write(f"{waiting.owner}-{waiting.sha256}", told)
        return WaitingFile(waiting.owner, waiting.sha256, waiting.path, told)

    @contextmanager
    def alone(self, patience_s: float) -> Iterator[None]:
        """One import at a time on this machine. Raises ImportUnderWay after the patience."""
        held = hold(self._folder / ".lock", patience_s)
        if held is None:
            raise ImportUnderWay
        try:
            yield
        finally:
            os.close(held)

    def sweep(self, now: dt.datetime) -> int:
        """Remove what is past its hour and what a broken upload left; return how many files."""
        names = {
            path.stem for pattern in ("*.bin", "*.json") for path in self._folder.glob(pattern)
        }
        old = [name for name in names if _age_s(self._about(name) or {}, now) > KEPT_S]
        for name in old:
            self._remove(name)
        return len(old) + sweep_abandoned(self._folder)

    def _held_bytes(self) -> int:
        total = 0
        for path in self._folder.iterdir():
            with suppress(FileNotFoundError):
                total += path.stat().st_size
        return total

    def _about(self, name: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = json.loads((self._folder / f"{name}.json").read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return found

    def _write(self, name: str, about: dict[str, Any]) -> None:
        beside = Arrival(self._folder, _LARGEST_NOTE)
        try:
            beside.write(json.dumps(about, ensure_ascii=False).encode())
            beside.moved_to(self._folder / f"{name}.json")
        finally:
            beside.give_up()

    def _remove(self, name: str) -> None:
        for ending in ("bin", "json"):
            (self._folder / f"{name}.{ending}").unlink(missing_ok=True)


def _age_s(about: dict[str, Any], now: dt.datetime) -> float:
    kept_at = about.get("kept_at")
    return (now - dt.datetime.fromisoformat(kept_at)).total_seconds() if kept_at else KEPT_S + 1.0
