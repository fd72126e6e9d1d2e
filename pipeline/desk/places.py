"""Where each gap is mended: a field of the booklet, the configuration, or elsewhere by whom."""

from __future__ import annotations

import re
from enum import StrEnum

from pipeline.domain.completeness import PROJECT
from pipeline.domain.facts import LevelFacts
from pipeline.domain.gaps import SUBJECT_GAPS, Gap, GapCode


class Mend(StrEnum):
    """What mends a gap."""

    BOOKLET = "booklet"  # a field of the pupil's booklet
    CONFIGURATION = "configuration"  # of the level
    SECRETARIAT = "secretariat"  # in SIECLE, then an import of the pupils
    ADMINISTRATOR = "administrator"  # an import of the framework
    MARKS = "marks"  # in the marks software, then an import of the booklets


_ANCHORS = {
    GapCode.NOTHING_ENTERED: "moyenne-1",
    GapCode.COMPETENCE_NOT_RATED: "competence-{}",
    GapCode.MASTERY_INVALID: "competence-{}",
    GapCode.AVERAGE_MISSING: "moyenne-1",
    GapCode.AVERAGE_INVALID: "moyenne-{}",
    GapCode.PERIOD_INVALID: "moyenne-{}",
    GapCode.TEACHER_MISSING: "enseignants",
    GapCode.TEACHER_NAME_INCOMPLETE: "enseignants",
    GapCode.APPRECIATION_MISSING: "appreciation",
    GapCode.PFMP_SYNTHESIS_MISSING: "pfmp",
    GapCode.PFMP_TEACHER_MISSING: "pfmp",
    GapCode.PROJECT_AVERAGE_MISSING: "projet",
    GapCode.PROJECT_APPRECIATION_MISSING: "projet",
    GapCode.PROJECT_TEACHER_MISSING: "projet",
}
_ELSEWHERE = {
    GapCode.SIECLE_ID_MISSING: Mend.SECRETARIAT,
    GapCode.SUBJECT_CODE_NOT_NATIONAL: Mend.SECRETARIAT,
    GapCode.SUBJECT_MODALITY_REFUSED: Mend.SECRETARIAT,
    GapCode.PERIODICITY_NOT_SET: Mend.CONFIGURATION,
    GapCode.FRAMEWORK_UNKNOWN: Mend.ADMINISTRATOR,
}
_TEXTS = ((re.compile("pfmp_"), "pfmp"), (re.compile("project"), "projet"),
          (re.compile("teacher_"), "enseignants"), (re.compile("appreciation$"), "appreciation"),
          (re.compile(""), "avis"))  # fmt: skip


def competence_names(level: LevelFacts) -> dict[str, str]:
    """What the competence of each code is, as the framework names it."""
    return {one.code: f"{one.reference_code} {one.label}".strip() for one in level.competences}


def mend_of(gap: Gap) -> Mend:
    """What mends the gap."""
    if gap.code in SUBJECT_GAPS and gap.code not in _ELSEWHERE:
        return Mend.MARKS
    return _ELSEWHERE.get(gap.code, Mend.BOOKLET)


def anchor_of(gap: Gap) -> str:
    """The field of the booklet that mends the gap; that of the level for the configuration."""
    if mend_of(gap) is Mend.CONFIGURATION:
        return "niveau"
    if gap.code is GapCode.AVERAGE_INVALID and gap.subject == PROJECT:
        return "projet"
    if gap.code in _ANCHORS:
        return _ANCHORS[gap.code].format(gap.subject)
    return next(place for start, place in _TEXTS if start.match(gap.subject))
