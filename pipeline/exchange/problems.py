"""What is wrong in a file, by SIECLE id or line; never a name, never an INE."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class ProblemSeverity(StrEnum):
    """How much it matters."""

    ERROR = "error"  # the import stops
    WARNING = "warning"
    INFO = "info"  # said, with nothing to do about it


class ProblemCode(StrEnum):
    """What was found. Codes are API: added, never renamed."""

    COMPETENCE_MISSING = "competence_missing"  # the speciality's list is not in the file
    COMPETENCE_TWICE = "competence_twice"  # one code and year, two labels
    COMPETENCE_UNKNOWN = "competence_unknown"  # a code without a label
    COMPETENCE_UNREADABLE = "competence_unreadable"
    DATE_UNREADABLE = "date_unreadable"
    DIVISION_EMPTY = "division_empty"  # ours, no pupil in it
    DIVISION_FAKE = "division_fake"  # SIECLE's own heap of pupils who are nowhere
    DIVISION_MISSING = "division_missing"  # the pupil will be in no file
    DIVISION_UNKNOWN = "division_unknown"  # in one of the two, not in the other
    FRAMEWORK_TWICE = "framework_twice"  # one level, two lists of competences
    GROUP_WITHOUT_DIVISION = "group_without_division"
    INE_TWICE = "ine_twice"  # one INE, two pupils
    LINE_REFUSED = "line_refused"  # of a sheet: what it says cannot be kept
    MEF_DIFFERENT = "mef_different"  # the division prepares something else in the file
    MEF_UNREADABLE = "mef_unreadable"
    MODALITY_OUTSIDE = "modality_outside"  # kept, but LSL takes S, O and F only
    MODALITY_UNREADABLE = "modality_unreadable"
    NAME_MISSING = "name_missing"
    SEVERAL_DIVISIONS = "several_divisions"  # the first is kept
    SIECLE_ID_MISSING = "siecle_id_missing"  # a pupil without ELEVE_ID
    SIECLE_ID_TWICE = "siecle_id_twice"
    STATUS_MISSING = "status_missing"  # no ST among the statuses: no pupil would be exported
    SUBJECT_UNREADABLE = "subject_unreadable"
    TEACHER_UNKNOWN = "teacher_unknown"  # a service names one who is not in the file
    TEACHER_UNREADABLE = "teacher_unreadable"
    YEAR_UNREADABLE = "year_unreadable"


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


@dataclass(slots=True)
class Tally:
    """Things that a file may hold thousands of times, each told once: how often, where first."""

    _found: dict[tuple[ProblemSeverity, ProblemCode, str], list[int]] = field(default_factory=dict)

    def note(self, severity: ProblemSeverity, code: ProblemCode, what: str, line: int) -> None:
        """Count one more of `what`, a sentence without its full stop."""
        self._found.setdefault((severity, code, what), [line, 0])[1] += 1

    def problems(self) -> tuple[Problem, ...]:
        """One problem for each thing, in the order of its first line."""
        return tuple(
            Problem(severity, code, f"{what} ({count} fois, d'abord ligne {line}).")
            for (severity, code, what), (line, count) in self._found.items()
        )
