"""The MEF code: dispositif (3), diploma (5), length (1), year (1), and SIECLE's variant digit."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.domain.periods import Level

BAC_PRO_3_YEARS = "247"
_SHORTEST_LABEL = 3
_SHAPE = re.compile(r"[0-9A-Z]{10}[0-9A-Z]?")
_YEAR_WORDS = re.compile(
    r"(?:1\s?[eè]re?|premi[eè]re|tle|term(?:inale)?|2n?de|seconde)\b\.?"
    r"\s*pro(?:f|fessionnelle)?\b\.?[\s:–-]*",
    re.IGNORECASE,
)
_FORMATION = re.compile(r"\w{1,3}PRO\w{5}")  # SIECLE's short name: 1ERPRO25520
_LEVELS = {"2": Level.PREMIERE, "3": Level.TERMINALE}


def default_diploma_label(code: str) -> str:
    """What a diploma is called until a framework or a nomenclature gives it a label."""
    return f"Diplôme {code}"


def diploma_label(mef_label: str) -> str:
    """The speciality that a MEF's label names, without its year; blank if it names none."""
    whole = mef_label.strip()
    found = _YEAR_WORDS.match(whole)
    label = whole[found.end() :] if found else whole
    return "" if _FORMATION.fullmatch(label) or len(label) < _SHORTEST_LABEL else label


@dataclass(frozen=True, slots=True)
class Mef:
    """A reference MEF of ten characters; text, since codes may hold letters and leading zeros."""

    code: str

    @classmethod
    def parse(cls, text: str) -> Mef | None:
        """Read a ten or eleven character code, the variant digit dropped; `None` if it is no MEF.

        LSL works on the reference MEF; SIECLE writes an eleventh character (`0`, `2`, `A` …).
        """
        code = text.strip().upper()
        return cls(code[:10]) if _SHAPE.fullmatch(code) else None

    @property
    def is_bac_pro(self) -> bool:
        """Whether it is a year of the three-year bac pro (dispositif 247)."""
        return self.code.startswith(BAC_PRO_3_YEARS)

    @property
    def diploma_code(self) -> str:
        """The five characters that name the speciality: `25520` for MELEC."""
        return self.code[3:8]

    @property
    def level(self) -> Level | None:
        """Première or terminale by the tenth character; `None` for a seconde."""
        return _LEVELS.get(self.code[9])

    @property
    def has_booklets(self) -> bool:
        """Whether it is a première or terminale of the bac pro."""
        return self.is_bac_pro and self.level is not None
