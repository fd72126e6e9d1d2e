"""What is wrong in a file, by SIECLE id or line; never a name, never an INE."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ProblemSeverity(StrEnum):
    """Whether the import stops."""

    ERROR = "error"
    WARNING = "warning"


class ProblemCode(StrEnum):
    """What was found. Codes are API: added, never renamed."""

    DATE_UNREADABLE = "date_unreadable"
    DIVISION_MISSING = "division_missing"  # the pupil will be in no file
    INE_TWICE = "ine_twice"  # one INE, two pupils
    MEF_UNREADABLE = "mef_unreadable"
    NAME_MISSING = "name_missing"
    SEVERAL_DIVISIONS = "several_divisions"  # the first is kept
    SIECLE_ID_MISSING = "siecle_id_missing"  # a pupil without ELEVE_ID
    SIECLE_ID_TWICE = "siecle_id_twice"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing found, with a stable code and a French sentence that says what to do."""

    severity: ProblemSeverity
    code: ProblemCode
    message: str
    siecle_id: int | None = None

    def __str__(self) -> str:
        """The sentence alone; it names its pupil."""
        return self.message
