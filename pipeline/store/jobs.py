"""The statements of export jobs: request, claim under a lease, finish behind a fence."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pipeline.domain.states import JobState
from pipeline.store import rows as t
from pipeline.store import statements
from pipeline.store.dialect import insert
from pipeline.store.rows import AnyRow

RESEND_S = 15
j = t.export_job.c


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job this worker holds until its lease ends; `token` is its fence."""

    id: str
    division_id: int
    profile: str
    attempt_count: int
    token: str
    cancel_asked: bool = False  # while its last holder ran it


def insert_queued(connection: sa.Connection, jobs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Insert the jobs that no constraint forbids (one queued, one a night, one per key)."""
    made = insert(connection, t.export_job).values(list(jobs))
    return list(connection.execute(made.on_conflict_do_nothing().returning(j.id)).scalars())


def queued_for(connection: sa.Connection, division_id: int, profile: str) -> str | None:
    """The job that waits for this division and profile, if there is one."""
    return connection.execute(
        sa.select(j.id).where(
            j.division_id == division_id, j.profile == profile, j.state == JobState.QUEUED
        )
    ).scalar()


def with_key(connection: sa.Connection, key: str, requested_by: str) -> AnyRow | None:
    """The job that this key made."""
    return connection.execute(
        sa.select(t.export_job).where(j.idempotency_key == key, j.requested_by == requested_by)
    ).first()


def give_key(connection: sa.Connection, job_id: str, key: str, requested_by: str) -> None:
    """Let the key of a request that joined a waiting job of the same asker lead to that job."""
    connection.execute(
        sa.update(t.export_job)
        .where(j.id == job_id, j.idempotency_key.is_(None), j.requested_by == requested_by)
        .values(idempotency_key=key)
    )


def claim(
    connection: sa.Connection, ids: Collection[str], *, token: str, now: dt.datetime, lease_s: int
) -> list[ClaimedJob]:
    """Take the jobs that wait, or whose holder's lease ran out; count the attempt first."""
    lease_end = now + dt.timedelta(seconds=lease_s)
    given = {"ids": ids, "fence": token, "now": now, "lease_end": lease_end}
    return sorted(
        (
            ClaimedJob(
                row.id,
                row.division_id,
                row.profile,
                row.attempt_count,
                token,
                row.cancel_requested_at is not None,
            )
            for row in connection.execute(statements.CLAIM_JOBS, given)
        ),
        key=lambda job: job.id,
    )


def renew(connection: sa.Connection, jobs: Collection[ClaimedJob], until: dt.datetime) -> None:
    """Hold until then those of the jobs I still hold."""
    given = {"ids": [job.id for job in jobs], "fences": {job.token for job in jobs}}
    connection.execute(statements.RENEW_MY_JOBS, given | {"lease_end": until})


def still_mine(connection: sa.Connection, jobs: Collection[ClaimedJob]) -> dict[str, bool]:
    """Lock those of the jobs I still hold: whether a cancel was asked, by id."""
    given = {"ids": [job.id for job in jobs], "fences": {job.token for job in jobs}}
    found = connection.execute(statements.HOLD_MY_JOBS, given)
    return {row.id: row.cancel_requested_at is not None for row in found}


def finish_ready(
    connection: sa.Connection, endings: Sequence[tuple[ClaimedJob, Mapping[str, Any]]]
) -> None:
    """End with a file the jobs I still hold, all in one call; each behind its own fence."""
    rows = [
        {"job": job.id, "fence": job.token}
        | {f"new_{name}": values[name] for name in statements.READY}
        for job, values in endings
    ]
    if rows:
        connection.execute(statements.FINISH_READY, rows)


def finish(connection: sa.Connection, job: ClaimedJob, **values: Any) -> bool:
    """End the job where the token is still mine; `False` when another took over."""
    ended = connection.execute(
        sa.update(t.export_job)
        .where(j.id == job.id, j.token == job.token, j.state == JobState.RUNNING)
        .values(lease_until=None, due_at=None, **values)
    )
    return ended.rowcount == 1


def put_back(connection: sa.Connection, jobs: Collection[ClaimedJob], due: dt.datetime) -> None:
    """Let the jobs be claimed again by whoever is nudged at `due`; an outage is no attempt."""
    for job in jobs:
        connection.execute(
            sa.update(t.export_job)
            .where(j.id == job.id, j.token == job.token, j.state == JobState.RUNNING)
            .values(lease_until=due, due_at=due, attempt_count=j.attempt_count - 1)
        )


def _due(now: dt.datetime) -> sa.ColumnElement[bool]:
    return sa.and_(j.state.in_([JobState.QUEUED, JobState.RUNNING]), j.due_at <= now)


def is_any_due(connection: sa.Connection, now: dt.datetime) -> bool:
    """Whether a rescue would find anything: a read, which waits for no writer."""
    return connection.execute(sa.select(j.id).where(_due(now)).limit(1)).first() is not None


def rescue_due(connection: sa.Connection, now: dt.datetime, limit: int) -> dict[str, int]:
    """Jobs that wait unsent or whose lease ran out, and their attempts; due again in a while."""
    due = (
        sa.select(j.id)
        .where(_due(now))
        .order_by(j.due_at, j.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    statement = (
        sa.update(t.export_job)
        .where(j.id.in_(due.scalar_subquery()))
        .values(due_at=now + dt.timedelta(seconds=RESEND_S))
        .returning(j.id, j.attempt_count)
    )
    return {row.id: row.attempt_count for row in connection.execute(statement)}


def cancel(connection: sa.Connection, job_id: str, now: dt.datetime) -> JobState | None:
    """Cancel a queued job, mark a running one; return the state it had, `None` if unknown."""
    state: JobState | None = connection.execute(
        sa.select(j.state).where(j.id == job_id).with_for_update()
    ).scalar()
    if state == JobState.QUEUED:
        values: dict[str, Any] = {"state": JobState.CANCELLED, "finished_at": now, "due_at": None}
    elif state == JobState.RUNNING:
        values = {"cancel_requested_at": now}
    else:
        return state
    connection.execute(sa.update(t.export_job).where(j.id == job_id).values(**values))
    return state
