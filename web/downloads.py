"""Files that are given: their name, type and digest, whatever the name holds."""

from __future__ import annotations

import base64
import unicodedata
from urllib.parse import quote

from starlette.responses import Response

_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
_LONGEST = 150


def send_file(data: bytes, name: str, sha256: str, media_type: str) -> Response:
    """The bytes, to be saved under that name. `sha256` is theirs, in hexadecimal."""
    digest = base64.b64encode(bytes.fromhex(sha256)).decode()
    headers = {
        "Content-Disposition": disposition(name),
        "ETag": f'"{sha256}"',
        "Repr-Digest": f"sha-256=:{digest}:",
    }
    return Response(data, media_type=media_type, headers=headers)


def disposition(name: str) -> str:
    """The header's value: a plain name for all, and the true one where it has other letters."""
    shown = "".join(one for one in name if one.isprintable() and one not in '/\\:*?"<>|')
    shown = shown.strip(". ")[:_LONGEST] or "fichier"
    plain = "".join(one if one in _PLAIN else "_" for one in _without_accents(shown))
    value = f'attachment; filename="{plain}"'
    return value if plain == shown else f"{value}; filename*=UTF-8''{quote(shown, safe='')}"


def _without_accents(text: str) -> str:
    split = unicodedata.normalize("NFKD", text)
    return "".join(one for one in split if not unicodedata.combining(one))
