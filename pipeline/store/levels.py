"""The statements of level settings."""

from typing import Any

import sqlalchemy as sa

from pipeline.domain.periods import Level
from pipeline.store import rows as t
from pipeline.store.booklets import upsert

d, s, b = t.division.c, t.level_settings.c, t.booklet.c


def listed(connection: sa.Connection) -> list[sa.Row[Any]]:
    """Every level that has a division, with its settings and number of pupils."""
    joined = t.division.outerjoin(
        t.level_settings,
        sa.and_(
            s.school_uai == d.school_uai,
            s.start_year == d.start_year,
            s.diploma_code == d.diploma_code,
            s.level == d.level,
        ),
    ).outerjoin(t.booklet, b.division_id == d.id)
    columns = (d.school_uai, d.start_year, d.diploma_code, d.level)
    chosen = (s.periodicity, s.exports_pfmp, s.exports_project)
    return list(
        connection.execute(
            sa.select(*columns, *chosen, sa.func.count(b.id).label("pupil_count"))
            .select_from(joined)
            .group_by(*columns, *chosen)
            .order_by(*columns)
        ).all()
    )


def booklet_ids(
    connection: sa.Connection, uai: str, start_year: int, diploma_code: str, level: Level
) -> list[int]:
    """The booklets of a level."""
    found = connection.execute(
        sa.select(b.id)
        .join(t.division, b.division_id == d.id)
        .where(
            d.school_uai == uai,
            d.start_year == start_year,
            d.diploma_code == diploma_code,
            d.level == level,
        )
    )
    return list(found.scalars())


def with_data_count(connection: sa.Connection, ids: list[int]) -> int:
    """How many of the booklets hold anything that was entered."""
    sources = (t.evaluation, t.pfmp, t.project)
    held = sa.or_(*(b.id.in_(sa.select(table.c.booklet_id)) for table in sources))
    count = sa.select(sa.func.count()).select_from(t.booklet).where(b.id.in_(ids), held)
    return int(connection.execute(count).scalar_one())


def save(connection: sa.Connection, values: dict[str, Any]) -> None:
    """Write the settings given, leaving the others alone."""
    upsert(connection, t.level_settings, values)
