"""Bytes on their way into a folder: private, bounded, whole under a final name or gone."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path

from pipeline.errors import StorageFull, UnreadableFile

PART = ".part-"


class Arrival:
    """A file on its way in; it holds its lock until it is kept or given up."""

    def __init__(self, folder: Path, largest_bytes: int) -> None:
        path = folder / f"{PART}{secrets.token_hex(8)}"
        self.path, self.size = path, 0
        self._largest, self._digest = largest_bytes, hashlib.sha256()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        self._file = os.fdopen(descriptor, "wb")

    @property
    def sha256(self) -> str:
        """The digest of what has come."""
        return self._digest.hexdigest()

    def write(self, chunk: bytes) -> None:
        """Add bytes. Raises UnreadableFile when there are too many, StorageFull."""
        self.size += len(chunk)
        if self.size > self._largest:
            most = self._largest // (1024 * 1024)
            raise UnreadableFile("déposé", f"trop volumineux, {most} Mo au plus.")
        self._digest.update(chunk)
        try:
            self._file.write(chunk)
        except OSError as error:
            raise StorageFull(os.strerror(error.errno or 0)) from None

    def head(self, count: int) -> bytes:
        """The first bytes of what has come. Raises StorageFull."""
        self._flush()
        with self.path.open("rb") as file:
            return file.read(count)

    def moved_to(self, final: Path) -> None:
        """Make it whole under its final name."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self.path.replace(final)
        except OSError as error:
            raise StorageFull(os.strerror(error.errno or 0)) from None
        finally:
            self.give_up()

    def _flush(self) -> None:
        try:
            self._file.flush()
        except OSError as error:
            raise StorageFull(os.strerror(error.errno or 0)) from None

    def give_up(self) -> None:
        """Forget it; nothing stays behind."""
        with suppress(OSError):
            self._file.close()
        self.path.unlink(missing_ok=True)


def sweep_abandoned(folder: Path) -> int:
    """Remove what broken arrivals left behind; return how many files."""
    left = [path for path in folder.glob(f"{PART}*") if _is_abandoned(path)]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def _is_abandoned(path: Path) -> bool:
    """Whether nobody writes it any more: whoever does holds its lock."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, FileNotFoundError):
        return False
    return True
