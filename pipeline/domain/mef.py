"""The MEF code: dispositif (3), diploma (5), length (1), year (1), and SIECLE's variant digit."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.domain.periods import Level

BAC_PRO_3_YEARS = "247"
_SHAPE = re.compile(r"[0-9A-Z]{10}[0-9A-Z]?")
_LEVELS = {"2": Level.PREMIERE, "3": Level.TERMINALE}


def default_diploma_label(code: str) -> str:
    """What a diploma is called until a framework or a nomenclature gives it a label."""
    return f"Diplôme {code}"


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
