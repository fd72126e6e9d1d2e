"""The jobs and versions of one's own schools, newest first, a window at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from pipeline.desk import rights
from pipeline.domain.accounts import Principal, Right
from pipeline.domain.states import JobState
from pipeline.store import recent
from pipeline.wiring import Wiring

JobKey = tuple[dt.datetime, str]


def jobs(
    wiring: Wiring,
    me: Principal,
    limit: int,
    before: JobKey | None = None,
    *,
    division_id: int | None = None,
    profile: str | None = None,
    state: JobState | None = None,
) -> Sequence[Any]:
    """The jobs asked for last. Raises NotFound for a division out of reach."""
    chosen = recent.Chosen(division_id, profile, state)
    with wiring.store.reading() as connection:
        _reach(connection, me, division_id, Right.EXPORT)
        return recent.jobs(connection, me.schools, chosen, limit, before)


def versions(
    wiring: Wiring,
    me: Principal,
    limit: int,
    before: int | None = None,
    *,
    division_id: int | None = None,
    profile: str | None = None,
) -> Sequence[Any]:
    """The versions produced last. Raises NotFound for a division out of reach."""
    chosen = recent.Chosen(division_id, profile)
    with wiring.store.reading() as connection:
        _reach(connection, me, division_id, Right.DOWNLOAD)
        return recent.versions(connection, me.schools, chosen, limit, before)


def _reach(connection: Any, me: Principal, division_id: int | None, right: Right) -> None:
    rights.need(me, right)
    if division_id is not None:
        rights.division(connection, me, right, division_id)
