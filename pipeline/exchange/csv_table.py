"""A CSV table as spreadsheets save it: separator and encoding found out, lines kept by number."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import UnreadableFile

LARGEST_BYTES = 20 * 1024 * 1024
_SEPARATORS = ";,\t"  # on a tie the first wins: French spreadsheets write semicolons
_ADVICE = "Enregistrez le tableau en « CSV UTF-8 »."


@dataclass(frozen=True, slots=True)
class Line:
    """A line that holds something; `number` is where it starts in the file, from 1."""

    number: int
    cells: Mapping[str, str]  # every column of the header, ends stripped
    has_too_many: bool  # a cell is filled beyond the header


@dataclass(frozen=True, slots=True)
class Table:
    """The header, lower case, and the lines below it; blank lines are left out."""

    header: tuple[str, ...]
    lines: tuple[Line, ...]

    def header_problems(self, required: frozenset[str], knows: Callable[[str], bool]) -> list[str]:
        """Every missing, doubled and unknown column.

        Names are quoted only when the first line is a header at all: it could be a pupil's.
        """
        is_header = bool(required & set(self.header))
        faults = [f"colonne {name} absente" for name in sorted(required - set(self.header))]
        for rank, name in enumerate(self.header, 1):
            shown = f"{rank} ({_shown(name)})" if is_header and name else str(rank)
            if not knows(name):
                faults.append(f"colonne {shown} inconnue")
        for name, count in Counter(self.header).items():
            if count > 1 and knows(name):
                faults.append(f"colonne {name} présente {count} fois")
        return [f"ligne 1 : {fault}." for fault in faults]


def _shown(name: str) -> str:
    """A name of the file as a message may quote it: short, and harmless to a terminal."""
    return "".join(c if c.isprintable() else "?" for c in name[:40])


def read_table(path: Path) -> Table:
    """Read a table whose first filled line is its header. Raises UnreadableFile."""
    text = _text(path)
    header: tuple[str, ...] = ()
    lines: list[Line] = []
    for number, cells in _records(path.name, text):
        if not header:
            header = _header(cells)
            continue
        named = dict(zip(header, [*cells, *[""] * len(header)], strict=False))
        lines.append(Line(number, named, any(cells[len(header) :])))
    if not header:
        raise UnreadableFile(path.name, "tableau vide.")
    return Table(header, tuple(lines))


def _header(cells: list[str]) -> tuple[str, ...]:
    names = [cell.lower() for cell in cells]
    while not names[-1]:  # spreadsheets save the empty columns at the right
        names.pop()
    return tuple(names)


def _records(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    start = 1
    try:
        for record in reader:
            cells = [cell.strip() for cell in record]
            if any(cells):
                yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        why = f"ligne {start} : guillemets mal fermés ou cellule démesurée."
        raise UnreadableFile(name, why) from error


def _separator(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(_SEPARATORS, key=first.count)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise UnreadableFile(path.name, "introuvable ou illisible.") from error
    if len(raw) > LARGEST_BYTES:
        raise UnreadableFile(path.name, "trop volumineux pour un tableau de livrets.")
    if raw.startswith(b"PK") or b"\0" in raw:  # a workbook, or UTF-16
        raise UnreadableFile(path.name, f"ce n'est pas un fichier CSV. {_ADVICE}")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(path.name, f"ligne {line} : encodage inconnu. {_ADVICE}") from error
