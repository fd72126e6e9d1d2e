"""The vocabulary of completeness: gap codes, severities, lights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Light(StrEnum):
    """The level of entry of a booklet (guide, "Statut du niveau de saisie")."""

    RED = "red"  # nothing entered, or a mandatory item missing: left out of exports
    ORANGE = "orange"  # mandatory items complete, an optional one missing: exported as incomplete
    GREEN = "green"  # everything present


class Severity(StrEnum):
    """Whether a gap blocks the export of the pupil."""

    MANDATORY = "mandatory"
    OPTIONAL = "optional"  # exported as incomplete


class GapCode(StrEnum):
    """What is missing or wrong in a booklet. Codes are API: added, never renamed."""

    SIECLE_ID_MISSING = "siecle_id_missing"  # the file's key of the pupil, eleve/@id
    PERIODICITY_NOT_SET = "periodicity_not_set"  # the level has no periodicity yet
    FRAMEWORK_UNKNOWN = "framework_unknown"  # no competence known for the diploma and year
    NOTHING_ENTERED = "nothing_entered"
    COMPETENCE_NOT_RATED = "competence_not_rated"  # subject: the competence code
    MASTERY_INVALID = "mastery_invalid"  # not 1 to 4; subject: the competence code
    AVERAGE_MISSING = "average_missing"  # no period has an average
    AVERAGE_INVALID = "average_invalid"  # not 0 to 20; subject: the period
    PERIOD_INVALID = "period_invalid"  # the periodicity has no such period; subject: the period
    TEACHER_MISSING = "teacher_missing"
    TEACHER_NAME_INCOMPLETE = "teacher_name_incomplete"  # subject: the teacher's rank
    APPRECIATION_MISSING = "appreciation_missing"
    PFMP_SYNTHESIS_MISSING = "pfmp_synthesis_missing"
    PFMP_TEACHER_MISSING = "pfmp_teacher_missing"  # both names are needed
    PROJECT_AVERAGE_MISSING = "project_average_missing"
    PROJECT_APPRECIATION_MISSING = "project_appreciation_missing"
    PROJECT_TEACHER_MISSING = "project_teacher_missing"
    TEXT_TOO_LONG = "text_too_long"  # beyond the profile's limit; subject: the field
    TEXT_FORBIDDEN_CHARACTER = "text_forbidden_character"  # XML 1.0 forbids one; subject: the field
    # Another subject than the speciality stays out of the file; subject: its code.
    SUBJECT_CODE_NOT_NATIONAL = "subject_code_not_national"  # not six digits
    SUBJECT_MODALITY_REFUSED = "subject_modality_refused"  # not S, O or F
    SUBJECT_TEACHER_MISSING = "subject_teacher_missing"  # none with both names
    SUBJECT_VALUE_INVALID = "subject_value_invalid"  # a mark or text that the file cannot hold


@dataclass(frozen=True, slots=True)
class Gap:
    """One missing or wrong item; `subject` tells which competence, period, field or subject."""

    code: GapCode
    severity: Severity
    subject: str = ""


def gaps_of_row(held: Iterable[Sequence[str]] | None) -> tuple[Gap, ...]:
    """The gaps as a row of the lights holds them: code, severity, subject."""
    return tuple(Gap(GapCode(c), Severity(s), subject) for c, s, subject in held or ())


SUBJECT_GAPS = frozenset(
    {
        GapCode.SUBJECT_CODE_NOT_NATIONAL,
        GapCode.SUBJECT_MODALITY_REFUSED,
        GapCode.SUBJECT_TEACHER_MISSING,
        GapCode.SUBJECT_VALUE_INVALID,
    }
)  # each keeps one subject out of the file, and the pupil in it


def light_of(gaps: Iterable[Gap]) -> Light:
    """RED with a mandatory gap, ORANGE with only optional ones, GREEN with none."""
    severities = {gap.severity for gap in gaps}
    if Severity.MANDATORY in severities:
        return Light.RED
    return Light.ORANGE if severities else Light.GREEN
