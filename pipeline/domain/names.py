"""Names: of files, safe on every system and never shared by two things; of people, in order."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata

_PLAIN = re.compile(r"[A-Z0-9]{1,16}")
_DIGEST_LENGTH = 8
_COPY = re.compile(r"(?: - Cop(?:ie|y))?(?: ?\(\d{1,3}\))?\Z")  # « … (1).xml », « … - Copie.xml »
_NO_STEM = "X"  # a digest alone would look like a plain label
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})  # what NFKD leaves whole


def file_label(division_code: str, diploma_code: str = "", level: str = "") -> str:
    """A division's part of a file name: itself when plain, else ASCII plus a digest.

    Two different labels never share one, even where case is ignored: only plain labels have
    no hyphen, and every other one ends with a digest of the exact label and the qualifiers.
    """
    if _PLAIN.fullmatch(division_code) and not (diploma_code or level):
        return division_code
    exact = f"{division_code}\x1f{diploma_code}\x1f{level}"
    digest = hashlib.sha256(exact.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST_LENGTH]
    folded = unicodedata.normalize("NFKD", division_code).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^A-Z0-9]+", "", folded.upper())[:16]
    return f"{stem or _NO_STEM}-{digest.upper()}"


def artifact_file_name(
    *, uai: str, start_year: int, label: str, profile: str, version: int, created_at: dt.datetime
) -> str:
    """`LSLPRO_<UAI>_<start year>_<division>_<profile>_v<nnn>_<YYYYMMDDThhmmssZ>.xml`."""
    instant = created_at.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    return f"LSLPRO_{uai}_{start_year}_{label}_{profile}_v{version:03d}_{instant}.xml"


def without_copy_mark(file_name: str) -> str:
    """The name that a browser or a desktop had before it marked a second copy of the file."""
    if not file_name.endswith(".xml"):
        return file_name
    return f"{_COPY.sub('', file_name.removesuffix('.xml'), count=1)}.xml"


def letters(name: str) -> str:
    """The letters of a name, whatever its accents, capitals, hyphens and ligatures."""
    folded = unicodedata.normalize("NFKD", name.casefold()).translate(_LIGATURES)
    return "".join(one for one in folded if one.isalnum())


def alphabetical(last_name: str, first_name: str) -> tuple[str, ...]:
    """What puts people in the order of a French register: É beside E, on every database."""
    return letters(last_name), letters(first_name), last_name, first_name
