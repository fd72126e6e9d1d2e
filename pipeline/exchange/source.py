"""A file given, zipped or not, opened for reading and bounded in bytes."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from pipeline.errors import UnreadableFile

LARGEST_BYTES = 200 * 1024 * 1024
LARGEST_RATIO = 200  # deflate goes up to 1032; SIECLE exports stay under 50
_FREE_OF_RATIO_BYTES = 1024 * 1024  # a tiny file may shrink as it likes
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_MEMBER = struct.Struct("<6xHH16xHH")  # its header: flags, method, lengths of name and extra
OF_ARCHIVES = (  # what zipfile raises over a damaged archive: a header is believed before checked
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError,
)  # fmt: skip


class Bounded:
    """A source that refuses to give more than `limit` bytes, whatever a header promises.

    Raises `too_large`, or `damaged` for what cannot be read.
    """

    def __init__(
        self, source: IO[bytes], limit: int, *, too_large: UnreadableFile, damaged: UnreadableFile
    ) -> None:
        self._source, self._left = source, limit
        self._too_large, self._damaged = too_large, damaged

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes."""
        try:
            chunk = self._source.read(size)
        except OF_ARCHIVES as error:
            raise self._damaged from error
        self._left -= len(chunk)
        if self._left < 0:
            raise self._too_large
        return chunk


@contextmanager
def opened(path: Path, largest_bytes: int, advice: str) -> Iterator[Bounded]:
    """The file, or the one XML file of the archive. Raises UnreadableFile with the advice."""
    too_large = UnreadableFile(path.name, f"trop volumineux une fois ouvert. {advice}")
    unread = UnreadableFile(
        path.name, "introuvable ou illisible : vérifiez son nom et son dossier."
    )
    damaged = UnreadableFile(path.name, f"archive ZIP abîmée ou incomplète. {advice}")
    with ExitStack() as closing:
        try:
            file = closing.enter_context(path.open("rb"))
            zipped = file.read(2) == b"PK"
            file.seek(0)
        except OSError as error:
            raise unread from error
        if not zipped:
            yield Bounded(file, largest_bytes, too_large=too_large, damaged=unread)
            return
        try:
            archive = closing.enter_context(zipfile.ZipFile(file))
            member = _only_xml(path.name, archive, advice)
            inside = closing.enter_context(archive.open(member))
        except OF_ARCHIVES as error:
            raise damaged from error
        by_ratio = max(member.compress_size * LARGEST_RATIO, _FREE_OF_RATIO_BYTES)
        limit = min(largest_bytes, by_ratio)
        yield Bounded(inside, limit, too_large=too_large, damaged=damaged)


def _only_xml(name: str, archive: zipfile.ZipFile, advice: str) -> zipfile.ZipInfo:
    found = [
        member
        for member in archive.infolist()
        if member.filename.lower().endswith(".xml") and not member.filename.startswith("__MACOSX/")
    ]
    if len(found) != 1:
        raise UnreadableFile(
            name, f"l'archive contient {len(found)} fichiers XML, attendu un. {advice}"
        )
    if found[0].flag_bits & 1 or found[0].compress_type not in METHODS:
        raise UnreadableFile(name, f"archive chiffrée ou d'un format inconnu. {advice}")
    return found[0]


def head_inside(raw: bytes, most: int) -> bytes:
    """At most so many first bytes of an archive's first file, if it is XML; else none."""
    start = _MEMBER.size
    if len(raw) < start:
        return b""
    flags, method, name_length, extra_length = _MEMBER.unpack(raw[:start])
    name, body = raw[start : start + name_length], raw[start + name_length + extra_length :]
    if flags & 1 or not name.lower().endswith(b".xml"):
        return b""
    if method == zipfile.ZIP_STORED:
        return body[:most]
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(body, most)
    except zlib.error:
        return b""
