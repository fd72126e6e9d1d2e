"""Who can put a gap right: each code has one who must act."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pipeline.domain.gaps import GapCode


class Actor(StrEnum):
    """Whose work it is (guide: the head sets up, teachers enter; SIECLE is the secretariat's)."""

    TEACHER = "teacher"
    HEAD = "head"  # head of school or DDFPT
    SECRETARIAT = "secretariat"  # keeps SIECLE


_NOT_THE_TEACHER = {
    GapCode.SIECLE_ID_MISSING: Actor.SECRETARIAT,
    GapCode.PERIODICITY_NOT_SET: Actor.HEAD,
    GapCode.FRAMEWORK_UNKNOWN: Actor.HEAD,
    GapCode.SUBJECT_CODE_NOT_NATIONAL: Actor.SECRETARIAT,
    GapCode.SUBJECT_MODALITY_REFUSED: Actor.SECRETARIAT,
}
_OF_THE_TEACHER = (
    GapCode.NOTHING_ENTERED, GapCode.COMPETENCE_NOT_RATED, GapCode.MASTERY_INVALID,
    GapCode.AVERAGE_MISSING, GapCode.AVERAGE_INVALID, GapCode.PERIOD_INVALID,
    GapCode.TEACHER_MISSING, GapCode.TEACHER_NAME_INCOMPLETE, GapCode.APPRECIATION_MISSING,
    GapCode.PFMP_SYNTHESIS_MISSING, GapCode.PFMP_TEACHER_MISSING,
    GapCode.PROJECT_AVERAGE_MISSING, GapCode.PROJECT_APPRECIATION_MISSING,
    GapCode.PROJECT_TEACHER_MISSING, GapCode.TEXT_TOO_LONG, GapCode.TEXT_FORBIDDEN_CHARACTER,
    GapCode.SUBJECT_TEACHER_MISSING, GapCode.SUBJECT_VALUE_INVALID,
)  # fmt: skip
WHO_ACTS: Mapping[GapCode, Actor] = _NOT_THE_TEACHER | dict.fromkeys(_OF_THE_TEACHER, Actor.TEACHER)
