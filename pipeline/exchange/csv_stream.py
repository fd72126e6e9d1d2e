"""A CSV written line by line while it is read: never whole in memory, no text is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from pipeline.exchange.spreadsheet_text import clean, guarded

_BOM = "\ufeff"
_CHUNK_LINES = 500


def csv_stream(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Semicolons, UTF-8 with its mark, as the other tables are written; some lines at a time."""
    out = io.StringIO(_BOM, newline="")
    out.seek(0, io.SEEK_END)
    writer = csv.writer(out, delimiter=";")
    writer.writerow(header)
    for number, row in enumerate(rows, 1):
        writer.writerow(["" if cell is None else guarded(clean(str(cell))) for cell in row])
        if number % _CHUNK_LINES == 0:
            yield _taken(out)
    yield _taken(out)


def _taken(out: io.StringIO) -> bytes:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode()
