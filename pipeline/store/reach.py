"""The reads behind rights: one thing by its exact id, and the divisions of some schools."""

from collections.abc import Collection

import sqlalchemy as sa

from pipeline.domain.ids import LARGEST_ID
from pipeline.store import rows as t
from pipeline.store.rows import AnyRow
from pipeline.store.statements import IN_PERIMETER

b, d, j, s = t.booklet.c, t.division.c, t.export_job.c, t.student.c
IN_ORDER = (d.start_year.desc(), d.school_uai, d.code, d.diploma_code, d.level)


def division(connection: sa.Connection, division_id: int) -> AnyRow | None:
    """A division by its id."""
    if not 0 < division_id <= LARGEST_ID:
        return None
    return connection.execute(sa.select(t.division).where(d.id == division_id)).first()


def booklet(connection: sa.Connection, booklet_id: int) -> AnyRow | None:
    """A booklet of the perimeter that has a division, with its pupil and that division."""
    if not 0 < booklet_id <= LARGEST_ID:
        return None
    found = (
        sa.select(
            t.booklet, s.siecle_id, s.last_name, s.first_name,
            d.school_uai, d.diploma_code, d.level, d.code, d.label,
        )
        .select_from(t.booklet.join(t.student).join(t.division))
        .where(b.id == booklet_id, IN_PERIMETER)
    )  # fmt: skip
    return connection.execute(found).first()


def job(connection: sa.Connection, job_id: str) -> AnyRow | None:
    """A job by its whole id, with its division."""
    if "\0" in job_id:  # PostgreSQL takes none in a text
        return None
    found = sa.select(t.export_job, d.code, d.label, d.school_uai).join(t.division)
    return connection.execute(found.where(j.id == job_id)).first()


def divisions(
    connection: sa.Connection, uais: Collection[str], ids: Collection[int] | None
) -> list[AnyRow]:
    """The divisions of the schools, those of the ids only where some are given."""
    found = sa.select(t.division).where(d.school_uai.in_(uais))
    if ids is not None:
        found = found.where(d.id.in_(ids))
    return list(connection.execute(found.order_by(*IN_ORDER)).all())
