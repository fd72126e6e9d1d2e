"""What must hold at rest, looked up in the rows and in the place of the files."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from pipeline.artifacts import TEMPORARY, digest
from pipeline.domain.completeness import gaps_of
from pipeline.domain.facts import LevelFacts
from pipeline.domain.gaps import light_of
from pipeline.domain.periods import Level
from pipeline.errors import ArtifactUnusable
from pipeline.store import facts
from pipeline.store import rows as t
from pipeline.wiring import Wiring

NOWHERE = LevelFacts("", 0, "", Level.PREMIERE)  # of a pupil without division


def is_whole(wiring: Wiring, version: Any) -> bool:
    """Whether the version's file is there to the byte."""
    try:
        data = wiring.artifacts.read(version.sha256, version.file_name)
    except ArtifactUnusable:
        return False
    return len(data) == version.size


def version_lines(wiring: Wiring) -> dict[tuple[int, str], list[Any]]:
    """The versions by division and profile, oldest first."""
    with wiring.store.reading() as connection:
        rows = connection.execute(sa.select(t.artifact).order_by(t.artifact.c.version)).all()
    lines: dict[tuple[int, str], list[Any]] = {}
    for row in rows:
        lines.setdefault((row.division_id, row.profile), []).append(row)
    return lines


def wrong_versions(wiring: Wiring) -> list[str]:
    """Lines of versions that are not 1, 2, 3 …, each with its whole file."""
    return [
        str(key)
        for key, rows in version_lines(wiring).items()
        if [row.version for row in rows] != list(range(1, len(rows) + 1))
        or not all(is_whole(wiring, row) for row in rows)
    ]


def half_files(wiring: Wiring) -> list[str]:
    """Files under a final name whose bytes are not those of the name: must never exist."""
    folder = wiring.settings.artifacts_folder
    return [p.name for p in folder.glob("??/*.xml") if digest(p.read_bytes()) != p.stem]


def temporaries(wiring: Wiring) -> list[str]:
    """What interrupted writes left behind."""
    folder = wiring.settings.artifacts_folder
    return [path.name for path in folder.glob(f"??/{TEMPORARY}*")]


def dirty_ids(wiring: Wiring) -> list[int]:
    """Booklets whose light is out of date."""
    c = t.completeness.c
    with wiring.store.reading() as connection:
        found = sa.select(c.booklet_id).where(c.wanted_revision > c.computed_revision)
        return list(connection.execute(found).scalars())


def dirty_count(wiring: Wiring) -> int:
    """How many lights are out of date."""
    return len(dirty_ids(wiring))


def wrong_lights(wiring: Wiring) -> list[int]:
    """Booklets whose stored light is not the pure function of their data."""
    with wiring.store.reading() as connection:
        ids = list(connection.execute(sa.select(t.booklet.c.id)).scalars())
        placed = facts.read_booklets(connection, booklet_ids=ids)
        levels = facts.read_levels(connection, facts.division_ids_of(placed))
        rows = {row.booklet_id: row for row in connection.execute(sa.select(t.completeness))}
    wrong = []
    for one in placed:
        level = levels[one.division_id] if one.division_id else NOWHERE
        gaps = gaps_of(one.facts, level, wiring.limits)
        row = rows[one.facts.booklet_id]
        stored = [[gap.code, gap.severity, gap.subject] for gap in gaps]
        if (row.light, row.gaps) != (light_of(gaps), stored):
            wrong.append(one.facts.booklet_id)
    return wrong
