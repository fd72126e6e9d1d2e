"""The pupil in the life of the school: opinions of a year, commitments, opinion for the exam."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class OpinionKind(StrEnum):
    """The three opinions of a school year, in the file's order (lsl-format, 1.2)."""

    COMMITMENT = "commitment"  # avisEngagement: the CPE's observation
    INVESTMENT = "investment"  # avisInvestissement: the team's, recorded by the head teacher
    HEAD = "head"  # avisChefEtab: the head of school's


OPINIONS = {
    OpinionKind.COMMITMENT: "Avis sur l'engagement",
    OpinionKind.INVESTMENT: "Avis sur l'investissement",
    OpinionKind.HEAD: "Avis du chef d'établissement",
}


class Commitment(StrEnum):
    """The commitments that have a code; others are told in words."""

    DELEGATE = "C"
    CVL = "V"
    BOARD = "A"
    CESC = "E"
    SPORTS = "S"


class ExamOpinion(StrEnum):
    """The opinion for the exam (`avisExamen/@code`)."""

    VERY_FAVOURABLE = "T"
    FAVOURABLE = "F"
    RATHER_FAVOURABLE = "A"
    MUST_PROVE = "D"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What was written, by whom, and when if it was dated."""

    text: str
    last_name: str
    first_name: str
    given_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class LifeFacts:
    """What is known of one booklet; all of it is optional and none of it weighs on the light."""

    opinions: Mapping[OpinionKind, Opinion] = field(default_factory=dict)
    commitments: tuple[Commitment, ...] = ()
    other_commitment: str | None = None
    exam_opinion: ExamOpinion | None = None

    @property
    def texts(self) -> list[str | None]:
        """Everything that was written, for the rules about texts."""
        return [*(one.text for one in self.opinions.values()), self.other_commitment]
