"""The words that pages show beside codes and ids: diplomas, schools, pupils, accounts."""

from collections.abc import Collection

import sqlalchemy as sa

from pipeline.store import rows as t
from pipeline.store.rows import AnyRow
from pipeline.store.sets import Numbers, Words, among

b, s = t.booklet.c, t.student.c
_IDS = sa.bindparam("ids", type_=Numbers())
_WORDS = sa.bindparam("words", type_=Words())


def diploma_labels(connection: sa.Connection, codes: Collection[str]) -> dict[str, str]:
    """The label of each diploma."""
    table = t.diploma.c
    found = connection.execute(
        sa.select(table.code, table.label).where(among(table.code, _WORDS)), {"words": codes}
    )
    return {row.code: row.label for row in found}


def school_names(connection: sa.Connection, uais: Collection[str]) -> dict[str, str]:
    """The name of each school; empty where none is known."""
    table = t.school.c
    found = connection.execute(
        sa.select(table.uai, table.name).where(among(table.uai, _WORDS)), {"words": uais}
    )
    return {row.uai: row.name for row in found}


def pupil_names(connection: sa.Connection, booklet_ids: Collection[int]) -> dict[int, AnyRow]:
    """The names and the SIECLE id of the pupils that booklets are of, by booklet."""
    found = connection.execute(
        sa.select(b.id, s.siecle_id, s.last_name, s.first_name)
        .select_from(t.booklet.join(t.student))
        .where(among(b.id, _IDS)),
        {"ids": booklet_ids},
    )
    return {row.id: row for row in found}


def names_by_siecle_id(
    connection: sa.Connection, uai: str, siecle_ids: Collection[int]
) -> dict[int, AnyRow]:
    """The names of the pupils of a school by SIECLE id."""
    found = connection.execute(
        sa.select(s.siecle_id, s.last_name, s.first_name).where(
            s.school_uai == uai, among(s.siecle_id, _IDS)
        ),
        {"ids": siecle_ids},
    )
    return {row.siecle_id: row for row in found}


def account_names(connection: sa.Connection, ids: Collection[int]) -> dict[int, str]:
    """The names of accounts."""
    table = t.account.c
    found = connection.execute(
        sa.select(table.id, table.name).where(among(table.id, _IDS)), {"ids": ids}
    )
    return {row.id: row.name for row in found}
