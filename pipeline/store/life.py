"""The statements of an edit of opinions, commitments and the opinion for the exam."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from pipeline.domain.entry import ERASE, Edit
from pipeline.domain.facts import BookletFacts
from pipeline.domain.life import OPINIONS
from pipeline.store import rows as t
from pipeline.store.dialect import upsert


def write(connection: sa.Connection, before: BookletFacts, edit: Edit) -> Iterator[str]:
    """Write what differs from `before`; yield the names of the fields that changed."""
    yield from _write_opinions(connection, before, edit)
    if edit.commitments is not None and set(edit.commitments) != set(before.life.commitments):
        _replace_commitments(connection, before.booklet_id, edit)
        yield "engagements"
    yield from _write_rest(connection, before, edit)


def _write_opinions(connection: sa.Connection, before: BookletFacts, edit: Edit) -> Iterator[str]:
    c = t.opinion.c
    for kind, opinion in edit.opinions.items():
        if opinion == before.life.opinions.get(kind):
            continue
        if opinion is None:
            of_kind = (c.booklet_id == before.booklet_id, c.kind == kind)
            connection.execute(sa.delete(t.opinion).where(*of_kind))
        else:
            values = {name: getattr(opinion, name) for name in opinion.__slots__}
            upsert(connection, t.opinion, {"booklet_id": before.booklet_id, "kind": kind} | values)
        name = OPINIONS[kind]
        yield name[0].lower() + name[1:]


def _replace_commitments(connection: sa.Connection, booklet_id: int, edit: Edit) -> None:
    of_booklet = t.commitment.c.booklet_id == booklet_id
    connection.execute(sa.delete(t.commitment).where(of_booklet))
    rows = [
        {"booklet_id": booklet_id, "code": code} for code in sorted(set(edit.commitments or ()))
    ]
    if rows:
        connection.execute(sa.insert(t.commitment), rows)


def _write_rest(connection: sa.Connection, before: BookletFacts, edit: Edit) -> Iterator[str]:
    held, values, names = before.life, dict[str, Any](), []
    if edit.other_commitment is not None and edit.other_commitment != (held.other_commitment or ""):
        values["other_commitment"] = edit.other_commitment or None
        names.append("autre engagement")
    wanted = None if edit.exam_opinion is ERASE else edit.exam_opinion
    if edit.exam_opinion is not None and wanted != held.exam_opinion:
        values["exam_opinion"] = wanted
        names.append("avis pour l'examen")
    if values:
        upsert(connection, t.school_life, {"booklet_id": before.booklet_id} | values)
    yield from names
