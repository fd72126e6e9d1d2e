"""Documents complete by default, so that a test shows only what it spoils."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from pipeline.domain.document import (
    Document,
    Evaluation,
    GroupStatistics,
    Pfmp,
    Project,
    Pupil,
    SchoolYear,
)
from pipeline.domain.facts import Teacher
from pipeline.domain.life import Commitment, ExamOpinion, Opinion, OpinionKind
from pipeline.domain.periods import Periodicity

DAY = dt.date(2026, 6, 12)
GROUP = GroupStatistics(
    size=24,
    average=Decimal("12.35"),
    below_8=Decimal("12.50"),
    from_8_to_12=Decimal("37.50"),
    from_12=Decimal("50.00"),
)
TEACHER = Teacher(last_name="DURAND", first_name="Inès")
EVALUATION = Evaluation(
    subject_code="071100",
    modality="S",
    group=GROUP,
    appreciation="Progrès nets en atelier.\nAutonomie à consolider.",
    averages=((1, Decimal("11.5")), (2, None)),
    ratings=(("9001", 3), ("9002", 4)),
    teachers=(TEACHER, Teacher(last_name="LEROY", first_name="Anaïs")),
    validated_on=DAY,
)
PFMP = Pfmp(synthesis="Tâches variées, sérieux.", teacher=TEACHER, week_count=12, abroad=True)
PROJECT = Project(average=Decimal(14), appreciation="Objet abouti.", teacher=TEACHER)
YEAR = SchoolYear(
    start_year=2025,
    periodicity=Periodicity.SEMESTER,
    evaluations=(EVALUATION,),
    pfmp=PFMP,
    project=PROJECT,
    opinions=((OpinionKind.HEAD, Opinion("Avis favorable.", "ROUX", "Zoé", DAY)),),
)
PUPIL = Pupil(
    siecle_id=1234567,
    years=(YEAR,),
    commitments=(Commitment.DELEGATE, Commitment.SPORTS),
    other_commitment="Jeune sapeur-pompier.",
    exam_opinion=ExamOpinion.FAVOURABLE,
)
DOCUMENT = Document(
    editor="EDITEUR-FICTIF",
    application="LIVRET-DEMO 1.0",
    uai="0999999Z",
    pupils=(PUPIL,),
)


def document(**spoiled: Any) -> Document:
    """A complete document, the given fields replaced."""
    return replace(DOCUMENT, **spoiled)


def with_pupils(*pupils: Pupil) -> Document:
    return document(pupils=pupils)


def with_year(**spoiled: Any) -> Document:
    """One pupil whose only year has the given fields replaced."""
    return with_pupils(replace(PUPIL, years=(replace(YEAR, **spoiled),)))


def with_evaluation(**spoiled: Any) -> Document:
    """One pupil whose only evaluation has the given fields replaced."""
    return with_year(evaluations=(replace(EVALUATION, **spoiled),))


def with_group(**spoiled: Any) -> Document:
    return with_evaluation(group=replace(GROUP, **spoiled))
