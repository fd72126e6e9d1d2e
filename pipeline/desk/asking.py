"""Asking for one file by a key that is good once; a refusal tells what each pupil lacks."""

from __future__ import annotations

from typing import Any

from pipeline import export
from pipeline.desk import exports, rights
from pipeline.domain.accounts import Principal, Right
from pipeline.errors import NothingExportable
from pipeline.store import jobs, reports
from pipeline.wiring import Wiring


def ask(
    wiring: Wiring, principal: Principal, division_id: int, *, profile: str | None, key: str | None
) -> str:
    """Ask for the file of a division; the job's id. A key that was used gives its job again.

    Raises what `exports.ask` does; NothingExportable with what each pupil lacks.
    """
    with wiring.store.reading() as connection:
        rights.division(connection, principal, Right.EXPORT, division_id)
        known = key is not None and jobs.with_key(connection, key, principal.actor)
    if known:
        name = wiring.profile(profile or wiring.settings.default_profile).name
        return export.request(
            wiring.store, division_id, name, by=principal.actor, now=wiring.now(),
            idempotency_key=key,
        )  # fmt: skip
    try:
        return exports.ask(wiring, principal, division_id, profile=profile, key=key)
    except NothingExportable as error:
        report = {"left_out": _left_out(wiring, division_id)}
        raise NothingExportable(error.division, error.pupil_count, report) from error


def _left_out(wiring: Wiring, division_id: int) -> list[dict[str, Any]]:
    with wiring.store.reading() as connection:
        rows = reports.states(connection, [division_id])
    return [
        {"siecle_id": row.siecle_id, "booklet_id": row.id, "gaps": row.gaps or []} for row in rows
    ]
