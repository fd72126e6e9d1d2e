"""Text as it is stored: NFC, one kind of newline, nothing that XML 1.0 forbids."""

from __future__ import annotations

import re
import unicodedata

# XML 1.0, production [2] Char: everything outside it cannot be written, even as a reference.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NEWLINES = re.compile("\r\n|\r|\u0085|\u2028|\u2029|\u000b|\u000c")


def forbidden_characters(text: str) -> list[str]:
    """The distinct characters of `text` that XML 1.0 forbids, as `U+000B`, in order."""
    return list(dict.fromkeys(f"U+{ord(c):04X}" for c in _FORBIDDEN.findall(text)))


def normalise(text: str) -> tuple[str, list[str]]:
    r"""Return the text in NFC, newlines as `\n`, ends stripped, and the characters removed.

    Word processors' vertical tab and form feed count as newlines, so they are not reported.
    """
    text = _NEWLINES.sub("\n", text)
    removed = forbidden_characters(text)
    return unicodedata.normalize("NFC", _FORBIDDEN.sub("", text)).strip(), removed


def normalise_name(text: str) -> tuple[str, list[str]]:
    """Like `normalise`, for one-line values: runs of white space become one space."""
    text, removed = normalise(text)
    return " ".join(text.split()), removed
