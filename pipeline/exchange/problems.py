"""What is wrong in a file, by SIECLE id or line; never a name, never an INE."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ProblemSeverity(StrEnum):
    """Whether the import stops."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing found, with a stable code and a French sentence that says what to do."""

    severity: ProblemSeverity
    code: str
    message: str
    siecle_id: int | None = None
