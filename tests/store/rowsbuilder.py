"""A school in the database, complete by default, so that a test shows only what it spoils."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from pipeline import recompute
from pipeline.domain.facts import SPECIALITY_MODALITY, SPECIALITY_SUBJECT, Limits
from pipeline.domain.periods import Level, Periodicity
from pipeline.store import rows as t
from pipeline.store.unit import Store

NOW = dt.datetime(2026, 5, 20, 8, 0, tzinfo=dt.UTC)
UAI = "0999999Z"
START_YEAR = 2025
DIPLOMA = "25520"
LEVEL = Level.PREMIERE
MEF = "2472552032"
COMPETENCES = {
    "9001": ("C1", "Préparer"),
    "9002": ("C2", "Réaliser"),
    "9003": ("C3", "Contrôler"),
}
NAMES = (("ANDRÉ", "Lina"), ("BERNARD", "Noé"), ("COSTA", "Inès"), ("DIALLO", "Amadou"))


@dataclass(frozen=True)
class SchoolIds:
    """The ids of what `a_school` has made; booklets and students in the same order."""

    division_id: int
    booklet_ids: list[int]
    student_ids: list[int]


def a_school(
    store: Store,
    *,
    pupil_count: int = 3,
    uai: str = UAI,
    start_year: int = START_YEAR,
    exports_pfmp: bool = False,
    division_code: str = "1MELEC1",
    complete: bool = True,
    level: Level = LEVEL,
) -> SchoolIds:
    """A division (première MELEC, trimesters) whose pupils' booklets are fit to be green.

    Called again with another division, school or year it adds to what is there; the settings
    of a level that is there stay. Without `complete` nothing is entered (red). The lights are
    not computed: see `compute_lights`.
    """
    with store.writing() as unit:
        connection = unit.connection
        _level(connection, uai, start_year, level, exports_pfmp=exports_pfmp)
        division_id = insert(
            connection, t.division, school_uai=uai, start_year=start_year, diploma_code=DIPLOMA,
            level=level, code=division_code, label=division_code,
        )  # fmt: skip
        first = connection.execute(
            sa.select(sa.func.coalesce(sa.func.max(t.student.c.siecle_id), 1000))
        ).scalar_one()
        students = [_student(connection, uai, first + n) for n in range(1, pupil_count + 1)]
        booklets = [
            insert(
                connection, t.booklet, student_id=student_id, start_year=start_year,
                division_id=division_id, mef_code=MEF, status_code="ST",
            )
            for student_id in students
        ]  # fmt: skip
        if complete:
            for rank, booklet_id in enumerate(booklets):
                fill_booklet(connection, booklet_id, rank)
    return SchoolIds(division_id, booklets, students)


def fill_booklet(connection: sa.Connection, booklet_id: int, rank: int = 0) -> None:
    """Enter all that a green booklet needs: speciality and PFMP. `rank` varies the marks."""
    key = {"booklet_id": booklet_id, "subject_code": SPECIALITY_SUBJECT}
    text = f"Progrès nets en atelier, élève {rank + 1}."
    insert(connection, t.evaluation, **key, modality=SPECIALITY_MODALITY, appreciation=text)
    for period in (1, 2, 3):
        mark = Decimal(6 + (rank * 3 + period) % 13) + Decimal("0.25") * period
        insert(connection, t.average, **key, period=period, average=mark)
    for n, code in enumerate(COMPETENCES):
        insert(connection, t.rating, **key, competence_code=code, mastery=1 + (rank + n) % 4)
    insert(connection, t.teacher, **key, position=1, last_name="DURAND", first_name="Inès")
    insert(
        connection, t.pfmp, booklet_id=booklet_id, synthesis="Bonne intégration dans l’équipe.",
        teacher_last_name="MARTIN", teacher_first_name="Léo", week_count=8,
    )  # fmt: skip


def compute_lights(store: Store, now: dt.datetime = NOW) -> int:
    """Bring every light up to date, without messages; return how many were computed."""
    return recompute.inline(store, limits=Limits(), now=lambda: now)


def insert(connection: sa.Connection, table: sa.Table, **values: Any) -> Any:
    """Insert one row; return the first column of its key."""
    return connection.execute(sa.insert(table).values(**values)).inserted_primary_key[0]


def _level(
    connection: sa.Connection, uai: str, start_year: int, of: Level, *, exports_pfmp: bool
) -> None:
    _ensure(connection, t.school, uai=uai, name="LP de test")
    _ensure(connection, t.diploma, code=DIPLOMA, label="MELEC")
    level = {"start_year": start_year, "diploma_code": DIPLOMA, "level": of}
    for rank, (code, (reference, label)) in enumerate(COMPETENCES.items(), 1):
        _ensure(
            connection, t.competence, start_year=start_year, code=code,
            reference_code=reference, label=label,
        )  # fmt: skip
        _ensure(connection, t.framework, **level, competence_code=code, position=rank)
    _ensure(
        connection, t.level_settings, school_uai=uai, **level,
        periodicity=Periodicity.TRIMESTER, exports_pfmp=exports_pfmp, exports_project=False,
    )  # fmt: skip


def _student(connection: sa.Connection, uai: str, siecle_id: int) -> int:
    last_name, first_name = NAMES[siecle_id % len(NAMES)]
    student_id: int = insert(
        connection, t.student, school_uai=uai, siecle_id=siecle_id,
        ine=f"{siecle_id:09d}AA", last_name=f"{last_name}-{siecle_id}", first_name=first_name,
    )  # fmt: skip
    return student_id


def _ensure(connection: sa.Connection, table: sa.Table, **values: Any) -> None:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(dialect.insert(table).values(**values).on_conflict_do_nothing())
