"""The Core tables behind the SQLModel classes, for the statements of the hot paths."""

from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import SQLModel

from pipeline.store import tables

# A row whose columns are read by name; a subclass of every shape of `sa.Row`.
AnyRow = Any


def _table(model: type[SQLModel]) -> sa.Table:
    return cast("sa.Table", model.__table__)  # type: ignore[attr-defined]


school = _table(tables.School)
diploma = _table(tables.Diploma)
competence = _table(tables.Competence)
framework = _table(tables.FrameworkCompetence)
level_settings = _table(tables.LevelSettings)
division = _table(tables.Division)
mef = _table(tables.Mef)
subject = _table(tables.Subject)
programme = _table(tables.Programme)
sts_teacher = _table(tables.StsTeacher)
sts_service = _table(tables.StsService)
student = _table(tables.Student)
booklet = _table(tables.Booklet)
evaluation = _table(tables.Evaluation)
average = _table(tables.PeriodAverage)
rating = _table(tables.Rating)
teacher = _table(tables.Teacher)
pfmp = _table(tables.Pfmp)
project = _table(tables.Project)
opinion = _table(tables.Opinion)
commitment = _table(tables.Commitment)
school_life = _table(tables.SchoolLife)
completeness = _table(tables.Completeness)
export_job = _table(tables.ExportJob)
artifact = _table(tables.Artifact)
sent = _table(tables.Sent)
sent_report = _table(tables.SentReport)
nightly_run = _table(tables.NightlyRun)
audit_event = _table(tables.AuditEvent)
account = _table(tables.Account)
account_school = _table(tables.AccountSchool)
account_division = _table(tables.AccountDivision)
invitation = _table(tables.Invitation)
login_session = _table(tables.LoginSession)
api_token = _table(tables.ApiToken)
login_failures = _table(tables.LoginFailures)
