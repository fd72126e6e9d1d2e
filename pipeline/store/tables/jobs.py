"""Export jobs, versions of files and their uploads, the nightly run, the audit."""

import datetime as dt
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from pipeline.domain.states import JobKind, JobState, Outcome
from pipeline.store.types import Instant, word


def _instant(*, nullable: bool = True) -> Any:
    if nullable:
        return Field(default=None, sa_column=sa.Column(Instant))
    return Field(sa_column=sa.Column(Instant, nullable=False))


class ExportJob(SQLModel, table=True):
    """One accepted request for one division's file; the row is the truth, messages nudge."""

    __tablename__: ClassVar[str] = "export_job"
    __table_args__ = (
        sa.UniqueConstraint("idempotency_key", "requested_by", name="job_key_once"),
        sa.UniqueConstraint("division_id", "profile", "business_date", name="job_night_once"),
        sa.Index(
            "job_one_queued",
            "division_id",
            "profile",
            unique=True,
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        ),
        sa.Index(
            "job_open",
            "due_at",
            sqlite_where=sa.text("state IN ('queued', 'running')"),
            postgresql_where=sa.text("state IN ('queued', 'running')"),
        ),
    )
    id: str = Field(primary_key=True, max_length=36)
    division_id: int = Field(foreign_key="division.id")
    profile: str = Field(max_length=40)
    kind: JobKind = Field(sa_column=sa.Column(word(JobKind, "job_kind"), nullable=False))
    state: JobState = Field(sa_column=sa.Column(word(JobState, "job_state"), nullable=False))
    outcome: Outcome | None = Field(default=None, sa_column=sa.Column(word(Outcome, "outcome")))
    requested_by: str = Field(max_length=80)
    requested_at: dt.datetime = _instant(nullable=False)
    idempotency_key: str | None = Field(default=None, max_length=200)
    business_date: dt.date | None = None
    retry_of: str | None = Field(default=None, max_length=36)
    attempt_count: int = 0
    token: str | None = Field(default=None, max_length=36)
    lease_until: dt.datetime | None = _instant()
    due_at: dt.datetime | None = _instant()  # when the rescuer may send it again
    cancel_requested_at: dt.datetime | None = _instant()
    started_at: dt.datetime | None = _instant()
    finished_at: dt.datetime | None = _instant()
    done_count: int = 0
    total_count: int | None = None
    version: int | None = None
    error_code: str | None = Field(default=None, max_length=60)
    report: dict[str, Any] | None = Field(default=None, sa_column=sa.Column(sa.JSON))


class Artifact(SQLModel, table=True):
    """One version of one division's file in one profile; its bytes never change."""

    __table_args__ = (
        sa.UniqueConstraint("division_id", "profile", "version", name="artifact_version_once"),
        sa.UniqueConstraint("file_name", name="artifact_name_once"),
        sa.CheckConstraint("version > 0", name="version_positive"),
        sa.Index("artifact_sha256", "sha256"),
    )
    id: int | None = Field(default=None, primary_key=True)
    division_id: int = Field(foreign_key="division.id")
    profile: str = Field(max_length=40)
    version: int
    sha256: str = Field(max_length=64)
    size: int
    fingerprint: str = Field(max_length=64)
    file_name: str
    job_id: str = Field(foreign_key="export_job.id", max_length=36)
    created_at: dt.datetime = _instant(nullable=False)
    manifest: dict[str, Any] = Field(sa_column=sa.Column(sa.JSON, nullable=False))
    expired_at: dt.datetime | None = _instant()  # past its keeping: the file may be removed


class Sent(SQLModel, table=True):
    """That a version was uploaded to LSL: when and by whom it was recorded, once."""

    artifact_id: int = Field(primary_key=True, foreign_key="artifact.id")
    sent_at: dt.datetime = _instant(nullable=False)
    sent_by: str = Field(max_length=80)


class SentReport(SQLModel, table=True):
    """An official report of an upload (`LSL_Bilan_import_*.xls`), kept as it is, never read."""

    __tablename__: ClassVar[str] = "sent_report"
    artifact_id: int = Field(primary_key=True, foreign_key="sent.artifact_id")
    sha256: str = Field(primary_key=True, max_length=64)
    size: int
    kept_at: dt.datetime = _instant(nullable=False)
    kept_by: str = Field(max_length=80)


def _count() -> Any:
    return Field(default=0, sa_column_kwargs={"server_default": "0"})


class NightlyRun(SQLModel, table=True):
    """One night by its business date in the school's time zone, whatever beat does.

    The counts are its summary, written once all its jobs have ended (`finished_at`).
    """

    __tablename__: ClassVar[str] = "nightly_run"
    business_date: dt.date = Field(primary_key=True)
    profile: str = Field(max_length=40)
    started_at: dt.datetime = _instant(nullable=False)
    division_count: int = 0
    finished_at: dt.datetime | None = _instant()
    new_count: int = _count()
    unchanged_count: int = _count()
    refused_count: int = _count()
    failed_count: int = _count()
    cancelled_count: int = _count()


class AuditEvent(SQLModel, table=True):
    """Who did what to which thing; ids and field names only, never a value of a pupil."""

    __tablename__: ClassVar[str] = "audit_event"
    __table_args__ = (
        sa.Index("audit_booklet", "booklet_id", "revision"),
        sa.Index("audit_at", "at", "id"),
        sa.Index("audit_actor", "actor", "at", "id"),
        sa.Index("audit_action", "action", "at", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    at: dt.datetime = _instant(nullable=False)
    actor: str = Field(max_length=80)
    action: str = Field(max_length=40)
    booklet_id: int | None = None
    revision: int | None = None
    details: dict[str, Any] = Field(sa_column=sa.Column(sa.JSON, nullable=False))
