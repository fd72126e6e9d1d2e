"""Asking for files, cancelling and asking again, behind the right to export."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from pipeline import export
from pipeline.desk import rights
from pipeline.desk.diplomas import chosen
from pipeline.desk.divisions import Counts, counts_of
from pipeline.desk.exportable import WhyNot, refusal, why_not
from pipeline.domain.accounts import Principal, Right
from pipeline.domain.states import FINAL_STATES, JobState
from pipeline.errors import EmptyDivision, MoveNotAllowed, NothingExportable
from pipeline.store import desk_reads, jobs, reports
from pipeline.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Asked:
    """The jobs of one request for several divisions, and those left aside with the reason."""

    job_ids: tuple[str, ...]
    aside: tuple[tuple[Any, WhyNot], ...]


def ask(
    wiring: Wiring,
    principal: Principal,
    division_id: int,
    *,
    profile: str | None = None,
    key: str | None = None,
) -> str:
    """Ask for the file of one division; the job's id. A key that was used gives its job again.

    Raises PeriodicityNotSet, EmptyDivision or NothingExportable where the page's button is grey,
    the last with what each pupil lacks; NotFound for a profile that is none.
    """
    with wiring.store.reading() as connection:
        row = rights.division(connection, principal, Right.EXPORT, division_id)
        known = key is not None and jobs.with_key(connection, key, principal.actor)
        (found,) = _reasons(connection, [row])
        _, counts, reason = found
        if reason is not None and not known:
            left_out = _left_out(connection, row) if reason is WhyNot.ALL_RED else None
            raise refusal(reason, row, counts.pupil_count, left_out)
    return _request(wiring, principal, row, _profile(wiring, profile), key)


def _left_out(connection: Any, row: Any) -> dict[str, Any]:
    lines = reports.states(connection, [row.id])
    told = [
        {"siecle_id": one.siecle_id, "booklet_id": one.id, "gaps": one.gaps or []} for one in lines
    ]
    return {"left_out": told}


def ask_all(
    wiring: Wiring,
    principal: Principal,
    choice: tuple[str, int, str],
    *,
    profile: str | None = None,
    key: str | None = None,
) -> Asked:
    """Ask for the files of all divisions of a diploma that can have one.

    Raises NothingExportable when none can.
    """
    rights.need(principal, Right.EXPORT)
    name = _profile(wiring, profile)
    with wiring.store.reading() as connection:
        _, rows = chosen(connection, principal, choice)
        found = _reasons(connection, rows)
    free = [row for row, _, reason in found if reason is None]
    if not free:
        raise _nothing(found)
    ids = [_request(wiring, principal, row, name, key and f"{key}:{row.id}") for row in free]
    return Asked(tuple(ids), tuple((row, reason) for row, _, reason in found if reason))


def cancel(wiring: Wiring, principal: Principal, job_id: str) -> JobState:
    """Cancel a job in reach; the state it had. Raises MoveNotAllowed once it ended."""
    with wiring.store.reading() as connection:
        row = rights.job(connection, principal, Right.EXPORT, job_id)
    return export.cancel(wiring.store, row.id, now=wiring.now())


def ask_again(wiring: Wiring, principal: Principal, job_id: str, *, key: str | None = None) -> str:
    """Ask again for what a job that ended was about; the new job's id, the same for a key."""
    with wiring.store.reading() as connection:
        row = rights.job(connection, principal, Right.EXPORT, job_id)
    if row.state not in FINAL_STATES:
        raise MoveNotAllowed(row.id, row.state, JobState.QUEUED)
    return export.request(
        wiring.store, row.division_id, row.profile, by=principal.actor, now=wiring.now(),
        idempotency_key=key, retry_of=row.id,
    )  # fmt: skip


def _request(wiring: Wiring, principal: Principal, row: Any, profile: str, key: str | None) -> str:
    return export.request(
        wiring.store, row.id, profile, by=principal.actor, now=wiring.now(), idempotency_key=key
    )


def _profile(wiring: Wiring, name: str | None) -> str:
    return wiring.profile(name or wiring.settings.default_profile).name


def _reasons(connection: Any, rows: Collection[Any]) -> list[tuple[Any, Counts, WhyNot | None]]:
    ids = [row.id for row in rows]
    counted = counts_of(connection, ids)
    set_ = desk_reads.periodicities(connection, ids)
    return [(row, counted[row.id], why_not(set_.get(row.id), counted[row.id])) for row in rows]


def _nothing(found: Collection[tuple[Any, Counts, WhyNot | None]]) -> Exception:
    pupil_count = sum(counts.pupil_count for _, counts, _ in found)
    codes = ", ".join(row.code for row, _, _ in found)
    reasons = {reason for _, _, reason in found}
    if reasons == {WhyNot.PERIODICITY}:
        row = next(row for row, _, _ in found)
        return refusal(WhyNot.PERIODICITY, row, pupil_count)
    if reasons == {WhyNot.EMPTY}:
        return EmptyDivision(codes)
    return NothingExportable(codes, pupil_count)
