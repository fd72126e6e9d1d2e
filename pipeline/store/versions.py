"""The versions of each division's file, and what names them."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from pipeline.store import rows as t
from pipeline.store.rows import AnyRow
from pipeline.store.sets import Numbers, among

a = t.artifact.c
d = t.division.c


_IDS = sa.bindparam("ids", type_=Numbers())
_LOCK = (
    sa.select(d.id, d.school_uai, d.start_year, d.code, d.label, d.diploma_code)
    .where(among(d.id, _IDS))
    .order_by(d.id)
    .with_for_update(key_share=True)  # foreign keys may still point at them
)
_VERSIONS = (
    sa.select(a.division_id, a.profile, sa.func.max(a.version).label("version"))
    .where(among(a.division_id, _IDS))
    .group_by(a.division_id, a.profile)
    .subquery()
)
_LATEST = sa.select(a.division_id, a.profile, a.version, a.sha256).join(
    _VERSIONS,
    sa.and_(
        a.division_id == _VERSIONS.c.division_id,
        a.profile == _VERSIONS.c.profile,
        a.version == _VERSIONS.c.version,
    ),
)


def lock_divisions(connection: sa.Connection, division_ids: Collection[int]) -> dict[int, AnyRow]:
    """Lock the divisions in the order of ids, so that version numbers are given one by one."""
    return {row.id: row for row in connection.execute(_LOCK, {"ids": division_ids})}


def latest(
    connection: sa.Connection, division_ids: Collection[int]
) -> dict[tuple[int, str], AnyRow]:
    """The latest version and its digest of each (division, profile) of the divisions."""
    found = connection.execute(_LATEST, {"ids": division_ids})
    return {(row.division_id, row.profile): row for row in found}


def insert(connection: sa.Connection, versions: Sequence[Mapping[str, Any]]) -> None:
    """Add versions; the database refuses a number twice."""
    if versions:
        connection.execute(sa.insert(t.artifact), list(versions))


def expire(connection: sa.Connection, before: dt.datetime, now: dt.datetime) -> int:
    """Mark the versions made before then as past their keeping, never the newest of a line."""
    newer = t.artifact.alias()
    has_newer = sa.exists().where(
        newer.c.division_id == a.division_id,
        newer.c.profile == a.profile,
        newer.c.version > a.version,
    )
    expired = connection.execute(
        sa.update(t.artifact)
        .where(a.created_at < before, a.expired_at.is_(None), has_newer)
        .values(expired_at=now)
    )
    return expired.rowcount


def is_expired(connection: sa.Connection, version_id: int) -> bool:
    """Whether the version is past its keeping."""
    found = sa.select(a.expired_at).where(a.id == version_id)
    return connection.execute(found).scalar() is not None


def kept(connection: sa.Connection) -> dict[str, str]:
    """The contents that versions within their keeping point at, each with a file name."""
    found = sa.select(a.sha256, a.file_name).where(a.expired_at.is_(None))
    return {row.sha256: row.file_name for row in connection.execute(found)}


def listed(
    connection: sa.Connection, *, division_id: int | None = None, version: int | None = None
) -> list[AnyRow]:
    """Versions with their division and when they were sent, newest first."""
    chosen = [a.division_id == division_id] if division_id is not None else []
    if version is not None:
        chosen.append(a.version == version)
    return list(
        connection.execute(
            sa.select(
                t.artifact, d.code, d.school_uai, d.start_year, d.diploma_code,
                t.sent.c.sent_at, t.sent.c.sent_by,
            )
            .join(t.division)
            .outerjoin(t.sent, t.sent.c.artifact_id == a.id)
            .where(*chosen)
            .order_by(d.code, a.profile, a.version.desc())
        ).all()
    )  # fmt: skip


def with_content(connection: sa.Connection, sha256: str) -> list[AnyRow]:
    """The versions whose bytes have this digest, with the newest number of their line."""
    other = t.artifact.alias()
    newest = (
        sa.select(sa.func.max(other.c.version))
        .where(other.c.division_id == a.division_id, other.c.profile == a.profile)
        .scalar_subquery()
    )
    return list(
        connection.execute(
            sa.select(t.artifact, d.code, newest.label("newest"))
            .join(t.division)
            .where(a.sha256 == sha256)
            .order_by(a.id)
        ).all()
    )


def with_name(connection: sa.Connection, file_name: str) -> AnyRow | None:
    """The version that was given this file name."""
    return connection.execute(
        sa.select(t.artifact, d.code).join(t.division).where(a.file_name == file_name)
    ).first()
