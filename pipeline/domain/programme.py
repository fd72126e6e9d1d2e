"""The programme of a MEF: its subjects and how they are chosen."""

from __future__ import annotations

import re
from enum import StrEnum

LSL_MODALITIES = frozenset("SOF")  # the only three of schema 1.0; SIECLE also has N, X, L, R
_SUBJECT = re.compile(r"[0-9]{1,6}")


class ProgrammeSource(StrEnum):
    """Who says that a subject is in a programme."""

    SIECLE = "siecle"  # Nomenclature.xml: what the school teaches
    LSL = "lsl"  # the LSL nomenclature: what LSL takes


def subject_code_of(text: str) -> str | None:
    """A BCN code of six digits, the leading zeros that typing loses given back; or `None`."""
    text = text.strip()
    return text.zfill(6) if text.isascii() and _SUBJECT.fullmatch(text) else None
