"""The statements of frameworks: which competences are expected at a level, in a year."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from pipeline.store import rows as t
from pipeline.store.dialect import upsert
from pipeline.store.differing import Counts, Values, bring, replace

f = t.framework.c


def write_diploma(connection: sa.Connection, code: str, label: str) -> None:
    """Add a diploma, or correct its label."""
    upsert(connection, t.diploma, {"code": code, "label": label})


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


def write_competences(
    connection: sa.Connection, years: Sequence[int], rows: Sequence[Values]
) -> Counts:
    """Add competences or correct their labels; a reference code that is held stays."""
    c = t.competence.c
    return bring(connection, t.competence, rows, c.start_year.in_(years))


def make_level(
    connection: sa.Connection, level: tuple[int, str, str], codes: Sequence[str]
) -> Counts:
    """Make the competences expected of one level these, in this order."""
    key = dict(zip(("start_year", "diploma_code", "level"), level, strict=True))
    rows = [
        key | {"competence_code": code, "position": position}
        for position, code in enumerate(codes, 1)
    ]
    within = sa.and_(*(f[name] == value for name, value in key.items()))
    return replace(connection, t.framework, rows, within)
