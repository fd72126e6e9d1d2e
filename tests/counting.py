"""Counting the computations of a light, by a trigger of the test's own."""

from __future__ import annotations

import sqlalchemy as sa

from pipeline.store.unit import Store

_TABLE = """CREATE TABLE IF NOT EXISTS computed_log (booklet_id INTEGER)"""
_TRIGGERS = {
    "sqlite": (
        """CREATE TRIGGER IF NOT EXISTS count_computed
        AFTER UPDATE OF computed_revision ON completeness
        BEGIN INSERT INTO computed_log VALUES (new.booklet_id); END""",
    ),
    "postgresql": (
        """CREATE OR REPLACE FUNCTION count_computed() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO computed_log VALUES (new.booklet_id); RETURN new; END $$""",
        """CREATE OR REPLACE TRIGGER count_computed
        AFTER UPDATE OF computed_revision ON completeness
        FOR EACH ROW EXECUTE FUNCTION count_computed()""",
    ),
}


def count_computations(store: Store) -> None:
    """Count from here on, from nothing."""
    with store.writing() as unit:
        for statement in (_TABLE, "DELETE FROM computed_log", *_TRIGGERS[store.dialect]):
            unit.connection.exec_driver_sql(statement)


def computations(store: Store, booklet_id: int) -> int:
    """How often the booklet's light was saved since."""
    with store.reading() as connection:
        counted = sa.text("SELECT count(*) FROM computed_log WHERE booklet_id = :id")
        return int(connection.execute(counted, {"id": booklet_id}).scalar_one())
