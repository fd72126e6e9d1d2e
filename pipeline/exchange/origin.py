"""Which school and school year an export is of."""

from __future__ import annotations

import re

from pipeline.errors import UnreadableFile

_UAI = re.compile(r"[0-9]{7}[A-Z]")
_YEAR = re.compile(r"[2-9][0-9]{3}")


def origin_of(file_name: str, uai: str, year: str) -> tuple[str, int]:
    """The UAI and the start year as PARAMETRES gives them. Raises UnreadableFile."""
    uai = uai.strip().upper()
    if not (_UAI.fullmatch(uai) and (start_year := year_of(year))):
        why = (
            "il ne dit pas dans PARAMETRES de quel établissement (UAJ) ou de quelle année "
            "(ANNEE_SCOLAIRE) il est. "
            "Exportez-le à nouveau, sans l'ouvrir ni le modifier."
        )
        raise UnreadableFile(file_name, why)
    return uai, start_year


def year_of(text: str) -> int | None:
    """A start year, or `None` if it is none."""
    return int(text) if _YEAR.fullmatch(text.strip()) else None
