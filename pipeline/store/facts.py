"""Reading facts: one statement for booklets and one for levels, whatever their number."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from pipeline.domain.facts import (
    BookletFacts,
    Competence,
    EvaluationFacts,
    LevelFacts,
    PfmpFacts,
    ProjectFacts,
    Teacher,
)
from pipeline.domain.life import Commitment, ExamOpinion, LifeFacts, Opinion, OpinionKind
from pipeline.store import statements

IN_PERIMETER = statements.IN_PERIMETER


@dataclass(frozen=True, slots=True)
class PlacedBooklet:
    """A booklet's facts and the division it is in."""

    division_id: int | None
    facts: BookletFacts


def read_levels(connection: sa.Connection, division_ids: Collection[int]) -> dict[int, LevelFacts]:
    """What holds for the booklets of each division, in one statement."""
    return {
        row.id: LevelFacts(
            row.school_uai, row.start_year, row.diploma_code, row.level, row.periodicity,
            bool(row.exports_pfmp), bool(row.exports_project), bool(row.exports_previous_year),
            tuple(Competence(*one) for _, *one in sorted(row.expected or ())),
        )
        for row in _found(connection, statements.LEVEL, statements.LEVELS, division_ids)
    }  # fmt: skip


def read_booklets(
    connection: sa.Connection,
    *,
    booklet_ids: Collection[int] | None = None,
    division_ids: Collection[int] | None = None,
) -> list[PlacedBooklet]:
    """Facts of booklets by id, or of those in the perimeter of divisions, in the order of ids.

    One statement: the revision is that of the facts, whatever is written meanwhile.
    """
    if booklet_ids is not None:
        found = _found(connection, statements.BOOKLET, statements.BOOKLETS_BY_ID, booklet_ids)
    else:
        found = connection.execute(statements.BOOKLETS_OF_DIVISIONS, {"ids": division_ids or ()})
    rows = sorted(found, key=lambda row: row.id)  # an ORDER BY makes SQLite scan the table
    return [PlacedBooklet(row.division_id, _facts(row)) for row in rows]


def _found(
    connection: sa.Connection, one: sa.Select[Any], many: sa.Select[Any], ids: Collection[int]
) -> sa.CursorResult[Any]:
    if len(ids) == 1:
        return connection.execute(one, {"id": next(iter(ids))})
    return connection.execute(many, {"ids": ids})


def _facts(row: Any) -> BookletFacts:
    booklet_id, _, siecle_id, revision = row[:4]
    evaluations, averages, ratings, teachers, pfmp, project, *life = row[4:]
    marks: dict[str, dict[int, Decimal]] = defaultdict(dict)
    for subject, period, average in sorted(averages or ()):
        marks[subject][period] = _mark(average)
    masteries: dict[str, dict[str, int]] = defaultdict(dict)
    for subject, code, mastery in sorted(ratings or ()):
        masteries[subject][code] = mastery
    named: dict[str, list[Teacher]] = defaultdict(list)
    for subject, _, *names in sorted(teachers or ()):
        named[subject].append(Teacher(*names))
    entered = tuple(
        EvaluationFacts(
            subject, modality, text, marks[subject], masteries[subject], tuple(named[subject])
        )
        for subject, modality, text in sorted(evaluations or ())
    )
    parts = (_pfmp(pfmp), _project(project), _life(*life))
    return BookletFacts(booklet_id, siecle_id, revision, entered, *parts)


def _pfmp(row: Any) -> PfmpFacts | None:
    return None if row is None else PfmpFacts(row[0], row[1], row[2], row[3], bool(row[4]))


def _project(row: Any) -> ProjectFacts | None:
    return None if row is None else ProjectFacts(_mark(row[0]), *row[1:])


def _life(opinions: Any, commitments: Any, rest: Any) -> LifeFacts:
    given = {
        OpinionKind(kind): Opinion(text, last, first, _day(day))
        for kind, text, last, first, day in sorted(opinions or ())
    }
    codes = tuple(sorted(Commitment(code) for (code,) in commitments or ()))
    other, exam = rest or (None, None)
    return LifeFacts(given, codes, other, ExamOpinion(exam) if exam else None)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@lru_cache(maxsize=2_048)
def _mark(hundredths: int | None) -> Any:
    return None if hundredths is None else Decimal(hundredths).scaleb(-2)


def division_ids_of(placed: Iterable[PlacedBooklet]) -> set[int]:
    """The divisions the booklets are in."""
    return {p.division_id for p in placed if p.division_id is not None}


def read_division_codes(connection: sa.Connection, division_ids: Collection[int]) -> dict[int, str]:
    """The code of each division, as the school writes it."""
    return {
        row.id: row.code
        for row in connection.execute(statements.DIVISION_CODES, {"ids": division_ids})
    }


def read_years_before(
    connection: sa.Connection, division_ids: Collection[int]
) -> list[tuple[int, int, int]]:
    """For booklets of terminales that send it: the première's booklet, and its division."""
    found = connection.execute(statements.YEARS_BEFORE, {"ids": division_ids})
    return sorted((row.id, row.before_id, row.division_id) for row in found)
