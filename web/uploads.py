"""Reading what people send, bounded; a route that takes files says `max_body_size=…` itself."""

from __future__ import annotations

from fastapi import UploadFile

from pipeline.errors import UnreadableFile

FORM_BYTES = 1_000_000  # a form without a file
ENVELOPE_BYTES = 100_000  # what a multipart form adds around a file
_CHUNK = 1 << 20


def room_for(largest: int) -> int:
    """The `max_body_size` of a route that takes one file of at most `largest` bytes."""
    return largest + ENVELOPE_BYTES


async def read_bounded(upload: UploadFile, largest: int) -> bytes:
    """The bytes of a file that was sent. Raises UnreadableFile when there are more."""
    found = bytearray()
    while chunk := await upload.read(_CHUNK):
        found += chunk
        if len(found) > largest:
            raise UnreadableFile(name_of(upload), f"plus de {largest // 1_000_000} Mo.")
    return bytes(found)


def name_of(upload: UploadFile) -> str:
    """The last part of the name that the browser gave, printable and short."""
    last = (upload.filename or "").replace("\\", "/").rpartition("/")[2]
    return "".join(one for one in last if one.isprintable())[:150] or "fichier"
