"""The newest jobs and versions of some schools, a window at a time from a key."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pipeline.domain.states import JobState
from pipeline.store import rows as t
from pipeline.store.desk_files import JOBS, VERSIONS
from pipeline.store.rows import AnyRow
from pipeline.store.sets import Words, among

a, d, j = t.artifact.c, t.division.c, t.export_job.c
_OF_SCHOOLS: Any = among(d.school_uai, sa.bindparam("uais", type_=Words()))


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which of them: those of a division, in a profile, in a state; `None` for any."""

    division_id: int | None = None
    profile: str | None = None
    state: JobState | None = None


def jobs(
    connection: sa.Connection,
    uais: Collection[str],
    chosen: Chosen,
    limit: int,
    before: tuple[dt.datetime, str] | None,
) -> list[AnyRow]:
    """The newest jobs asked for before the key: the instant of one, and its id."""
    conditions = [_OF_SCHOOLS]
    if chosen.division_id is not None:
        conditions.append(j.division_id == chosen.division_id)
    if chosen.profile is not None:
        conditions.append(j.profile == chosen.profile)
    if chosen.state is not None:
        conditions.append(j.state == chosen.state)
    if before is not None:
        at = sa.literal(before[0], j.requested_at.type)
        same = sa.and_(j.requested_at == at, j.id < before[1])
        conditions.append(sa.or_(j.requested_at < at, same))
    statement = (
        JOBS.order_by(None)
        .where(*conditions)
        .order_by(j.requested_at.desc(), j.id.desc())
        .limit(limit)
    )
    return list(connection.execute(statement, {"uais": list(uais)}).all())


def versions(
    connection: sa.Connection,
    uais: Collection[str],
    chosen: Chosen,
    limit: int,
    before: int | None,
) -> list[AnyRow]:
    """The versions produced last, before the one of that id."""
    conditions = [_OF_SCHOOLS]
    if chosen.division_id is not None:
        conditions.append(a.division_id == chosen.division_id)
    if chosen.profile is not None:
        conditions.append(a.profile == chosen.profile)
    if before is not None:
        conditions.append(a.id < before)
    statement = VERSIONS.order_by(None).where(*conditions).order_by(a.id.desc()).limit(limit)
    return list(connection.execute(statement, {"uais": list(uais)}).all())
