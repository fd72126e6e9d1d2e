"""How the database stands: what waits in it, since when, how large it is."""

import datetime as dt
from dataclasses import dataclass
from itertools import accumulate

import sqlalchemy as sa

from pipeline.domain.states import JobState
from pipeline.store import rows as t
from pipeline.store.lights import BACK_OFF_S
from pipeline.store.rows import AnyRow

_c, _j = t.completeness.c, t.export_job.c
_SENT_FOR_S = list(accumulate(BACK_OFF_S, initial=BACK_OFF_S[0]))  # from the first nudge to due_at


@dataclass(frozen=True, slots=True)
class Late:
    """The booklets whose light is not up to date, and about since when the oldest waits.

    `since` is `None` where none was sent yet: the sweeper has not seen them.
    """

    count: int
    since: dt.datetime | None


def late(connection: sa.Connection) -> Late:
    """Count the dirty booklets; how often each was sent again tells since when it waits."""
    groups = connection.execute(
        sa.select(
            _c.attempt_count, sa.func.count().label("count"), sa.func.min(_c.due_at).label("due_at")
        )
        .where(_c.wanted_revision > _c.computed_revision)
        .group_by(_c.attempt_count)
    ).all()
    since = [
        row.due_at - dt.timedelta(seconds=_waited(row.attempt_count))
        for row in groups
        if row.due_at
    ]
    return Late(sum(row[1] for row in groups), min(since, default=None))


def _waited(attempt_count: int) -> int:
    last = len(_SENT_FOR_S) - 1
    more = max(0, attempt_count - last) * BACK_OFF_S[-1]
    return _SENT_FOR_S[min(attempt_count, last)] + more


def jobs(connection: sa.Connection) -> AnyRow:
    """How many jobs wait and run, and since when the oldest of each."""
    waits, runs = _j.state == JobState.QUEUED, _j.state == JobState.RUNNING
    return connection.execute(
        sa.select(
            sa.func.count(sa.case((waits, 1))).label("waiting"),
            sa.func.count(sa.case((runs, 1))).label("running"),
            sa.func.min(sa.case((waits, _j.requested_at))).label("waiting_since"),
            sa.func.min(sa.case((runs, _j.lease_until))).label("lease_until"),
        ).where(_j.state.in_([JobState.QUEUED, JobState.RUNNING]))
    ).one()


def database_bytes(connection: sa.Connection) -> int:
    """How large the database is."""
    if connection.dialect.name == "sqlite":
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        return int(pages * connection.exec_driver_sql("PRAGMA page_size").scalar_one())
    size = sa.select(sa.func.pg_database_size(sa.func.current_database()))
    return int(connection.execute(size).scalar_one())
