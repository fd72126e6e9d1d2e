"""The statements of uploads: which versions were sent, and the reports kept beside them."""

import datetime as dt

import sqlalchemy as sa

from pipeline.store import rows as t
from pipeline.store.dialect import insert
from pipeline.store.rows import AnyRow

a, d, s, r = t.artifact.c, t.division.c, t.sent.c, t.sent_report.c


def record(connection: sa.Connection, version_id: int, *, by: str, now: dt.datetime) -> bool:
    """Record the upload of a version, unless it is; whether this did."""
    return _new(connection, t.sent, {"artifact_id": version_id, "sent_at": now, "sent_by": by})


def keep_report(
    connection: sa.Connection, version_id: int, *, sha256: str, size: int, by: str, now: dt.datetime
) -> bool:
    """Point at a report of the version's upload, unless it is; whether this did."""
    row = {"artifact_id": version_id, "sha256": sha256, "size": size}
    return _new(connection, t.sent_report, row | {"kept_at": now, "kept_by": by})


def _new(connection: sa.Connection, table: sa.Table, row: dict[str, object]) -> bool:
    statement = insert(connection, table).values(**row).on_conflict_do_nothing()
    return connection.execute(statement.returning(table.c.artifact_id)).first() is not None


def of_version(connection: sa.Connection, version_id: int) -> AnyRow | None:
    """When and by whom the version was sent; nothing if it was not."""
    return connection.execute(sa.select(t.sent).where(s.artifact_id == version_id)).first()


def reports_of(connection: sa.Connection, version_id: int) -> list[AnyRow]:
    """The reports kept beside a version, oldest first."""
    found = sa.select(t.sent_report).where(r.artifact_id == version_id)
    return list(connection.execute(found.order_by(r.kept_at, r.sha256)).all())


def kept_reports(connection: sa.Connection) -> dict[str, str]:
    """The contents of all reports, each with the name of its version's file."""
    found = sa.select(r.sha256, a.file_name).join(t.artifact, a.id == r.artifact_id)
    return {row.sha256: f"bilan de {row.file_name}" for row in connection.execute(found)}


def of_school(connection: sa.Connection, uai: str) -> list[AnyRow]:
    """The versions of a school that were sent, in the order in which they were."""
    return list(
        connection.execute(
            sa.select(t.artifact, d.code, d.start_year, s.sent_at)
            .join(t.division)
            .join(t.sent, s.artifact_id == a.id)
            .where(d.school_uai == uai)
            .order_by(s.sent_at, a.id)
        ).all()
    )
