"""The reads of a SIECLE import go by an index, however many pupils are there already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from rowsbuilder import UAI, a_school
from sqlalchemy import event

from pipeline.store import imports
from pipeline.store import rows as t
from pipeline.store.unit import Store

HELD, CHUNK = 20_000, 50  # of a thousand of them a planner may rightly read the whole table once
FIRST = 500_000  # beyond the ids of `a_school`
EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}
SCANS = {"sqlite": "SCAN student", "postgresql": "Seq Scan on student"}
BY_INDEX = {"sqlite": "SEARCH student USING", "postgresql": "student_"}


@pytest.fixture
def many(store: Store) -> Store:
    """A school that has seen very many pupils."""
    a_school(store)
    ids = range(FIRST, FIRST + HELD)
    pupils = [
        {"school_uai": UAI, "siecle_id": n, "ine": f"{n:09d}AA", "last_name": "EXEMPLE",
         "first_name": "Lina"} for n in ids
    ]  # fmt: skip
    with store.writing() as unit:
        unit.connection.execute(sa.insert(t.student), pupils)
        if store.dialect == "postgresql":  # as autovacuum does; nobody does it on SQLite
            unit.connection.exec_driver_sql("ANALYZE")
    return store


@contextmanager
def sent(store: Store) -> Iterator[list[tuple[str, Any]]]:
    """The statements the store sends meanwhile, with what they are given."""
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        found.append((statement, given))

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


def plans(store: Store, read: Callable[[sa.Connection], Any]) -> list[str]:
    """How the database goes about each statement of a read."""
    with store.reading() as connection:
        with sent(store) as statements:
            read(connection)
        asked = EXPLAIN[store.dialect]
        return [
            "\n".join(str(row[-1]) for row in connection.exec_driver_sql(asked + sql, given))
            for sql, given in statements
        ]


def chunk(connection: sa.Connection, count: int = CHUNK) -> list[Any]:
    ids = range(FIRST, FIRST + count)
    return imports.identities(connection, UAI, list(ids), [f"{n + 7:09d}AA" for n in ids])


def where(connection: sa.Connection) -> Any:
    return imports.places(connection, UAI, 2025, list(range(FIRST, FIRST + CHUNK)))


@pytest.mark.parametrize("read", [chunk, where])
def test_a_chunk_reads_no_table_whole(many: Store, read: Callable[..., Any]) -> None:
    for plan in plans(many, read):
        assert SCANS[many.dialect] not in plan
        assert BY_INDEX[many.dialect] in plan


@pytest.mark.parametrize("count", [1, CHUNK])
def test_who_the_pupils_of_a_chunk_are_takes_two_reads(many: Store, count: int) -> None:
    with many.reading() as connection, sent(many) as statements:
        found = chunk(connection, count)
    assert len(statements) == 2
    assert len({row.id for row in found}) == len(found) == count + min(count, 7)


@pytest.mark.parametrize("is_analyzed", [True, False])
def test_who_is_gone_is_found_by_index_with_and_without_statistics(
    store: Store, *, is_analyzed: bool
) -> None:
    a_school(store)
    pupils = [
        {"school_uai": UAI, "siecle_id": n, "last_name": "EXEMPLE", "first_name": "Lina"}
        for n in range(FIRST, FIRST + HELD)
    ]
    with store.writing() as unit:
        ids = list(
            unit.connection.execute(
                sa.insert(t.student).returning(t.student.c.id), pupils
            ).scalars()
        )
        booklets = [{"student_id": one, "start_year": 2025, "mef_code": "2472552032",
                     "status_code": "ST", "revision": 0} for one in ids]  # fmt: skip
        unit.connection.execute(sa.insert(t.booklet), booklets)
        if is_analyzed and store.dialect == "postgresql":
            unit.connection.exec_driver_sql("ANALYZE")
    [plan] = plans(store, lambda connection: imports.present(connection, 2025, ids[:CHUNK]))
    assert ("SCAN booklet" if store.dialect == "sqlite" else "Seq Scan on booklet") not in plan
    with store.reading() as connection:
        assert imports.present(connection, 2025, ids[:CHUNK]).keys() == set(ids[:CHUNK])
        assert len(list(imports.known(connection, UAI))) >= HELD
