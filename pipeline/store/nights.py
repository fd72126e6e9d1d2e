"""The statements of the nightly run."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from pipeline.domain.states import JobState, Outcome
from pipeline.store import rows as t
from pipeline.store.dialect import insert
from pipeline.store.rows import AnyRow

n, j = t.nightly_run.c, t.export_job.c


def _count(*conditions: Any) -> sa.ColumnElement[int]:
    return sa.func.count(sa.case((sa.and_(*conditions), 1)))


COUNTS = {
    "new_count": _count(j.outcome == Outcome.NEW_VERSION),
    "unchanged_count": _count(j.outcome == Outcome.UNCHANGED),
    "refused_count": _count(j.state == JobState.REFUSED),
    "failed_count": _count(j.state == JobState.FAILED),
    "cancelled_count": _count(j.state == JobState.CANCELLED),
}
_NIGHTS = (
    sa.select(
        n.business_date, n.profile, n.started_at, n.division_count, n.finished_at,
        *(
            sa.case((n.finished_at.is_not(None), n[name]), else_=count).label(name)
            for name, count in COUNTS.items()
        ),
        _count(j.state.in_([JobState.QUEUED, JobState.RUNNING])).label("open_count"),
        sa.func.max(j.finished_at).label("last_at"),
    )
    .select_from(t.nightly_run.outerjoin(t.export_job, j.business_date == n.business_date))
    .group_by(*n)
)  # fmt: skip


def begin(connection: sa.Connection, date: dt.date, profile: str, now: dt.datetime) -> bool:
    """Make the night's row; `False` when it is there."""
    statement = (
        insert(connection, t.nightly_run)
        .values(business_date=date, profile=profile, started_at=now, division_count=0)
        .on_conflict_do_nothing()
        .returning(n.business_date)
    )
    return connection.execute(statement).first() is not None


def set_count(connection: sa.Connection, date: dt.date, count: int) -> None:
    """Write how many divisions the night queued."""
    connection.execute(
        sa.update(t.nightly_run).where(n.business_date == date).values(division_count=count)
    )


def division_ids(connection: sa.Connection, start_year: int) -> list[int]:
    """Every division of the school year."""
    d = t.division.c
    found = sa.select(d.id).where(d.start_year == start_year).order_by(d.id)
    return list(connection.execute(found).scalars())


def is_any_open(connection: sa.Connection) -> bool:
    """Whether a night has no summary yet."""
    found = sa.select(n.business_date).where(n.finished_at.is_(None)).limit(1)
    return connection.execute(found).first() is not None


def close_ended(connection: sa.Connection, now: dt.datetime) -> list[AnyRow]:
    """Write the summary of each night whose jobs have all ended; return those nights.

    A night of no division ends at `now`. Two that close at once write the same.
    """
    under_way = connection.execute(_NIGHTS.where(n.finished_at.is_(None))).all()
    ended = [row for row in under_way if not row.open_count]
    for row in ended:
        summary = {name: getattr(row, name) for name in COUNTS}
        connection.execute(
            sa.update(t.nightly_run)
            .where(n.business_date == row.business_date)
            .values(finished_at=row.last_at or now, **summary)
        )
    return ended


def listed(connection: sa.Connection, limit: int) -> list[AnyRow]:
    """The newest nights: the summary of those that ended, of the others how they stand."""
    return list(connection.execute(_NIGHTS.order_by(n.business_date.desc()).limit(limit)).all())
