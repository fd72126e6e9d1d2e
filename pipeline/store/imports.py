"""The statements of imports: what is there, and writing what differs."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from pipeline.store import rows as t
from pipeline.store.differing import add
from pipeline.store.rows import AnyRow
from pipeline.store.sets import Numbers, Words, among

s, b, d = t.student.c, t.booklet.c, t.division.c
_IDS, _INES = sa.bindparam("ids", type_=Numbers()), sa.bindparam("ines", type_=Words())
_OF_SCHOOL = s.school_uai == sa.bindparam("uai")
_IDENTITIES = sa.select(s.id, s.siecle_id, s.ine, s.last_name, s.first_name).where(_OF_SCHOOL)
_BY_ID = _IDENTITIES.where(among(s.siecle_id, _IDS))
_BY_INE = _IDENTITIES.where(among(s.ine, _INES))
_FREE = sa.update(t.student).where(among(s.id, _IDS)).values(ine=None)
_OF_YEAR = sa.and_(b.student_id == s.id, b.start_year == sa.bindparam("year"))
_PLACES = (
    sa.select(
        s.id, s.siecle_id, b.id.label("booklet_id"),
        b.division_id, b.mef_code, b.status_code, b.left_on,
    )
    .select_from(t.student.outerjoin(t.booklet, _OF_YEAR))
    .where(_OF_SCHOOL, among(s.siecle_id, _IDS))
)  # fmt: skip
_PRESENT = sa.select(b.id, b.student_id, b.division_id, b.mef_code, b.status_code, b.left_on).where(
    among(b.student_id, _IDS), b.start_year == sa.bindparam("year"), b.left_on.is_(None)
)


def schools(connection: sa.Connection) -> set[str]:
    """The UAI of the schools held."""
    return set(connection.execute(sa.select(t.school.c.uai)).scalars())


def add_missing(connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows whose key is not there."""
    keys = list(table.primary_key)
    held = {tuple(row) for row in connection.execute(sa.select(*keys))}
    new = {tuple(row[key.name] for key in keys): row for row in rows}
    add(connection, table, [row for key, row in new.items() if key not in held])


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


def identities(
    connection: sa.Connection, uai: str, siecle_ids: Collection[int], ines: Collection[str]
) -> list[AnyRow]:
    """The pupils of the school who have one of these SIECLE ids or bear one of these INE.

    Two reads, each by its own unique index, rather than one OR that the planner may do without.
    """
    found = (
        *connection.execute(_BY_ID, {"uai": uai, "ids": siecle_ids}),
        *connection.execute(_BY_INE, {"uai": uai, "ines": ines}),
    )
    return list({row.id: row for row in found}.values())


def free_ines(connection: sa.Connection, student_ids: Collection[int]) -> None:
    """Take the INE away from pupils: another one is to bear it."""
    if student_ids:
        connection.execute(_FREE, {"ids": student_ids})


def places(
    connection: sa.Connection, uai: str, start_year: int, siecle_ids: Collection[int]
) -> dict[int, AnyRow]:
    """By SIECLE id: the pupil and where his booklet of that year stands, if he has one."""
    given = {"uai": uai, "year": start_year, "ids": siecle_ids}
    return {row.siecle_id: row for row in connection.execute(_PLACES, given)}


def known(connection: sa.Connection, uai: str) -> Iterator[AnyRow]:
    """Every pupil of a school (`id`, `siecle_id`), read a few at a time."""
    statement = sa.select(s.id, s.siecle_id).where(s.school_uai == uai).order_by(s.siecle_id)
    yield from connection.execute(statement, execution_options={"yield_per": 1_000})


def present(
    connection: sa.Connection, start_year: int, student_ids: Collection[int]
) -> dict[int, AnyRow]:
    """By pupil: where his booklet of that year stands, unless he has left.

    Asked for by ids and not joined to the school: a planner without statistics, as in a first
    import, takes the booklets for a handful and reads all of them again for each pupil.
    """
    given = {"ids": student_ids, "year": start_year}
    return {row.student_id: row for row in connection.execute(_PRESENT, given)}


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
