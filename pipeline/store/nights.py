"""The statements of the nightly run."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from pipeline.domain.states import JobState, Outcome
from pipeline.store import rows as t
from pipeline.store.dialect import insert
from pipeline.store.rows import AnyRow

n, j = t.nightly_run.c, t.export_job.c


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


def listed(connection: sa.Connection, limit: int) -> list[AnyRow]:
    """The newest nights, each with the counts of its jobs."""

    def count(name: str, *conditions: Any) -> sa.Label[int]:
        return sa.func.count(sa.case((sa.and_(*conditions), 1))).label(name)

    return list(
        connection.execute(
            sa.select(
                n.business_date, n.profile, n.started_at, n.division_count,
                sa.func.max(j.finished_at).label("finished_at"),
                count("new_count", j.outcome == Outcome.NEW_VERSION),
                count("unchanged_count", j.outcome == Outcome.UNCHANGED),
                count("refused_count", j.state == JobState.REFUSED),
                count("failed_count", j.state == JobState.FAILED),
                count("cancelled_count", j.state == JobState.CANCELLED),
                count("open_count", j.state.in_([JobState.QUEUED, JobState.RUNNING])),
            )
            .select_from(t.nightly_run.outerjoin(t.export_job, j.business_date == n.business_date))
            .group_by(*n)
            .order_by(n.business_date.desc())
            .limit(limit)
        ).all()
    )  # fmt: skip
