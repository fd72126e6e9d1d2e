"""All tables; importing this package fills `SQLModel.metadata`."""

from pipeline.store.tables.booklet import (
    Booklet,
    Completeness,
    Evaluation,
    PeriodAverage,
    Pfmp,
    Project,
    Rating,
    Student,
    Teacher,
)
from pipeline.store.tables.jobs import Artifact, AuditEvent, ExportJob, NightlyRun
from pipeline.store.tables.nomenclature import Mef, Programme, Subject
from pipeline.store.tables.school import (
    Competence,
    Diploma,
    Division,
    FrameworkCompetence,
    LevelSettings,
    School,
)
from pipeline.store.tables.sts import StsService, StsTeacher

__all__ = [
    "Artifact",
    "AuditEvent",
    "Booklet",
    "Competence",
    "Completeness",
    "Diploma",
    "Division",
    "Evaluation",
    "ExportJob",
    "FrameworkCompetence",
    "LevelSettings",
    "Mef",
    "NightlyRun",
    "PeriodAverage",
    "Pfmp",
    "Programme",
    "Project",
    "Rating",
    "School",
    "StsService",
    "StsTeacher",
    "Student",
    "Subject",
    "Teacher",
]
