"""The statements of imports: what is there, and writing what differs."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from pipeline.store import rows as t
from pipeline.store.rows import AnyRow

s, b, d = t.student.c, t.booklet.c, t.division.c


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


def students(connection: sa.Connection, uai: str, start_year: int) -> list[AnyRow]:
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


def insert_students(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Add pupils."""
    if rows:
        connection.execute(sa.insert(t.student), list(rows))


def update_students(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write the identity of pupils by `row_id`; free each INE before another pupil takes it."""
    _update(connection, t.student, ("siecle_id", "ine", "last_name", "first_name"), rows)


def free_ines(connection: sa.Connection, student_ids: Collection[int]) -> None:
    """Take the INE away from pupils: another one bears it, or it is about to change."""
    if student_ids:
        freed = sa.update(t.student).where(s.id.in_(student_ids)).values(ine=None)
        connection.execute(freed)


def insert_booklets(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Add booklets; their completeness rows come by trigger."""
    if rows:
        connection.execute(sa.insert(t.booklet), list(rows))


def update_booklets(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write where booklets stand, by `row_id`; what was entered in them stays."""
    _update(connection, t.booklet, ("division_id", "mef_code", "status_code", "left_on"), rows)


def _update(
    connection: sa.Connection,
    table: sa.Table,
    columns: Sequence[str],
    rows: Sequence[dict[str, Any]],
) -> None:
    if rows:
        values = {name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in columns}
        statement = sa.update(table).where(table.c.id == sa.bindparam("row_id")).values(values)
        given = [
            {"row_id": row["row_id"]} | {f"new_{name}": row[name] for name in columns}
            for row in sorted(rows, key=lambda row: row["row_id"])
        ]
        connection.execute(statement, given)


def pupils_of_year(connection: sa.Connection, uai: str, start_year: int) -> dict[int, AnyRow]:
    """By SIECLE id: the pupil's booklet of that year, his names, the code of his division."""
    found = connection.execute(
        sa.select(
            s.siecle_id, s.last_name, s.first_name,
            b.id.label("booklet_id"), d.code.label("division_code"),
        )
        .select_from(t.booklet.join(t.student).outerjoin(t.division))
        .where(s.school_uai == uai, b.start_year == start_year, s.siecle_id.is_not(None))
    )  # fmt: skip
    return {row.siecle_id: row for row in found}


def dirty_of_school(
    connection: sa.Connection, start_year: int, uai: str | None = None
) -> list[int]:
    """The dirty booklets of a year, of one school when it is named."""
    c = t.completeness.c
    dirty = sa.and_(b.start_year == start_year, c.wanted_revision > c.computed_revision)
    if uai is not None:
        dirty = sa.and_(dirty, s.school_uai == uai)
    joined = t.booklet.join(t.completeness).join(t.student, s.id == b.student_id)
    return list(connection.execute(sa.select(b.id).select_from(joined).where(dirty)).scalars())
