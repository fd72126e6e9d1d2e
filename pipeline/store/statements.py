"""The statements of the hot paths, made once per process; each is the same text for any number."""

from typing import Any

import sqlalchemy as sa

from pipeline.domain.facts import SCHOOL_STATUS
from pipeline.domain.periods import Level
from pipeline.domain.states import JobState
from pipeline.store import rows as t
from pipeline.store.sets import Numbers, Words, among, json_row, json_rows, part_of, parts_of

b, d, j, s = t.booklet.c, t.division.c, t.export_job.c, t.level_settings.c
IN_PERIMETER = sa.and_(b.status_code == SCHOOL_STATUS, b.left_on.is_(None))
SAME_LEVEL = sa.and_(
    s.school_uai == d.school_uai,
    s.start_year == d.start_year,
    s.diploma_code == d.diploma_code,
    s.level == d.level,
)
_NUMBERS = sa.bindparam("ids", type_=Numbers())
_WORDS = sa.bindparam("ids", type_=Words())
_LEASE = sa.bindparam("lease_end", type_=j.lease_until.type)
_NOW = sa.bindparam("now", type_=j.lease_until.type)
CLAIM_JOBS = (
    sa.update(t.export_job)
    .where(
        among(j.id, _WORDS),
        sa.or_(
            j.state == JobState.QUEUED, sa.and_(j.state == JobState.RUNNING, j.lease_until < _NOW)
        ),
    )
    .values(
        state=JobState.RUNNING,
        token=sa.bindparam("fence"),
        attempt_count=j.attempt_count + 1,
        lease_until=_LEASE,
        due_at=_LEASE,
        started_at=sa.func.coalesce(j.started_at, _NOW),
    )
    .returning(j.id, j.division_id, j.profile, j.attempt_count, j.cancel_requested_at)
)
_MINE = sa.and_(
    among(j.id, _WORDS),
    among(j.token, sa.bindparam("fences", type_=Words())),
    j.state == JobState.RUNNING,
)
RENEW_MY_JOBS = sa.update(t.export_job).where(_MINE).values(lease_until=_LEASE, due_at=_LEASE)
HOLD_MY_JOBS = sa.select(j.id, j.cancel_requested_at).where(_MINE).order_by(j.id).with_for_update()
READY = ("outcome", "version", "report", "done_count", "total_count", "finished_at")
FINISH_READY = (
    sa.update(t.export_job)
    .where(
        j.id == sa.bindparam("job"),
        j.token == sa.bindparam("fence"),
        j.state == JobState.RUNNING,
    )
    .values(state=JobState.READY, lease_until=None, due_at=None)
    .values({name: sa.bindparam(f"new_{name}", type_=j[name].type) for name in READY})
)


def _levels(chosen: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Divisions with their level's settings and expected competences."""
    f, c = t.framework.c, t.competence.c
    known = sa.and_(c.start_year == f.start_year, c.code == f.competence_code)
    expected = (
        sa.select(json_rows(json_row(f.position, c.code, c.reference_code, c.label)))
        .select_from(t.framework.join(t.competence, known))
        .where(f.start_year == d.start_year, f.diploma_code == d.diploma_code, f.level == d.level)
        .scalar_subquery()
    )
    return (
        sa.select(
            d.id, d.school_uai, d.start_year, d.diploma_code, d.level,
            s.periodicity, s.exports_pfmp, s.exports_project, s.exports_previous_year,
            expected.label("expected"),
        )
        .select_from(t.division.outerjoin(t.level_settings, SAME_LEVEL))
        .where(chosen)
    )  # fmt: skip


def _booklets(chosen: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Booklets with all that was entered in them, at the revision it has."""
    pupil, c = t.student.c, t.completeness.c
    names = ("teacher_last_name", "teacher_first_name")
    return (
        sa.select(
            b.id, b.division_id, pupil.siecle_id, c.wanted_revision,
            parts_of(b.id, t.evaluation, "subject_code", "modality", "appreciation"),
            parts_of(b.id, t.average, "subject_code", "period", "average"),
            parts_of(b.id, t.rating, "subject_code", "competence_code", "mastery"),
            parts_of(b.id, t.teacher, "subject_code", "position", "last_name", "first_name"),
            part_of(b.id, t.pfmp, "synthesis", *names, "week_count", "abroad"),
            part_of(b.id, t.project, "average", "appreciation", *names),
            parts_of(b.id, t.opinion, "kind", "text", "last_name", "first_name", "given_on"),
            parts_of(b.id, t.commitment, "code"),
            part_of(b.id, t.school_life, "other_commitment", "exam_opinion"),
        )
        .select_from(t.booklet.join(t.student).join(t.completeness))
        .where(chosen)
    )  # fmt: skip


# One has a statement of its own: PostgreSQL plans it once, and each time for a set.
_ONE = sa.bindparam("id", type_=sa.Integer)
LEVEL, LEVELS = _levels(d.id == _ONE), _levels(among(d.id, _NUMBERS))
BOOKLET, BOOKLETS_BY_ID = _booklets(b.id == _ONE), _booklets(among(b.id, _NUMBERS))
BOOKLETS_OF_DIVISIONS = _booklets(sa.and_(among(b.division_id, _NUMBERS), IN_PERIMETER))
_before, _then = t.booklet.alias("before"), t.division.alias("then")
YEARS_BEFORE = (  # of the terminales whose level sends it: the pupil's première of the year before
    sa.select(b.id, _before.c.id.label("before_id"), _then.c.id.label("division_id"))
    .select_from(
        t.booklet.join(t.division)
        .join(t.level_settings, SAME_LEVEL)
        .join(
            _before,
            sa.and_(_before.c.student_id == b.student_id, _before.c.start_year == b.start_year - 1),
        )
        .join(_then, _then.c.id == _before.c.division_id)
    )
    .where(
        among(b.division_id, _NUMBERS),
        IN_PERIMETER,
        s.exports_previous_year,
        d.level == Level.TERMINALE,
        _then.c.level == Level.PREMIERE,
    )
)
DIVISION_CODES = sa.select(d.id, d.code).where(among(d.id, _NUMBERS))
