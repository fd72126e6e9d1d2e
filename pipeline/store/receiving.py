"""Reads about what LSL knows: a school's pupils, the MEF of each by year, and the programmes."""

from collections import defaultdict
from collections.abc import Collection, Mapping

import sqlalchemy as sa

from pipeline.domain.programme import ProgrammeSource
from pipeline.store import rows as t
from pipeline.store.rows import AnyRow

Programmes = Mapping[tuple[int, str], Collection[tuple[str, str]]]  # by year and MEF
b, s, p = t.booklet.c, t.student.c, t.programme.c


def schools(connection: sa.Connection) -> list[str]:
    """The UAI of every school, in order."""
    return list(connection.execute(sa.select(t.school.c.uai).order_by(t.school.c.uai)).scalars())


def pupils(connection: sa.Connection, uai: str) -> list[AnyRow]:
    """(SIECLE id, year, MEF, division) of each booklet of the school, and of pupils without one."""
    return list(
        connection.execute(
            sa.select(s.siecle_id, b.start_year, b.mef_code, b.division_id)
            .select_from(t.student.outerjoin(t.booklet, b.student_id == s.id))
            .where(s.school_uai == uai, s.siecle_id.is_not(None))
        ).all()
    )


def programmes(connection: sa.Connection, start_years: Collection[int]) -> Programmes:
    """(subject, modality) of each MEF with a programme in these years, by year and MEF.

    The LSL nomenclature tells what LSL takes; a MEF it does not name has SIECLE's programme.
    """
    found: dict[ProgrammeSource, dict[tuple[int, str], set[tuple[str, str]]]] = {
        source: defaultdict(set) for source in ProgrammeSource
    }
    said = sa.select(p.source, p.start_year, p.mef_code, p.subject_code, p.modality)
    for row in connection.execute(said.where(p.start_year.in_(start_years))):
        found[row.source][row.start_year, row.mef_code].add((row.subject_code, row.modality))
    return {**found[ProgrammeSource.SIECLE], **found[ProgrammeSource.LSL]}
