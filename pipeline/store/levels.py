"""The statements of level settings."""

from typing import Any

import sqlalchemy as sa

from pipeline.domain.periods import Level
from pipeline.store import rows as t
from pipeline.store.dialect import upsert
from pipeline.store.facts import IN_PERIMETER
from pipeline.store.rows import AnyRow
from pipeline.store.statements import SAME_LEVEL

d, s, b = t.division.c, t.level_settings.c, t.booklet.c


def listed(
    connection: sa.Connection, uai: str | None = None, start_year: int | None = None
) -> list[AnyRow]:
    """Every level that has a division, with its settings and number of pupils in the perimeter."""
    pupils = sa.and_(b.division_id == d.id, IN_PERIMETER)
    joined = t.division.outerjoin(t.level_settings, SAME_LEVEL).outerjoin(t.booklet, pupils)
    columns = (d.school_uai, d.start_year, d.diploma_code, d.level)
    chosen = (s.periodicity, s.exports_pfmp, s.exports_project, s.exports_previous_year)
    statement = sa.select(*columns, *chosen, sa.func.count(b.id).label("pupil_count"))
    if uai is not None:
        statement = statement.where(d.school_uai == uai)
    if start_year is not None:
        statement = statement.where(d.start_year == start_year)
    grouped = statement.select_from(joined).group_by(*columns, *chosen).order_by(*columns)
    return list(connection.execute(grouped).all())


def hold(connection: sa.Connection, division_id: int) -> None:
    """Keep the settings of a division's level as they are until the commit."""
    connection.execute(
        sa.select(s.periodicity)
        .join(t.division, SAME_LEVEL)
        .where(d.id == division_id)
        .with_for_update(read=True, of=t.level_settings)
    ).all()


def lock(connection: sa.Connection, key: dict[str, Any]) -> None:
    """Wait for the edits under way on a level, and keep others out until the commit."""
    of_key = (t.level_settings.c[name] == value for name, value in key.items())
    connection.execute(sa.select(s.periodicity).where(*of_key).with_for_update()).all()


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
    """How many of the booklets hold anything that was entered; rows left empty do not count."""
    e, p, j, a = t.evaluation.c, t.pfmp.c, t.project.c, t.school_life.c
    pfmp_texts = (p.synthesis, p.teacher_last_name, p.teacher_first_name)
    project_texts = (j.appreciation, j.teacher_last_name, j.teacher_first_name)
    sources = (
        *(sa.select(table.c.booklet_id) for table in (t.average, t.rating, t.teacher)),
        sa.select(e.booklet_id).where(_filled(e.appreciation)),
        sa.select(p.booklet_id).where(
            sa.or_(*map(_filled, pfmp_texts), p.week_count.is_not(None), p.abroad)
        ),
        *(sa.select(table.c.booklet_id) for table in (t.opinion, t.commitment)),
        sa.select(a.booklet_id).where(
            sa.or_(_filled(a.other_commitment), a.exam_opinion.is_not(None))
        ),
        sa.select(j.booklet_id).where(sa.or_(*map(_filled, project_texts), j.average.is_not(None))),
    )
    held = sa.or_(*(b.id.in_(source) for source in sources))
    count = sa.select(sa.func.count()).select_from(t.booklet).where(b.id.in_(ids), held)
    return int(connection.execute(count).scalar_one())


def _filled(text: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return sa.func.coalesce(text, "") != ""


def save(connection: sa.Connection, values: dict[str, Any]) -> None:
    """Write the settings given, leaving the others alone."""
    upsert(connection, t.level_settings, values)
