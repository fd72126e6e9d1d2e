"""A CSV table as spreadsheets save it: separator and encoding found out, lines kept by number."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import UnreadableFile
from pipeline.exchange.mistaken import not_a_table
from pipeline.exchange.recognise import KindCode
from pipeline.exchange.spreadsheet_text import unguarded
from pipeline.exchange.table import Record, Table, table_of

LARGEST_BYTES = 20 * 1024 * 1024
_SEPARATORS = ";,\t"  # on a tie the first wins: French spreadsheets write semicolons
_ADVICE = "Enregistrez le tableau en « CSV UTF-8 »."


def read_table(path: Path) -> Table:
    """Read a table of frameworks, whose first filled line is its header. Raises UnreadableFile."""
    raw = bytes_of(path)
    if what := not_a_table(raw, KindCode.FRAMEWORKS):
        raise UnreadableFile(path.name, what)
    return read_csv(path.name, raw)


def read_csv(name: str, raw: bytes) -> Table:
    """Read such a table from its bytes. Raises UnreadableFile."""
    return table_of(name, _records(name, _text(name, raw)))


def bytes_of(path: Path) -> bytes:
    """The bytes of a table's file. Raises UnreadableFile, also for a file far too large."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise UnreadableFile(
            path.name, "introuvable ou illisible : vérifiez son nom et son dossier."
        ) from error
    if len(raw) > LARGEST_BYTES:
        raise UnreadableFile(
            path.name, "plus de 20 Mo : gardez une seule feuille, avec les lignes utiles."
        )
    return raw


def _records(name: str, text: str) -> Iterator[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    start = 1
    try:
        for record in reader:
            cells = [unguarded(cell.strip()).strip() for cell in record]
            if any(cells):
                yield Record(start, cells)
            start = reader.line_num + 1
    except csv.Error as error:
        why = f"ligne {start} : guillemets mal fermés ou cellule démesurée. {_ADVICE}"
        raise UnreadableFile(name, why) from error


def _separator(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(_SEPARATORS, key=first.count)


def _text(name: str, raw: bytes) -> str:
    if raw.startswith(b"PK") or b"\0" in raw:  # a workbook, or UTF-16
        raise UnreadableFile(name, f"ce n'est pas un fichier CSV. {_ADVICE}")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(name, f"ligne {line} : encodage inconnu. {_ADVICE}") from error
