"""Reading facts: a constant number of statements, whatever the number of booklets."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pipeline.domain.facts import (
    SCHOOL_STATUS,
    BookletFacts,
    Competence,
    EvaluationFacts,
    LevelFacts,
    PfmpFacts,
    ProjectFacts,
    Teacher,
)
from pipeline.store import rows as t

IN_PERIMETER = sa.and_(t.booklet.c.status_code == SCHOOL_STATUS, t.booklet.c.left_on.is_(None))


@dataclass(frozen=True, slots=True)
class PlacedBooklet:
    """A booklet's facts and the division it is in."""

    division_id: int | None
    facts: BookletFacts


def read_levels(connection: sa.Connection, division_ids: Collection[int]) -> dict[int, LevelFacts]:
    """What holds for the booklets of each division, in two statements."""
    d, s, f, c = t.division.c, t.level_settings.c, t.framework.c, t.competence.c
    same_level = sa.and_(
        s.school_uai == d.school_uai,
        s.start_year == d.start_year,
        s.diploma_code == d.diploma_code,
        s.level == d.level,
    )
    divisions = connection.execute(
        sa.select(
            d.id, d.school_uai, d.start_year, d.diploma_code, d.level,
            s.periodicity, s.exports_pfmp, s.exports_project,
        )
        .select_from(t.division.outerjoin(t.level_settings, same_level))
        .where(d.id.in_(division_ids))
    ).all()  # fmt: skip
    expected = connection.execute(
        sa.select(d.id, c.code, c.reference_code, c.label)
        .select_from(t.division)
        .join(
            t.framework,
            sa.and_(
                f.start_year == d.start_year,
                f.diploma_code == d.diploma_code,
                f.level == d.level,
            ),
        )
        .join(t.competence, sa.and_(c.start_year == f.start_year, c.code == f.competence_code))
        .where(d.id.in_(division_ids))
        .order_by(d.id, f.position, f.competence_code)
    )
    competences: dict[int, list[Competence]] = defaultdict(list)
    for division_id, code, reference_code, label in expected:
        competences[division_id].append(Competence(code, reference_code, label))
    return {
        row.id: LevelFacts(
            row.school_uai, row.start_year, row.diploma_code, row.level, row.periodicity,
            bool(row.exports_pfmp), bool(row.exports_project), tuple(competences[row.id]),
        )
        for row in divisions
    }  # fmt: skip


def read_booklets(
    connection: sa.Connection,
    *,
    booklet_ids: Collection[int] | None = None,
    division_ids: Collection[int] | None = None,
) -> list[PlacedBooklet]:
    """Facts of booklets by id, or of those in the perimeter of divisions; seven statements.

    The revision is read first: facts can only be as new as it, or newer.
    """
    b, s, c = t.booklet.c, t.student.c, t.completeness.c
    chosen: sa.ColumnElement[bool]
    if booklet_ids is not None:
        chosen = b.id.in_(booklet_ids)
    else:
        chosen = sa.and_(b.division_id.in_(division_ids or ()), IN_PERIMETER)
    heads = connection.execute(
        sa.select(b.id, b.division_id, s.siecle_id, c.wanted_revision)
        .select_from(t.booklet.join(t.student).join(t.completeness))
        .where(chosen)
        .order_by(b.id)
    ).all()
    ids = [head.id for head in heads] if booklet_ids is not None else sa.select(b.id).where(chosen)
    evaluations = _evaluations(connection, ids)
    pfmps, projects = _pfmps(connection, ids), _projects(connection, ids)
    return [
        PlacedBooklet(
            head.division_id,
            BookletFacts(
                head.id,
                head.siecle_id,
                head.wanted_revision,
                tuple(evaluations.get(head.id, ())),
                pfmps.get(head.id),
                projects.get(head.id),
            ),
        )
        for head in heads
    ]


def _of(table: sa.Table, ids: Any, *order: str) -> sa.Select[Any]:
    statement = sa.select(table).where(table.c.booklet_id.in_(ids))
    return statement.order_by(table.c.booklet_id, *(table.c[name] for name in order))


def _evaluations(connection: sa.Connection, ids: Any) -> dict[int, list[EvaluationFacts]]:
    averages: dict[Any, dict[int, Any]] = defaultdict(dict)
    for row in connection.execute(_of(t.average, ids, "period")):
        averages[row.booklet_id, row.subject_code][row.period] = row.average
    ratings: dict[Any, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(_of(t.rating, ids)):
        ratings[row.booklet_id, row.subject_code][row.competence_code] = row.mastery
    teachers: dict[Any, list[Teacher]] = defaultdict(list)
    for row in connection.execute(_of(t.teacher, ids, "position")):
        teachers[row.booklet_id, row.subject_code].append(Teacher(row.last_name, row.first_name))
    found: dict[int, list[EvaluationFacts]] = defaultdict(list)
    for row in connection.execute(_of(t.evaluation, ids, "subject_code")):
        key = (row.booklet_id, row.subject_code)
        found[row.booklet_id].append(
            EvaluationFacts(
                row.subject_code, row.modality, row.appreciation,
                averages[key], ratings[key], tuple(teachers[key]),
            )
        )  # fmt: skip
    return found


def _pfmps(connection: sa.Connection, ids: Any) -> dict[int, PfmpFacts]:
    return {
        row.booklet_id: PfmpFacts(
            row.synthesis, row.teacher_last_name, row.teacher_first_name,
            row.week_count, row.abroad,
        )
        for row in connection.execute(_of(t.pfmp, ids))
    }  # fmt: skip


def _projects(connection: sa.Connection, ids: Any) -> dict[int, ProjectFacts]:
    return {
        row.booklet_id: ProjectFacts(
            row.average, row.appreciation, row.teacher_last_name, row.teacher_first_name
        )
        for row in connection.execute(_of(t.project, ids))
    }


def division_ids_of(placed: Iterable[PlacedBooklet]) -> set[int]:
    """The divisions the booklets are in."""
    return {p.division_id for p in placed if p.division_id is not None}


def read_division_codes(connection: sa.Connection, division_ids: Collection[int]) -> dict[int, str]:
    """The code of each division, as the school writes it."""
    d = t.division.c
    found = connection.execute(sa.select(d.id, d.code).where(d.id.in_(division_ids)))
    return {row.id: row.code for row in found}
