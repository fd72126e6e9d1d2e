"""The statements of an edit: find and lock, write what differs, remember which fields moved."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from pipeline.domain.entry import Edit
from pipeline.domain.facts import SPECIALITY_MODALITY, SPECIALITY_SUBJECT, BookletFacts
from pipeline.store import rows as t

_PFMP = {
    "synthesis": "pfmp_synthesis",
    "teacher_last_name": "pfmp_teacher_last_name",
    "teacher_first_name": "pfmp_teacher_first_name",
    "week_count": "pfmp_week_count",
}


def lock(connection: sa.Connection, booklet_id: int) -> sa.Row[Any] | None:
    """Lock one booklet: its id, division and revision."""
    b = t.booklet.c
    return connection.execute(
        sa.select(b.id, b.division_id, b.revision).where(b.id == booklet_id).with_for_update()
    ).first()


def fields_since(connection: sa.Connection, booklet_id: int, revision: int) -> list[str]:
    """The names of the fields that edits after `revision` changed."""
    a = t.audit_event.c
    found = connection.execute(
        sa.select(a.details)
        .where(a.booklet_id == booklet_id, a.revision > revision)
        .order_by(a.revision)
    ).scalars()
    return list(dict.fromkeys(name for details in found for name in details.get("fields", ())))


def write(connection: sa.Connection, before: BookletFacts, edit: Edit) -> list[str]:
    """Write what differs from `before`; return the names of the fields that changed."""
    return [
        *_write_evaluation(connection, before, edit),
        *_write_averages(connection, before, edit),
        *_write_ratings(connection, before, edit),
        *_write_teachers(connection, before, edit),
        *_write_pfmp(connection, before, edit),
    ]


def bump(
    connection: sa.Connection, booklet_id: int, fields: list[str], actor: str, now: dt.datetime
) -> int:
    """Raise the booklet's revision and audit the names of the fields, never their values."""
    b = t.booklet.c
    revision: int = connection.execute(
        sa.update(t.booklet)
        .where(b.id == booklet_id)
        .values(revision=b.revision + 1)
        .returning(b.revision)
    ).scalar_one()
    connection.execute(
        sa.insert(t.audit_event).values(
            at=now,
            actor=actor,
            action="booklet_edited",
            booklet_id=booklet_id,
            revision=revision,
            details={"fields": fields},
        )
    )
    return revision


def upsert(connection: sa.Connection, table: sa.Table, values: dict[str, Any]) -> None:
    """Insert a row, or set its other columns where its key is there."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    keys = [column.name for column in table.primary_key]
    statement = insert(table).values(**values)
    changed = {name: statement.excluded[name] for name in values if name not in keys}
    if changed:
        statement = statement.on_conflict_do_update(index_elements=keys, set_=changed)
    else:
        statement = statement.on_conflict_do_nothing()
    connection.execute(statement)


def _key(before: BookletFacts) -> dict[str, Any]:
    return {"booklet_id": before.booklet_id, "subject_code": SPECIALITY_SUBJECT}


def _matches(table: sa.Table, key: dict[str, Any]) -> Iterator[sa.ColumnElement[bool]]:
    return (table.c[name] == value for name, value in key.items())


def _write_evaluation(connection: sa.Connection, before: BookletFacts, edit: Edit) -> Iterator[str]:
    has_row = any(one.subject_code == SPECIALITY_SUBJECT for one in before.evaluations)
    wanted = before.speciality.appreciation if edit.appreciation is None else edit.appreciation
    wanted = wanted or None
    differs = wanted != before.speciality.appreciation
    children = edit.averages or edit.ratings or edit.teachers
    if differs or (children and not has_row):
        values = _key(before) | {"modality": SPECIALITY_MODALITY, "appreciation": wanted}
        upsert(connection, t.evaluation, values)
    if differs:
        yield "appréciation"


def _write_averages(connection: sa.Connection, before: BookletFacts, edit: Edit) -> Iterator[str]:
    for period, average in edit.averages.items():
        if average == before.speciality.averages.get(period):
            continue
        key = _key(before) | {"period": period}
        if average is None:
            connection.execute(sa.delete(t.average).where(*_matches(t.average, key)))
        else:
            upsert(connection, t.average, key | {"average": average})
        yield f"moyenne {period}"


def _write_ratings(connection: sa.Connection, before: BookletFacts, edit: Edit) -> Iterator[str]:
    for code, mastery in edit.ratings.items():
        if mastery == before.speciality.ratings.get(code):
            continue
        key = _key(before) | {"competence_code": code}
        if mastery is None:
            connection.execute(sa.delete(t.rating).where(*_matches(t.rating, key)))
        else:
            upsert(connection, t.rating, key | {"mastery": mastery})
        yield f"compétence {code}"


def _write_teachers(connection: sa.Connection, before: BookletFacts, edit: Edit) -> Iterator[str]:
    if edit.teachers is None or edit.teachers == before.speciality.teachers:
        return
    connection.execute(sa.delete(t.teacher).where(*_matches(t.teacher, _key(before))))
    rows = [
        _key(before) | {"position": rank, "last_name": one.last_name, "first_name": one.first_name}
        for rank, one in enumerate(edit.teachers, 1)
    ]
    if rows:
        connection.execute(sa.insert(t.teacher), rows)
    yield "enseignants"


def _write_pfmp(connection: sa.Connection, before: BookletFacts, edit: Edit) -> Iterator[str]:
    values: dict[str, Any] = {}
    for column, name in _PFMP.items():
        wanted = getattr(edit, name)
        if wanted is not None and (wanted or None) != getattr(before.pfmp, column, None):
            values[column] = wanted or None
    if values:
        upsert(connection, t.pfmp, {"booklet_id": before.booklet_id} | values)
        yield from (f"PFMP {column}" for column in values)
