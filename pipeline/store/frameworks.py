"""The statements of frameworks: which competences are expected at a level, in a year."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from pipeline.store import rows as t
from pipeline.store.differing import Counts, Values, bring, replace

Key = tuple[int, str, str]  # year, diploma, level


def write(
    connection: sa.Connection,
    competences: Sequence[Values],
    levels: Mapping[Key, Mapping[str, int]],
) -> dict[str, Counts]:
    """Add or correct the competences, and make each level expect the codes at their positions.

    No other level and no other competence is touched; a column not given, as the reference code,
    stays. The diplomas are there.
    """
    c = t.competence.c
    years = sorted({row["start_year"] for row in competences})
    written = bring(connection, t.competence, competences, c.start_year.in_(years))
    expected = Counts()
    for key, positions in levels.items():
        expected.add(_level(connection, key, positions))
    return {"competence": written, "framework": expected}


def _level(connection: sa.Connection, key: Key, positions: Mapping[str, int]) -> Counts:
    names = dict(zip(("start_year", "diploma_code", "level"), key, strict=True))
    rows = [names | {"competence_code": code, "position": rank} for code, rank in positions.items()]
    within = sa.and_(*(t.framework.c[name] == value for name, value in names.items()))
    return replace(connection, t.framework, rows, within)
