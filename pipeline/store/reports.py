"""Reads for people: jobs, divisions with their lights, pupils with their gaps."""

from collections.abc import Collection

import sqlalchemy as sa

from pipeline.domain.gaps import Light
from pipeline.domain.names import alphabetical
from pipeline.store import rows as t
from pipeline.store.facts import IN_PERIMETER
from pipeline.store.rows import AnyRow
from pipeline.store.sets import Numbers, among

j, d, b, c, s = (
    t.export_job.c, t.division.c, t.booklet.c, t.completeness.c, t.student.c,
)  # fmt: skip
_IN_ORDER = (d.start_year.desc(), d.school_uai, d.code, d.diploma_code, d.level)


def has_division(connection: sa.Connection, division_id: int) -> bool:
    """Whether there is such a division."""
    return connection.execute(sa.select(d.id).where(d.id == division_id)).first() is not None


def job_labels(connection: sa.Connection, ids: Collection[str]) -> list[tuple[str, str, str]]:
    """(job, UAI, division's label) of each job, in the order of divisions."""
    found = connection.execute(
        sa.select(j.id, d.school_uai, d.label)
        .join(t.division)
        .where(j.id.in_(ids))
        .order_by(d.id, j.id)
    )
    return [(row.id, row.school_uai, row.label) for row in found]


def job(connection: sa.Connection, job_id: str) -> AnyRow | None:
    """One job with its division, by its id or a start of it that fits one only."""
    found = connection.execute(
        sa.select(t.export_job, d.code, d.label, d.school_uai)
        .join(t.division)
        .where(j.id.startswith(job_id, autoescape=True))
        .limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def jobs(connection: sa.Connection, limit: int = 50) -> list[AnyRow]:
    """The newest jobs with their division."""
    return list(
        connection.execute(
            sa.select(t.export_job, d.code, d.label, d.school_uai)
            .join(t.division)
            .order_by(j.requested_at.desc(), j.id)
            .limit(limit)
        ).all()
    )


def division_names(connection: sa.Connection) -> list[AnyRow]:
    """Every division, newest year first, without its lights."""
    return list(connection.execute(sa.select(t.division).order_by(*_IN_ORDER)).all())


def divisions(connection: sa.Connection) -> list[AnyRow]:
    """Every division with the counts of its perimeter by light, in one statement."""

    def lit(light: Light) -> sa.Label[int]:
        up_to_date = c.computed_revision == c.wanted_revision
        return sa.func.count(sa.case((sa.and_(c.light == light, up_to_date), 1))).label(light.value)

    dirty = sa.func.count(sa.case((c.computed_revision < c.wanted_revision, 1))).label("pending")
    return list(
        connection.execute(
            sa.select(t.division, lit(Light.RED), lit(Light.ORANGE), lit(Light.GREEN), dirty)
            .select_from(
                t.division.outerjoin(
                    t.booklet, sa.and_(b.division_id == d.id, IN_PERIMETER)
                ).outerjoin(t.completeness)
            )
            .group_by(*d)
            .order_by(*_IN_ORDER)
        ).all()
    )


def division_sizes(connection: sa.Connection, uai: str, start_year: int) -> list[AnyRow]:
    """The divisions of a school and year with `pupil_count`, the pupils of their perimeter."""
    in_it = sa.and_(b.division_id == d.id, IN_PERIMETER)
    return list(
        connection.execute(
            sa.select(t.division, sa.func.count(b.id).label("pupil_count"))
            .select_from(t.division.outerjoin(t.booklet, in_it))
            .where(d.school_uai == uai, d.start_year == start_year)
            .group_by(*d)
            .order_by(*_IN_ORDER)
        ).all()
    )


def booklet_revision(connection: sa.Connection, booklet_id: int) -> int | None:
    """The revision an edit may be based on."""
    return connection.execute(sa.select(b.revision).where(b.id == booklet_id)).scalar()


def pupils(connection: sa.Connection, division_id: int) -> list[AnyRow]:
    """The pupils of a division's perimeter with light and gaps, in the order of their names."""
    return sorted(
        connection.execute(
            sa.select(
                b.id, b.revision, s.siecle_id, s.last_name, s.first_name, c.light, c.gaps,
                (c.computed_revision < c.wanted_revision).label("pending"),
            )
            .select_from(t.booklet.join(t.student).join(t.completeness))
            .where(b.division_id == division_id, IN_PERIMETER)
        ).all(),
        key=lambda row: (*alphabetical(row.last_name, row.first_name), row.id),
    )  # fmt: skip


def states(connection: sa.Connection, division_ids: Collection[int]) -> list[AnyRow]:
    """Light and gaps of the pupils of divisions, without names, in one statement."""
    return list(
        connection.execute(
            sa.select(
                b.division_id, b.id, s.siecle_id, c.light, c.gaps,
                (c.computed_revision < c.wanted_revision).label("pending"),
            )
            .select_from(t.booklet.join(t.student).join(t.completeness))
            .where(among(b.division_id, sa.bindparam("ids", type_=Numbers())), IN_PERIMETER)
            .order_by(b.division_id, s.siecle_id, b.id),
            {"ids": division_ids},
        ).all()
    )  # fmt: skip
