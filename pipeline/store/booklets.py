"""The statements of an edit: find and lock, write what differs, remember which fields moved."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from pipeline.domain.entry import ERASE, Edit
from pipeline.domain.facts import SPECIALITY_MODALITY, SPECIALITY_SUBJECT, BookletFacts
from pipeline.store import life
from pipeline.store import rows as t
from pipeline.store.dialect import upsert
from pipeline.store.rows import AnyRow

# How the audit and the user call the columns of the two one-row parts of a booklet.
_PFMP = {
    "synthesis": "synthèse PFMP",
    "teacher_last_name": "nom de l'enseignant PFMP",
    "teacher_first_name": "prénom de l'enseignant PFMP",
    "week_count": "semaines de PFMP",
    "abroad": "PFMP à l'étranger",
}
_PROJECT = {
    "average": "moyenne du projet",
    "appreciation": "appréciation du projet",
    "teacher_last_name": "nom de l'enseignant du projet",
    "teacher_first_name": "prénom de l'enseignant du projet",
}


def lock(connection: sa.Connection, booklet_id: int) -> AnyRow | None:
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
        *_write_part(connection, t.pfmp, _PFMP, before, edit),
        *_write_part(connection, t.project, _PROJECT, before, edit),
        *life.write(connection, before, edit),
    ]


def bump(
    connection: sa.Connection, booklet_id: int, fields: list[str], actor: str, now: dt.datetime
) -> int:
    """Raise the booklet's revision and audit the names of the fields, never their values."""
    b = t.booklet.c
    raised = sa.update(t.booklet).where(b.id == booklet_id).values(revision=b.revision + 1)
    revision: int = connection.execute(raised.returning(b.revision)).scalar_one()
    event = {"at": now, "actor": actor, "action": "booklet_edited", "details": {"fields": fields}}
    connection.execute(
        sa.insert(t.audit_event).values(booklet_id=booklet_id, revision=revision, **event)
    )
    return revision


def _key(before: BookletFacts) -> dict[str, Any]:
    return {"booklet_id": before.booklet_id, "subject_code": SPECIALITY_SUBJECT}


def _delete(connection: sa.Connection, table: sa.Table, key: dict[str, Any]) -> None:
    connection.execute(sa.delete(table).where(*(table.c[k] == value for k, value in key.items())))


def _write_evaluation(connection: sa.Connection, before: BookletFacts, edit: Edit) -> Iterator[str]:
    has_row = any(one.subject_code == SPECIALITY_SUBJECT for one in before.evaluations)
    held = before.speciality.appreciation
    differs = edit.appreciation is not None and edit.appreciation != (held or "")
    entered = [*edit.averages.values(), *edit.ratings.values(), *(edit.teachers or ())]
    if differs or (not has_row and any(one is not None for one in entered)):
        wanted = (edit.appreciation or None) if differs else held
        values = _key(before) | {"modality": SPECIALITY_MODALITY, "appreciation": wanted}
        upsert(connection, t.evaluation, values)
    if differs:
        yield "appréciation"


def _write_averages(connection: sa.Connection, before: BookletFacts, edit: Edit) -> Iterator[str]:
    held = before.speciality.averages
    for period in _write_marks(connection, t.average, _key(before), held, edit.averages):
        yield f"moyenne {period}"


def _write_ratings(connection: sa.Connection, before: BookletFacts, edit: Edit) -> Iterator[str]:
    held = before.speciality.ratings
    for code in _write_marks(connection, t.rating, _key(before), held, edit.ratings):
        yield f"compétence {code}"


def _write_marks(
    connection: sa.Connection,
    table: sa.Table,
    key: dict[str, Any],
    held: Mapping[Any, Any],
    wanted: Mapping[Any, Any],
) -> Iterator[Any]:
    """Write each mark that differs, remove each that is `None`; yield what each was of."""
    (of,) = (one.name for one in table.primary_key if one.name not in key)
    (column,) = (one.name for one in table.columns if not one.primary_key)
    for one, mark in wanted.items():
        if mark == held.get(one):
            continue
        if mark is None:
            _delete(connection, table, key | {of: one})
        else:
            upsert(connection, table, key | {of: one, column: mark})
        yield one


def _write_teachers(connection: sa.Connection, before: BookletFacts, edit: Edit) -> Iterator[str]:
    if edit.teachers is None or edit.teachers == before.speciality.teachers:
        return
    _delete(connection, t.teacher, _key(before))
    rows = [
        _key(before) | {"position": rank, "last_name": one.last_name, "first_name": one.first_name}
        for rank, one in enumerate(edit.teachers, 1)
    ]
    if rows:
        connection.execute(sa.insert(t.teacher), rows)
    yield "enseignants"


def _write_part(
    connection: sa.Connection,
    table: sa.Table,
    names: dict[str, str],
    before: BookletFacts,
    edit: Edit,
) -> Iterator[str]:
    held = getattr(before, table.name)
    values: dict[str, Any] = {}
    for column in names:
        wanted = getattr(edit, f"{table.name}_{column}")
        wanted = "" if wanted is ERASE else wanted
        was = getattr(held, column, False if column == "abroad" else None)
        if wanted is not None and wanted != ("" if was is None else was):
            values[column] = None if wanted == "" else wanted
    if values:
        upsert(connection, table, {"booklet_id": before.booklet_id} | values)
        yield from (names[column] for column in values)
