"""Tables for people, as Rich draws them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

_WIDEST = 10_000  # characters: no table is as wide


def table_of(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
    """A table whose cells are folded where the console is too narrow."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else _text(cell) for cell in row))
    return table


def is_whole(table: Table, console: Console) -> bool:
    """Whether the console is wide enough to fold nothing."""
    unbounded = console.options.update(max_width=_WIDEST)
    return console.measure(table, options=unbounded).maximum <= console.width


def _text(cell: Any) -> Text:
    return Text("" if cell is None else str(cell))
