"""The statements of imports: what is there, and writing what differs."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from pipeline.store import rows as t
from pipeline.store.booklets import upsert

s, b, d, f = t.student.c, t.booklet.c, t.division.c, t.framework.c


def schools(connection: sa.Connection) -> set[str]:
    """The UAI of the schools held."""
    return set(connection.execute(sa.select(t.school.c.uai)).scalars())


def add_missing(connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows whose key is not there."""
    keys = list(table.primary_key)
    held = {tuple(row) for row in connection.execute(sa.select(*keys))}
    new = {tuple(row[key.name] for key in keys): row for row in rows}
    missing = [row for key, row in new.items() if key not in held]
    if missing:
        connection.execute(sa.insert(table), missing)


def divisions(
    connection: sa.Connection, uai: str, start_year: int
) -> dict[tuple[str, str, str], int]:
    """The divisions of a school and year by (code, diploma, level)."""
    found = connection.execute(
        sa.select(d.id, d.code, d.diploma_code, d.level).where(
            d.school_uai == uai, d.start_year == start_year
        )
    )
    return {(row.code, row.diploma_code, row.level): row.id for row in found}


def add_divisions(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Insert divisions."""
    if rows:
        connection.execute(sa.insert(t.division), list(rows))


def students(connection: sa.Connection, uai: str, start_year: int) -> list[sa.Row[Any]]:
    """Every pupil of the school with his booklet of that year, if he has one."""
    of_year = sa.and_(b.student_id == s.id, b.start_year == start_year)
    return list(
        connection.execute(
            sa.select(
                s.id, s.siecle_id, s.ine, s.last_name, s.first_name,
                b.id.label("booklet_id"), b.division_id, b.mef_code, b.status_code, b.left_on,
            )
            .select_from(t.student.outerjoin(t.booklet, of_year))
            .where(s.school_uai == uai)
        ).all()
    )  # fmt: skip


def insert_student(connection: sa.Connection, values: Mapping[str, Any]) -> int:
    """Add a pupil and return his id."""
    statement = sa.insert(t.student).values(**values).returning(s.id)
    return int(connection.execute(statement).scalar_one())


def update_student(connection: sa.Connection, student_id: int, values: Mapping[str, Any]) -> None:
    """Change a pupil."""
    connection.execute(sa.update(t.student).where(s.id == student_id).values(**values))


def insert_booklets(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Add booklets; their completeness rows come by trigger."""
    if rows:
        connection.execute(sa.insert(t.booklet), list(rows))


def update_booklet(connection: sa.Connection, booklet_id: int, values: Mapping[str, Any]) -> None:
    """Change where a booklet stands."""
    connection.execute(sa.update(t.booklet).where(b.id == booklet_id).values(**values))


def booklets_of_year(connection: sa.Connection, uai: str, start_year: int) -> dict[int, int]:
    """Booklet by SIECLE id."""
    found = connection.execute(
        sa.select(s.siecle_id, b.id)
        .select_from(t.booklet.join(t.student))
        .where(s.school_uai == uai, b.start_year == start_year, s.siecle_id.is_not(None))
    )
    return {row.siecle_id: row.id for row in found}


def dirty_of_school(connection: sa.Connection, start_year: int) -> list[int]:
    """The dirty booklets of a year."""
    c = t.completeness.c
    found = connection.execute(
        sa.select(b.id)
        .select_from(t.booklet.join(t.completeness))
        .where(b.start_year == start_year, c.wanted_revision > c.computed_revision)
    )
    return list(found.scalars())


def write_competence(connection: sa.Connection, values: dict[str, Any]) -> bool:
    """Add or correct a competence of a year; `False` when it was the same."""
    c = t.competence.c
    held = connection.execute(
        sa.select(c.reference_code, c.label).where(
            c.start_year == values["start_year"], c.code == values["code"]
        )
    ).first()
    if held is not None and tuple(held) == (values["reference_code"], values["label"]):
        return False
    upsert(connection, t.competence, values)
    return True


def framework(
    connection: sa.Connection, start_year: int, diploma_code: str, level: str
) -> dict[str, int]:
    """The expected competences of a level with their position."""
    found = connection.execute(
        sa.select(f.competence_code, f.position).where(
            f.start_year == start_year, f.diploma_code == diploma_code, f.level == level
        )
    )
    return {row.competence_code: row.position for row in found}


def replace_framework(
    connection: sa.Connection, key: dict[str, Any], wanted: Mapping[str, int], gone: set[str]
) -> None:
    """Write the positions given and drop the competences that are expected no more."""
    if gone:
        connection.execute(
            sa.delete(t.framework).where(
                *(t.framework.c[name] == value for name, value in key.items()),
                f.competence_code.in_(gone),
            )
        )
    for code, position in wanted.items():
        upsert(connection, t.framework, key | {"competence_code": code, "position": position})
