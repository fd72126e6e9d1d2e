"""Divisions and pupils of the demo, all invented: the names are words of the laboratory."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

UAI = "0999999Z"
_FIRST_ID = 9_900_001

# One letter a pupil: g green, o orange, r red, "-" nothing entered, a apprentice, x gone.
_LIGHTS = {
    "1MELEC1": "ggogrgogagx-",
    "TCUIS1": "gogarggogoar",
    "1AGORA É&2": "r-r--a-r----",  # a label that file names and XML must survive
}
_MEF = {"1MELEC1": "24725520320", "TCUIS1": "24722106330", "1AGORA É&2": "24730004320"}
_LAST_YEAR = {
    "1MELEC1": ("2MELEC1", "24725520310"),
    "TCUIS1": ("1CUIS1", "24722106320"),
    "1AGORA É&2": ("2GATL1", "24730003310"),
}
_LAST_NAMES = (
    "EXEMPLE", "D'ESSAI", "ÉPROUVETTE", "LE TÉMOIN", "MODÈLE-TYPE", "FICTIF", "SPÉCIMEN",
    "L'ÉCHANTILLON", "GABARIT", "CŒURFAUX", "ÉTALON", "MAQUETTE", "PROTOTYPE", "D'HYPOTHÈSE",
    "CHIMÈRE", "DE L'ÉBAUCHE", "CANEVAS", "ÇAPTEUR", "BROUILLON", "SIMULACRE", "N'TEST",
    "PARABOLE", "POSTULAT", "FAUX-NOM", "AXIOME", "LEMME", "THÉORÈME", "L'INCONNUE", "VARIABLE",
    "CONSTANTE", "D'ALGÈBRE", "TANGENTE", "VECTEUR", "PLACEBO", "LEURRE", "MIRAGE-ÜBER",
)  # fmt: skip
_FIRST_NAMES = (
    "Camille", "Inès", "Zoé", "Noël", "Anaïs", "Loïc", "Maëlys", "Jean-Œdipe", "Chloé",
    "Théo", "Aïcha", "Raphaël", "M'Barka",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DemoPupil:
    """One invented pupil; `light` is a letter of the plan above."""

    siecle_id: int
    last_name: str
    first_name: str
    division_code: str
    mef_code: str  # as SIECLE writes it, with the variant digit
    last_year: tuple[str, str]  # division and MEF of the year before
    light: str

    @property
    def diploma_code(self) -> str:
        """The five characters of the MEF that name the diploma."""
        return self.mef_code[3:8]

    @property
    def status_code(self) -> str:
        """School status, or apprentice."""
        return "AP" if self.light == "a" else "ST"


@cache
def pupils() -> tuple[DemoPupil, ...]:
    """Every pupil, division by division."""
    plan = [(code, light) for code, lights in _LIGHTS.items() for light in lights]
    return tuple(
        DemoPupil(
            siecle_id=_FIRST_ID + rank,
            last_name=_LAST_NAMES[rank % len(_LAST_NAMES)],
            first_name=_FIRST_NAMES[rank % len(_FIRST_NAMES)],
            division_code=code,
            mef_code=_MEF[code][:10] + "2" if rank == 1 else _MEF[code],  # a European section
            last_year=_LAST_YEAR[code],
            light=light,
        )
        for rank, (code, light) in enumerate(plan)
    )


@cache
def competences() -> tuple[dict[str, str], ...]:
    """The frameworks of the three diplomas, without a year; their codes 9xxx are fictitious."""
    source = resources.files(__package__).joinpath("competences.csv")
    lines = source.read_text(encoding="utf-8").splitlines()
    return tuple(csv.DictReader(lines, delimiter=";"))
