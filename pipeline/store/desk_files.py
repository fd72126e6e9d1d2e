"""Reads about jobs and versions for the pages: each with its division, within given schools."""

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from pipeline.domain.ids import LARGEST_ID
from pipeline.domain.states import JobState
from pipeline.store import rows as t
from pipeline.store.facts import IN_PERIMETER
from pipeline.store.nights import COUNTS
from pipeline.store.rows import AnyRow
from pipeline.store.sets import Words, among

a, b, d, j, n = t.artifact.c, t.booklet.c, t.division.c, t.export_job.c, t.nightly_run.c
_WORDS = sa.bindparam("words", type_=Words())
_PLACE = (
    d.code, d.label, d.school_uai, d.start_year, d.diploma_code, d.level,
    t.diploma.c.label.label("diploma_label"),
)  # fmt: skip
_SIZE = (
    sa.select(sa.func.count())
    .select_from(t.booklet)
    .where(b.division_id == j.division_id, IN_PERIMETER)
    .scalar_subquery()
)
_OF_JOB = sa.and_(a.division_id == j.division_id, a.profile == j.profile, a.version == j.version)
JOBS = (
    sa.select(t.export_job, *_PLACE, a.id.label("artifact_id"), _SIZE.label("size"))
    .select_from(t.export_job.join(t.division).join(t.diploma).outerjoin(t.artifact, _OF_JOB))
    .order_by(d.code, d.id, j.requested_at, j.id)
)
_newer = t.artifact.alias()
_NEWEST = (
    sa.select(sa.func.max(_newer.c.version))
    .where(_newer.c.division_id == a.division_id, _newer.c.profile == a.profile)
    .scalar_subquery()
)
VERSIONS = (
    sa.select(
        t.artifact, *_PLACE, j.requested_by, j.kind, t.sent.c.sent_at, t.sent.c.sent_by,
        _NEWEST.label("newest"),
    )
    .select_from(
        t.artifact.join(t.division)
        .join(t.diploma)
        .join(t.export_job, a.job_id == j.id)
        .outerjoin(t.sent, t.sent.c.artifact_id == a.id)
    )
    .order_by(a.created_at.desc(), a.id.desc())
)  # fmt: skip


def jobs(connection: sa.Connection, ids: Collection[str]) -> list[AnyRow]:
    """Those jobs, in the order of divisions: each with its version's id and its pupils' number."""
    words = [one for one in ids if "\0" not in one]  # PostgreSQL takes none in a text
    return list(connection.execute(JOBS.where(among(j.id, _WORDS)), {"words": words}).all())


def versions_of(connection: sa.Connection, division_id: int) -> list[AnyRow]:
    """The versions of a division, newest first, with who asked and the newest of the line."""
    return list(connection.execute(VERSIONS.where(a.division_id == division_id)).all())


def version(connection: sa.Connection, artifact_id: int) -> AnyRow | None:
    """One version, with the same."""
    if not 0 < artifact_id <= LARGEST_ID:
        return None
    return connection.execute(VERSIONS.where(a.id == artifact_id)).first()


def numbered(
    connection: sa.Connection, division_id: int, profile: str, number: int
) -> AnyRow | None:
    """The version of that number of a division and profile."""
    line = sa.and_(a.division_id == division_id, a.profile == profile, a.version == number)
    return connection.execute(VERSIONS.where(line)).first()


def with_bytes_or_name(
    connection: sa.Connection, uais: Collection[str], sha256: str, file_name: str
) -> list[AnyRow]:
    """The versions of these schools that have those bytes, or that name."""
    chosen = sa.and_(
        among(d.school_uai, _WORDS), sa.or_(a.sha256 == sha256, a.file_name == file_name)
    )
    return list(connection.execute(VERSIONS.where(chosen), {"words": uais}).all())


def nights(connection: sa.Connection, limit: int) -> list[AnyRow]:
    """The newest nights, without any count: those are of all schools."""
    chosen = sa.select(n.business_date, n.profile, n.started_at)
    return list(connection.execute(chosen.order_by(n.business_date.desc()).limit(limit)).all())


def night_counts(
    connection: sa.Connection, uais: Collection[str], since: dt.date
) -> dict[dt.date, AnyRow]:
    """What each night since then did for these schools alone."""
    is_open = j.state.in_([JobState.QUEUED, JobState.RUNNING])
    found = connection.execute(
        sa.select(
            j.business_date, sa.func.count().label("job_count"),
            *(column.label(name) for name, column in COUNTS.items()),
            sa.func.count(sa.case((is_open, 1))).label("open_count"),
            sa.func.max(j.finished_at).label("last_at"),
        )
        .select_from(t.export_job.join(t.division))
        .where(j.business_date >= since, among(d.school_uai, _WORDS))
        .group_by(j.business_date),
        {"words": uais},
    )  # fmt: skip
    return {row.business_date: row for row in found}


def night_failures(
    connection: sa.Connection, uais: Collection[str], since: dt.date
) -> list[AnyRow]:
    """The jobs of these nights and schools that gave no file, in the order of divisions."""
    without_file = (JobState.REFUSED, JobState.FAILED, JobState.CANCELLED)
    return list(
        connection.execute(
            sa.select(
                j.id, j.business_date, j.division_id, j.state, j.error_code, d.code, d.school_uai
            )
            .select_from(t.export_job.join(t.division))
            .where(j.business_date >= since, among(d.school_uai, _WORDS), j.state.in_(without_file))
            .order_by(j.business_date.desc(), d.school_uai, d.code, j.id),
            {"words": uais},
        ).all()
    )
