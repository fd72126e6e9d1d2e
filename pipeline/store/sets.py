"""Sets of ids into a statement and lists of rows out of it, spelt by dialect.

A set is one parameter, so that a statement is made once and its text is the same for any size.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator


class Numbers(TypeDecorator[Collection[int]]):
    """Integer ids as one parameter: an array, or JSON on SQLite."""

    impl = sa.Text
    cache_ok = True
    item: ClassVar[Any] = sa.Integer

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """An array where there is one."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.Text())
        return dialect.type_descriptor(postgresql.ARRAY(self.item))

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> Any:
        """JSON text, or a list for the driver."""
        items = list(value or ())
        return json.dumps(items) if dialect.name == "sqlite" else items


class Words(Numbers):
    """Text ids as one parameter."""

    cache_ok = True
    item: ClassVar[Any] = sa.Text


class among(FunctionElement[Any]):  # noqa: N801 - reads as SQL
    """Whether the column is one of the set: `among(column, sa.bindparam(…, type_=Numbers))`."""

    type = sa.types.NullType()  # a Boolean would be compared with 1 on SQLite, past the index
    inherit_cache = True


class json_row(FunctionElement[Any]):  # noqa: N801
    """Columns of one row as a JSON list."""

    type = sa.JSON()
    inherit_cache = True


class json_rows(FunctionElement[Any]):  # noqa: N801
    """All rows as a JSON list, in no order; PostgreSQL gives NULL for none."""

    type = sa.JSON()
    inherit_cache = True


def part_of(owner: sa.ColumnElement[Any], table: sa.Table, *columns: str) -> Any:
    """The one row of `table` that belongs to a booklet, as a list; NULL where there is none."""
    return _of(owner, table, json_row(*(table.c[name] for name in columns)))


def parts_of(owner: sa.ColumnElement[Any], table: sa.Table, *columns: str) -> Any:
    """The rows of `table` that belong to a booklet, as a list of lists."""
    return _of(owner, table, json_rows(json_row(*(table.c[name] for name in columns))))


def _of(owner: sa.ColumnElement[Any], table: sa.Table, found: FunctionElement[Any]) -> Any:
    chosen = sa.select(found).where(table.c.booklet_id == owner)
    return chosen.scalar_subquery().label(table.name)


def table_of(name: str, columns: Mapping[str, Any]) -> dict[str, sa.Subquery]:
    """A table made of the parameter `name`, a list of lists in the order of columns, by dialect."""
    given = sa.bindparam(name, type_=sa.JSON())
    value = sa.column("value", sa.JSON)
    each = sa.func.json_each(given).table_valued(value, name="given").c.value
    element = sa.func.json_array_elements(given).table_valued(value, name="given").c.value
    kinds = list(enumerate(columns.items()))
    return {
        "sqlite": sa.select(
            *(sa.func.json_extract(each, f"$[{n}]", type_=kind).label(label)
              for n, (label, kind) in kinds)
        ).subquery(name),
        "postgresql": sa.select(
            *(_item(element, n, kind).label(label) for n, (label, kind) in kinds)
        ).subquery(name),
    }  # fmt: skip


def _item(row: sa.ColumnElement[Any], number: int, kind: Any) -> sa.ColumnElement[Any]:
    taken = row.op("->" if kind is sa.JSON else "->>")(sa.literal_column(str(number)))
    return sa.cast(taken, kind)


@compiles(among)
def _among(element: among, compiler: Any, **options: Any) -> str:
    column, ids = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} = ANY ({ids})"


@compiles(among, "sqlite")
def _among_sqlite(element: among, compiler: Any, **options: Any) -> str:
    column, ids = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - a parameter's place


@compiles(json_row)
def _row(element: json_row, compiler: Any, **options: Any) -> str:
    return f"json_build_array({compiler.process(element.clauses, **options)})"


@compiles(json_row, "sqlite")
def _row_sqlite(element: json_row, compiler: Any, **options: Any) -> str:
    return f"json_array({compiler.process(element.clauses, **options)})"


@compiles(json_rows)
def _rows(element: json_rows, compiler: Any, **options: Any) -> str:
    return f"json_agg({compiler.process(element.clauses, **options)})"


@compiles(json_rows, "sqlite")
def _rows_sqlite(element: json_rows, compiler: Any, **options: Any) -> str:
    return f"json_group_array({compiler.process(element.clauses, **options)})"
