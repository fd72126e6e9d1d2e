"""Reads for the pages of a head of school: a set of divisions in, one statement each."""

from collections.abc import Collection

import sqlalchemy as sa

from pipeline.domain.gaps import Light
from pipeline.domain.states import JobState
from pipeline.store import rows as t
from pipeline.store.facts import IN_PERIMETER
from pipeline.store.rows import AnyRow
from pipeline.store.sets import Numbers, among
from pipeline.store.statements import SAME_LEVEL

a, b, c, d, j = t.artifact.c, t.booklet.c, t.completeness.c, t.division.c, t.export_job.c
_IDS = sa.bindparam("ids", type_=Numbers())


def _lit(light: Light) -> sa.Label[int]:
    is_fresh = c.computed_revision == c.wanted_revision
    return sa.func.count(sa.case((sa.and_(c.light == light, is_fresh), 1))).label(light.value)


_COUNTS = (
    sa.select(
        b.division_id,
        *map(_lit, Light),
        sa.func.count(sa.case((c.computed_revision < c.wanted_revision, 1))).label("pending"),
        sa.func.count(b.id).label("pupil_count"),
    )
    .select_from(t.booklet.join(t.completeness))
    .where(among(b.division_id, _IDS), IN_PERIMETER)
    .group_by(b.division_id)
)
_NEWEST = (
    sa.select(a.division_id, a.profile, sa.func.max(a.version).label("version"))
    .where(among(a.division_id, _IDS))
    .group_by(a.division_id, a.profile)
    .subquery()
)
_LATEST = (
    sa.select(
        a.id, a.division_id, a.profile, a.version, a.fingerprint, a.created_at, t.sent.c.sent_at
    )
    .join(
        _NEWEST,
        sa.and_(
            a.division_id == _NEWEST.c.division_id,
            a.profile == _NEWEST.c.profile,
            a.version == _NEWEST.c.version,
        ),
    )
    .outerjoin(t.sent, t.sent.c.artifact_id == a.id)
    .order_by(a.created_at, a.id)
)
_REVISIONS = (
    sa.select(b.division_id, b.start_year, b.id, c.wanted_revision)
    .select_from(t.booklet.join(t.completeness))
    .where(among(b.division_id, _IDS), IN_PERIMETER)
)
_ENDED = (
    sa.select(j.division_id, j.profile, sa.func.max(j.finished_at).label("finished_at"))
    .where(among(j.division_id, _IDS), j.state == JobState.READY)
    .group_by(j.division_id, j.profile)
    .subquery()
)
_MADE_OF = sa.select(
    j.division_id, j.profile, j.version, j.report["made_of"].as_string().label("made_of")
).join(
    _ENDED,
    sa.and_(
        j.division_id == _ENDED.c.division_id,
        j.profile == _ENDED.c.profile,
        j.finished_at == _ENDED.c.finished_at,
        j.state == JobState.READY,
    ),
)
_OPEN_STATES: list[sa.ColumnElement[str]] = [
    sa.literal_column(f"'{one}'") for one in (JobState.QUEUED, JobState.RUNNING)
]
_OPEN = (  # in the words of the index `job_open`: few are open, however many ended
    sa.select(j.id, j.division_id, j.profile, j.state, j.requested_at)
    .where(among(j.division_id, _IDS), j.state.in_(_OPEN_STATES))
    .order_by(j.requested_at, j.id)
)
_SETTINGS = (
    sa.select(d.id, t.level_settings.c.periodicity)
    .select_from(t.division.outerjoin(t.level_settings, SAME_LEVEL))
    .where(among(d.id, _IDS))
)


def counts(connection: sa.Connection, division_ids: Collection[int]) -> dict[int, AnyRow]:
    """Pupils of each division by light, and those being computed; none for one without pupil."""
    return {row.division_id: row for row in connection.execute(_COUNTS, {"ids": division_ids})}


def latest_versions(connection: sa.Connection, division_ids: Collection[int]) -> list[AnyRow]:
    """The newest version of each division and profile, oldest first."""
    return list(connection.execute(_LATEST, {"ids": division_ids}).all())


def revisions(connection: sa.Connection, division_ids: Collection[int]) -> list[AnyRow]:
    """The booklets of the perimeter of divisions, each at the revision its data have now."""
    return list(connection.execute(_REVISIONS, {"ids": division_ids}).all())


def made_of(
    connection: sa.Connection, division_ids: Collection[int]
) -> set[tuple[int, str, int, str]]:
    """What the last export that ended well was made of: (division, profile, version, of what)."""
    found = connection.execute(_MADE_OF, {"ids": division_ids})
    return {(row.division_id, row.profile, row.version, row.made_of) for row in found}


def open_jobs(connection: sa.Connection, division_ids: Collection[int]) -> list[AnyRow]:
    """The jobs of divisions that wait or run."""
    return list(connection.execute(_OPEN, {"ids": division_ids}).all())


def periodicities(connection: sa.Connection, division_ids: Collection[int]) -> dict[int, AnyRow]:
    """The periodicity of each division's level; `None` where it is not set."""
    found = connection.execute(_SETTINGS, {"ids": division_ids})
    return {row.id: row.periodicity for row in found}


def lights_mark(connection: sa.Connection, division_id: int) -> str:
    """A text that is another one whenever a light of the division is."""
    sums = (sa.func.sum(one) for one in (c.booklet_id, c.wanted_revision, c.computed_revision))
    row = connection.execute(
        sa.select(*sums)
        .select_from(t.booklet.join(t.completeness))
        .where(b.division_id == division_id, IN_PERIMETER)
    ).one()
    return "-".join(str(one or 0) for one in row)
