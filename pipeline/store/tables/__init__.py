"""All tables; importing this package fills `SQLModel.metadata`."""

from pipeline.store.tables.account import (
    Account,
    AccountDivision,
    AccountSchool,
    ApiToken,
    Invitation,
    LoginFailures,
    LoginSession,
)
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
from pipeline.store.tables.jobs import (
    Artifact,
    AuditEvent,
    ExportJob,
    NightlyRun,
    Sent,
    SentReport,
)
from pipeline.store.tables.life import Commitment, Opinion, SchoolLife
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
    "Account",
    "AccountDivision",
    "AccountSchool",
    "ApiToken",
    "Artifact",
    "AuditEvent",
    "Booklet",
    "Commitment",
    "Competence",
    "Completeness",
    "Diploma",
    "Division",
    "Evaluation",
    "ExportJob",
    "FrameworkCompetence",
    "Invitation",
    "LevelSettings",
    "LoginFailures",
    "LoginSession",
    "Mef",
    "NightlyRun",
    "Opinion",
    "PeriodAverage",
    "Pfmp",
    "Programme",
    "Project",
    "Rating",
    "School",
    "SchoolLife",
    "Sent",
    "SentReport",
    "StsService",
    "StsTeacher",
    "Student",
    "Subject",
    "Teacher",
]
