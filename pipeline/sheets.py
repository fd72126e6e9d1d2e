"""Preparing the sheet of a division: who is in it, what is expected, what is entered already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.domain.facts import BookletFacts, LevelFacts, Limits
from pipeline.domain.periods import school_year_label
from pipeline.domain.sheet import LEAST_TEACHERS, REVISION, Cell, Sheet, cells_of, columns_of
from pipeline.errors import EmptyDivision, PeriodicityNotSet
from pipeline.labels import LEVELS
from pipeline.sheet_notice import notice
from pipeline.store import facts, reports
from pipeline.store.teachers import teachers_offered
from pipeline.store.unit import Store


@dataclass(frozen=True, slots=True)
class Prepared:
    """A sheet, and what whoever asked for it must know."""

    sheet: Sheet
    without_id_count: int  # pupils that no sheet can name
    competence_count: int


def prepare(store: Store, division: Any, limits: Limits) -> Prepared:
    """The sheet of a division, one line a pupil of its perimeter, by name; STS offers teachers.

    Raises PeriodicityNotSet (guide, "Attribution d'une périodicité": no entry before it is set),
    EmptyDivision for a division without pupils.
    """
    with store.reading() as connection:
        level = facts.read_levels(connection, [division.id])[division.id]
        placed = facts.read_booklets(connection, division_ids=[division.id])
        pupils = reports.pupils(connection, division.id)
        teachers = tuple(teachers_offered(connection, division.id))
    if level.periodicity is None:
        raise PeriodicityNotSet(level.diploma_code, LEVELS[level.level])
    if not pupils:
        raise EmptyDivision(division.code)
    booklets = {one.facts.booklet_id: one.facts for one in placed}
    named = [row for row in pupils if row.siecle_id is not None and row.id in booklets]
    lines = tuple(_line(row, booklets[row.id], division.code) for row in named)
    columns = _columns(level, limits, list(booklets.values()))
    title = (
        f"Livret scolaire, division {division.code}, {LEVELS[level.level].lower()}, "
        f"{school_year_label(level.start_year)}"
    )
    sheet = Sheet(columns, lines, notice(title, columns, offered=bool(teachers)), teachers)
    return Prepared(sheet, len(pupils) - len(named), len(level.competences))


def _columns(level: LevelFacts, limits: Limits, booklets: list[BookletFacts]) -> Any:
    """Wide enough for all that is entered, so that nothing is lost on the way back."""
    teachers = max(LEAST_TEACHERS, *(len(one.speciality.teachers) for one in booklets))
    project = level.exports_project or any(one.project is not None for one in booklets)
    return columns_of(level, limits, teachers=teachers, project=project)


def _line(row: Any, booklet: BookletFacts, division: str) -> dict[str, Cell]:
    who: dict[str, Cell] = {
        "siecle_id": row.siecle_id, "division": division,
        "nom": row.last_name, "prenom": row.first_name, REVISION: row.revision,
    }  # fmt: skip
    return who | cells_of(booklet)
