"""School years, levels and periodicity."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

YEAR_TURNS_IN = 8  # August: SIECLE's base of the new year opens before the September return


class Level(StrEnum):
    """The two levels whose booklets go to LSL."""

    PREMIERE = "premiere"
    TERMINALE = "terminale"


class Periodicity(StrEnum):
    """How a level cuts its year; set once by a head of school or DDFPT."""

    TRIMESTER = "trimester"
    SEMESTER = "semester"

    @property
    def period_count(self) -> int:
        """Three trimesters or two semesters."""
        return 3 if self is Periodicity.TRIMESTER else 2


def school_year_of(day: dt.date) -> int:
    """The start year of the school year that holds `day`: 2025 for 2025-2026."""
    return day.year if day.month >= YEAR_TURNS_IN else day.year - 1


def school_year_label(start_year: int) -> str:
    """`2025-2026` for 2025."""
    return f"{start_year}-{start_year + 1}"
