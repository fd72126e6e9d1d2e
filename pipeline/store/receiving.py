"""Reads about what LSL knows of a school: its pupils, and the MEF of each by year."""

import sqlalchemy as sa

from pipeline.store import rows as t
from pipeline.store.rows import AnyRow

b, s = t.booklet.c, t.student.c


def schools(connection: sa.Connection) -> list[str]:
    """The UAI of every school, in order."""
    return list(connection.execute(sa.select(t.school.c.uai).order_by(t.school.c.uai)).scalars())


def pupils(connection: sa.Connection, uai: str) -> list[AnyRow]:
    """(SIECLE id, year, MEF) of each booklet of the school, and of pupils without one."""
    return list(
        connection.execute(
            sa.select(s.siecle_id, b.start_year, b.mef_code)
            .select_from(t.student.outerjoin(t.booklet, b.student_id == s.id))
            .where(s.school_uai == uai, s.siecle_id.is_not(None))
        ).all()
    )
