"""Reads for the administrator: schools and frameworks with their counts; no pupil's data."""

import sqlalchemy as sa

from pipeline.store import rows as t
from pipeline.store.reach import IN_ORDER
from pipeline.store.rows import AnyRow

s, d, f, k, p = t.school.c, t.division.c, t.framework.c, t.competence.c, t.diploma.c


def schools(connection: sa.Connection) -> list[AnyRow]:
    """Every school with its counts of years and divisions, in the order of UAI."""
    return list(
        connection.execute(
            sa.select(
                s.uai, s.name,
                sa.func.count(sa.distinct(d.start_year)).label("year_count"),
                sa.func.max(d.start_year).label("newest_year"),
                sa.func.count(d.id).label("division_count"),
            )
            .select_from(t.school.outerjoin(t.division))
            .group_by(s.uai, s.name)
            .order_by(s.uai)
        ).all()
    )  # fmt: skip


def school_divisions(connection: sa.Connection) -> list[AnyRow]:
    """Every division, newest year first, for the reach of a teacher."""
    columns = (d.id, d.school_uai, d.start_year, d.diploma_code, d.level, d.code)
    return list(connection.execute(sa.select(*columns).order_by(*IN_ORDER)).all())


def frameworks(connection: sa.Connection) -> list[AnyRow]:
    """Each framework by year, diploma and level, with its count of competences."""
    return list(
        connection.execute(
            sa.select(
                f.start_year, f.diploma_code, p.label.label("diploma_label"), f.level,
                sa.func.count().label("competence_count"),
            )
            .select_from(t.framework.join(t.diploma))
            .group_by(f.start_year, f.diploma_code, p.label, f.level)
            .order_by(f.start_year.desc(), f.diploma_code, f.level)
        ).all()
    )  # fmt: skip


def framework(connection: sa.Connection, year: int, diploma: str, level: str) -> list[AnyRow]:
    """The competences of one framework, in their order."""
    return list(
        connection.execute(
            sa.select(f.position, k.code, k.reference_code, k.label)
            .select_from(t.framework.join(t.competence))
            .where(f.start_year == year, f.diploma_code == diploma, f.level == level)
            .order_by(f.position, k.code)
        ).all()
    )


def diploma_label(connection: sa.Connection, code: str) -> str:
    """The label of a diploma; blank without one."""
    return connection.execute(sa.select(p.label).where(p.code == code)).scalar() or ""


def home_counts(connection: sa.Connection) -> AnyRow:
    """How many schools, divisions and frameworks there are, in one statement."""
    levels = sa.select(f.start_year, f.diploma_code, f.level).distinct().subquery()
    return connection.execute(
        sa.select(
            _count(t.school).label("schools"),
            _count(t.division).label("divisions"),
            _count(levels).label("frameworks"),
        )
    ).one()


def _count(of: sa.FromClause) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(of).scalar_subquery()
