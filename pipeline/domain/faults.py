"""What may be wrong in a document: codes, and where; never the value itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FaultCode(StrEnum):
    """What is wrong in a document. Codes are API: added, never renamed."""

    EDITOR_BLANK = "editor_blank"
    APPLICATION_TOO_LONG = "application_too_long"  # over 50 characters
    UAI_INVALID = "uai_invalid"  # not seven digits and a capital
    NO_PUPIL = "no_pupil"
    PUPIL_DUPLICATED = "pupil_duplicated"
    NO_YEAR = "no_year"
    YEAR_DUPLICATED = "year_duplicated"
    NO_EVALUATION = "no_evaluation"
    COMMITMENT_DUPLICATED = "commitment_duplicated"
    SUBJECT_DUPLICATED = "subject_duplicated"  # same subject and modality
    PERIOD_DUPLICATED = "period_duplicated"
    PERIOD_INVALID = "period_invalid"  # the periodicity has no such period
    AVERAGE_INVALID = "average_invalid"  # not 0 to 20
    COMPETENCE_DUPLICATED = "competence_duplicated"
    MASTERY_INVALID = "mastery_invalid"  # not 1 to 4
    GROUP_INCOMPLETE = "group_incomplete"  # a size without its figures, or figures without a size
    BANDS_NOT_100 = "bands_not_100"  # a share outside 0 to 100, or a total other than 100.00
    TEACHER_NAME_INCOMPLETE = "teacher_name_incomplete"
    TEXT_BLANK = "text_blank"
    TEXT_TOO_LONG = "text_too_long"
    TEXT_FORBIDDEN_CHARACTER = "text_forbidden_character"  # XML 1.0 forbids one


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong item: whose (`None` for the file), and where; never the value itself."""

    code: FaultCode
    siecle_id: int | None
    subject: str = ""
