"""Versioned files in a folder, by the digest of their content."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline import crash
from pipeline.errors import ArtifactsUnavailable, ArtifactUnusable

TEMPORARY = ".tmp-"
LOCK = ".lock"


def digest(data: bytes) -> str:
    """The SHA-256 of the bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


class Artifacts:
    """A folder that holds each content once; a file under its final name is always whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: str) -> Path:
        """Where a content lies; the first two digits make the subfolder."""
        return self._folder / sha256[:2] / f"{sha256}.xml"

    def put(self, data: bytes) -> str:
        """Store the bytes and return their digest; durable once this returns.

        Written beside, synced, renamed, the folder synced. A damaged file is replaced, one
        that is there is as new from now on, so that upkeep lets it be until its row is written.
        Raises ArtifactsUnavailable; then nothing is left behind.
        """
        sha256 = digest(data)
        final = self.path(sha256)
        temporary = final.parent / f"{TEMPORARY}{secrets.token_hex(8)}"
        try:
            if not self._renewed(final, sha256):
                self._make(final.parent)
                self._write(temporary, data)
                crash.point("file_written")
                temporary.replace(final)
                crash.point("file_stored")
            self._sync(final.parent)  # of an intact one too: who renamed it may have died
        except OSError as error:
            with suppress(OSError):
                temporary.unlink()
            raise ArtifactsUnavailable(os.strerror(error.errno or 0)) from None
        return sha256

    def read(self, sha256: str, file_name: str) -> bytes:
        """The bytes of a content, checked. Raises ArtifactUnusable when missing or damaged."""
        try:
            data = self.path(sha256).read_bytes()
        except FileNotFoundError:
            raise ArtifactUnusable(file_name, "le fichier a disparu du dépôt") from None
        except OSError as error:
            raise ArtifactsUnavailable(os.strerror(error.errno or 0)) from None
        if digest(data) != sha256:
            raise ArtifactUnusable(file_name, "le fichier du dépôt a été altéré")
        return data

    def contents(self) -> Iterator[str]:
        """The digests of the files under final names, in no order."""
        for path in self._folder.glob("??/*.xml"):
            yield path.stem

    def remove(self, sha256: str, older_than_s: float) -> bool:
        """Remove a content that nobody put or renewed since then; whether it went."""
        path = self.path(sha256)
        with self._lock(fcntl.LOCK_EX), suppress(FileNotFoundError):
            if path.stat().st_mtime < time.time() - older_than_s:
                path.unlink()
                return True
        return False

    def sweep_temporary(self, older_than_s: float) -> int:
        """Remove what an interrupted `put` left; return how many files."""
        limit = time.time() - older_than_s
        swept = 0
        for path in self._folder.glob(f"??/{TEMPORARY}*"):
            with suppress(FileNotFoundError):  # renamed or removed meanwhile
                if path.stat().st_mtime < limit:
                    path.unlink()
                    swept += 1
        return swept

    def _make(self, subfolder: Path) -> None:
        if not subfolder.is_dir():
            subfolder.mkdir(parents=True, exist_ok=True, mode=0o750)
            self._sync(self._folder)  # else a power cut may take the subfolder along

    def _renewed(self, path: Path, sha256: str) -> bool:
        """Whether the file is there and whole; then it is as new, whoever removes old ones."""
        try:
            if digest(path.read_bytes()) != sha256:
                return False
            with self._lock(fcntl.LOCK_SH):
                os.utime(path)
        except OSError:
            return False
        return True

    @contextmanager
    def _lock(self, kind: int) -> Iterator[None]:
        """Keep a removal apart from those that renew; the kernel lets go with the process."""
        descriptor = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT, 0o640)
        try:
            fcntl.flock(descriptor, kind)
            yield
        finally:
            os.close(descriptor)

    @staticmethod
    def _write(path: Path, data: bytes) -> None:
        with path.open("xb") as file:
            half = len(data) // 2
            file.write(data[:half])
            file.flush()
            crash.point("file_half_written")
            file.write(data[half:])
            file.flush()
            os.fsync(file.fileno())

    @staticmethod
    def _sync(folder: Path) -> None:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
