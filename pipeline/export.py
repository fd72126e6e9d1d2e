"""Asking for exports: a row before any message, cancel, retry, rescue."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from pipeline.domain.states import FINAL_STATES, JobKind, JobState
from pipeline.errors import IdempotencyConflict, MoveNotAllowed, NotFound, StoreUnavailable
from pipeline.queue import RUN_EXPORTS, Message
from pipeline.store import jobs, reports
from pipeline.store.unit import Store

BATCH = 10  # jobs per message when many are asked for at once
RESCUE_LIMIT = 2_000
TRIES = 3  # who refused the insert may be taken by a worker before it is looked for


def request(
    store: Store,
    division_id: int,
    profile: str,
    *,
    by: str,
    now: dt.datetime,
    idempotency_key: str | None = None,
    retry_of: str | None = None,
) -> str:
    """Accept a request and return its job's id; durable once this returns.

    One job waits per division and profile: a second request while one waits is that one.
    The same key and request give the same job. Raises IdempotencyConflict for another one,
    NotFound for a division that is none.
    """
    row = _row(division_id, profile, JobKind.ON_DEMAND, by, now)
    row |= {"idempotency_key": idempotency_key, "retry_of": retry_of}
    with store.writing() as unit:
        if not reports.has_division(unit.connection, division_id):
            raise NotFound("Division", division_id, "« lslpro status » montre celles qu'il y a.")
        for _ in range(TRIES):
            if known := _known(unit.connection, row):
                return known
            if jobs.insert_queued(unit.connection, [row]):
                unit.say(nudges(reports.job_labels(unit.connection, [row["id"]])))
                return str(row["id"])
    raise StoreUnavailable("demande disputée")


def _known(connection: Any, row: dict[str, Any]) -> str | None:
    """The job that this request is already: by its key, else the one that waits."""
    key, by = row["idempotency_key"], row["requested_by"]
    asked = (row["division_id"], row["profile"])
    if (known := _with_key(connection, key, by, asked)) is not None:
        return known
    waiting = jobs.queued_for(connection, *asked)
    if waiting is not None and key is not None:
        jobs.give_key(connection, waiting, key, by)
    return waiting


def _with_key(connection: Any, key: str | None, by: str, asked: tuple[int, str]) -> str | None:
    known = jobs.with_key(connection, key, by) if key is not None else None
    if known is None:
        return None
    if (known.division_id, known.profile) != asked:
        raise IdempotencyConflict(str(key))
    return str(known.id)


def request_night(
    unit: Any,
    division_ids: Sequence[int],
    profile: str,
    business_date: dt.date,
    now: dt.datetime,
) -> int:
    """Queue one job per division for one night, inside the caller's transaction."""
    count = 0
    for start in range(0, len(division_ids), 500):
        rows = [
            _row(division_id, profile, JobKind.NIGHTLY, "nightly", now)
            | {"business_date": business_date, "idempotency_key": None, "retry_of": None}
            for division_id in division_ids[start : start + 500]
        ]
        ids = jobs.insert_queued(unit.connection, rows)
        unit.say(nudges(reports.job_labels(unit.connection, ids)))
        count += len(ids)
    return count


def _row(
    division_id: int, profile: str, kind: JobKind, by: str, now: dt.datetime
) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "division_id": division_id,
        "profile": profile,
        "kind": kind,
        "state": JobState.QUEUED,
        "requested_by": by,
        "requested_at": now,
        "due_at": now + dt.timedelta(seconds=jobs.RESEND_S),
        "attempt_count": 0,
        "done_count": 0,
    }


def nudges(labels: Sequence[tuple[str, str, str]], size: int = BATCH) -> list[Message]:
    """Messages for the jobs; Flower shows the job, the UAI and the division."""
    messages = []
    for start in range(0, len(labels), size):
        part = labels[start : start + size]
        shown = ", ".join(f"{job_id[:8]} {uai} {label}" for job_id, uai, label in part)
        messages.append(Message(RUN_EXPORTS, tuple(one[0] for one in part), f"({shown})"))
    return messages


def cancel(store: Store, job_id: str, *, now: dt.datetime) -> JobState:
    """Cancel a job: a waiting one never runs, a running one stops at its next step.

    Returns the state it had. Raises NotFound, and MoveNotAllowed for a job that ended.
    """
    with store.writing() as unit:
        state = jobs.cancel(unit.connection, job_id, now)
    if state is None:
        raise NotFound("Demande", job_id)
    if state in FINAL_STATES:
        raise MoveNotAllowed(job_id, state, JobState.CANCELLED)
    return state


def retry(store: Store, job_id: str, *, by: str, now: dt.datetime) -> str:
    """Ask again for what an ended job was about; returns the new job's id."""
    with store.reading() as connection:
        row = reports.job(connection, job_id)
    if row is None:
        raise NotFound("Demande", job_id)
    if row.state not in FINAL_STATES:
        raise MoveNotAllowed(job_id, row.state, JobState.QUEUED)
    return request(store, row.division_id, row.profile, by=by, now=now, retry_of=row.id)


def rescue(store: Store, now: dt.datetime) -> int:
    """Send again the jobs that wait unsent or whose holder went silent; return how many.

    One that was begun travels alone: if it kills its worker, it takes no other along.
    """
    with store.reading() as connection:
        if not jobs.is_any_due(connection, now):
            return 0
    with store.writing() as unit:
        attempts = jobs.rescue_due(unit.connection, now, RESCUE_LIMIT)
        labels = reports.job_labels(unit.connection, list(attempts))
        unit.say(nudges([one for one in labels if not attempts[one[0]]]))
        unit.say(nudges([one for one in labels if attempts[one[0]]], size=1))
    return len(attempts)
