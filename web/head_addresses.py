"""The addresses of a head's pages, and the banner that names the diploma chosen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlencode

from pipeline.desk.diplomas import Choice
from pipeline.domain.periods import school_year_label
from web.views import Chosen

Key = tuple[str, int, str]


def base(key: Key) -> str:
    """`/lsl/{uai}/{annee}/{diplome}`."""
    uai, start_year, diploma_code = key
    return f"/lsl/{quote(uai, safe='')}/{start_year}/{quote(diploma_code, safe='')}"


def key_of(row: Any) -> Key:
    """The key of a division's row, or of a choice."""
    uai = row.uai if isinstance(row, Choice) else row.school_uai
    return uai, row.start_year, row.diploma_code


def banner(row: Any, diploma_label: str) -> Chosen:
    """The diploma of a division's row, or of a choice."""
    uai, start_year, code = key_of(row)
    name = f"{diploma_label} ({code})" if diploma_label != code else code
    return Chosen(f"{name}, {school_year_label(start_year)}, {uai}", base(key_of(row)))


def following(job_ids: Iterable[str]) -> str:
    """The page that follows one job, or several."""
    ids = list(job_ids)
    if len(ids) == 1:
        return f"/demandes/{quote(ids[0], safe='')}"
    return "/suivi?" + urlencode([("d", one) for one in ids])
