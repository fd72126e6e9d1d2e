"""The statements of STS: who teaches what to which division, and the names offered at entry."""

import unicodedata
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from pipeline.domain.facts import SPECIALITY_SUBJECT, Teacher
from pipeline.store import rows as t
from pipeline.store.differing import Counts, Values, bring, drop_others, replace
from pipeline.store.rows import AnyRow

d, e, v = t.division.c, t.sts_teacher.c, t.sts_service.c


def replace_sts(
    connection: sa.Connection,
    uai: str,
    start_year: int,
    teachers: Sequence[Values],
    services: Sequence[Values],
) -> dict[str, Counts]:
    """Make the teachers and services of a school's year what is given."""
    own_teachers = sa.and_(e.school_uai == uai, e.start_year == start_year)
    own_services = sa.and_(v.school_uai == uai, v.start_year == start_year)
    counts = {
        "teacher": bring(connection, t.sts_teacher, teachers, own_teachers),
        "service": replace(connection, t.sts_service, services, own_services),
    }
    counts["teacher"].removed = drop_others(connection, t.sts_teacher, teachers, own_teachers)
    return counts


def teachers_offered(connection: sa.Connection, division_id: int) -> list[Teacher]:
    """The teachers of a division, each once: those of the speciality first, then by name."""
    of_division = sa.and_(
        v.school_uai == d.school_uai, v.start_year == d.start_year, v.division_code == d.code
    )
    is_other = sa.func.min(sa.case((v.subject_code == SPECIALITY_SUBJECT, 0), else_=1))
    found = connection.execute(
        sa.select(is_other.label("is_other"), e.last_name, e.first_name, e.sts_id)
        .select_from(t.division.join(t.sts_service, of_division).join(t.sts_teacher))
        .where(d.id == division_id)
        .group_by(e.sts_id, e.last_name, e.first_name)
    )
    ranked = sorted(found, key=_rank)  # the databases do not sort letters alike
    return [Teacher(row.last_name, row.first_name) for row in ranked]


def _rank(row: AnyRow) -> tuple[Any, ...]:
    """The speciality first, then by name as a French list has it: É beside E."""
    names = (row.last_name, row.first_name)
    folded = [unicodedata.normalize("NFKD", name).encode("ascii", "ignore") for name in names]
    return row.is_other, *folded, *names, row.sts_id
