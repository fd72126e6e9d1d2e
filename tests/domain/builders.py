"""Facts that are complete by default, so that a test shows only what it spoils."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pipeline.domain.facts import (
    BookletFacts,
    Competence,
    EvaluationFacts,
    LevelFacts,
    PfmpFacts,
    ProjectFacts,
    Teacher,
)
from pipeline.domain.periods import Level, Periodicity

COMPETENCES = (
    Competence("9001", "C1", "Préparer"),
    Competence("9002", "C2", "Réaliser"),
    Competence("9003", "C3", "Contrôler"),
)
RATINGS = {"9001": 3, "9002": 4, "9003": 2}


def level(**changes: Any) -> LevelFacts:
    """A terminale in trimesters that exports the PFMP and no project."""
    facts: dict[str, Any] = {
        "uai": "0999999Z",
        "start_year": 2025,
        "diploma_code": "25520",
        "level": Level.TERMINALE,
        "periodicity": Periodicity.TRIMESTER,
        "exports_pfmp": True,
        "competences": COMPETENCES,
    }
    return LevelFacts(**(facts | changes))


def evaluation(**changes: Any) -> EvaluationFacts:
    """The speciality, rated, with marks in the first two periods."""
    facts: dict[str, Any] = {
        "appreciation": "Progrès nets en atelier.",
        "averages": {1: Decimal("11.50"), 2: Decimal("12.25")},
        "ratings": RATINGS,
        "teachers": (Teacher("DURAND", "Inès"),),
    }
    return EvaluationFacts(**(facts | changes))


def pfmp(**changes: Any) -> PfmpFacts:
    """A synthesis and its author."""
    facts: dict[str, Any] = {
        "synthesis": "Bonne intégration dans l’équipe.",
        "teacher_last_name": "MARTIN",
        "teacher_first_name": "Léo",
    }
    return PfmpFacts(**(facts | changes))


def project(**changes: Any) -> ProjectFacts:
    """A mark, an appreciation and a teacher."""
    facts: dict[str, Any] = {
        "average": Decimal("14.00"),
        "appreciation": "Maquette aboutie.",
        "teacher_last_name": "PETIT",
        "teacher_first_name": "Zoé",
    }
    return ProjectFacts(**(facts | changes))


def booklet(**changes: Any) -> BookletFacts:
    """A pupil of whom everything is known."""
    facts: dict[str, Any] = {
        "booklet_id": 1,
        "siecle_id": 1234567,
        "data_revision": 1,
        "evaluations": (evaluation(),),
        "pfmp": pfmp(),
        "project": project(),
    }
    return BookletFacts(**(facts | changes))
