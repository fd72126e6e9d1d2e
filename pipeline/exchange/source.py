"""A file given, zipped or not, opened for reading and bounded in bytes."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pipeline.errors import UnreadableFile

LARGEST_BYTES = 200 * 1024 * 1024
LARGEST_RATIO = 200  # deflate goes up to 1032; SIECLE exports stay under 50
_FREE_OF_RATIO_BYTES = 1024 * 1024  # a tiny file may shrink as it likes
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


class Bounded:
    """A source that refuses to give more than `limit` bytes, whatever a header promises."""

    def __init__(self, name: str, source: IO[bytes], limit: int, advice: str) -> None:
        self._name, self._source, self._left, self._advice = name, source, limit, advice

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes."""
        chunk = self._source.read(size)
        self._left -= len(chunk)
        if self._left < 0:
            raise UnreadableFile(self._name, f"trop volumineux une fois ouvert. {self._advice}")
        return chunk


@contextmanager
def opened(path: Path, largest_bytes: int, advice: str) -> Iterator[Bounded]:
    """The file, or the one XML file of the archive. Raises UnreadableFile with the advice."""
    try:
        with path.open("rb") as file:
            zipped = file.read(2) == b"PK"
            file.seek(0)
            if not zipped:
                yield Bounded(path.name, file, largest_bytes, advice)
                return
            with zipfile.ZipFile(file) as archive:
                member = _only_xml(path.name, archive, advice)
                by_ratio = max(member.compress_size * LARGEST_RATIO, _FREE_OF_RATIO_BYTES)
                with archive.open(member) as inside:
                    yield Bounded(path.name, inside, min(largest_bytes, by_ratio), advice)
    except OSError as error:
        raise UnreadableFile(path.name, "introuvable ou illisible.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise UnreadableFile(path.name, f"archive ZIP abîmée ou incomplète. {advice}") from error


def _only_xml(name: str, archive: zipfile.ZipFile, advice: str) -> zipfile.ZipInfo:
    found = [
        member
        for member in archive.infolist()
        if member.filename.lower().endswith(".xml") and not member.filename.startswith("__MACOSX/")
    ]
    if len(found) != 1:
        raise UnreadableFile(name, f"l'archive contient {len(found)} fichiers XML, attendu un.")
    if found[0].flag_bits & 1 or found[0].compress_type not in _METHODS:
        raise UnreadableFile(name, f"archive chiffrée ou d'un format inconnu. {advice}")
    return found[0]
