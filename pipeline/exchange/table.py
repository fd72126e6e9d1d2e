"""A table as people fill it in: a header, lines kept by number, whatever file it came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.errors import UnreadableFile

_NO_HEADER = "ligne 1 : sans ces colonnes, est-ce bien la ligne des titres de ce tableau ?"


@dataclass(frozen=True, slots=True)
class Record:
    """A line of a file before its columns have names; `faults` by column, from 1."""

    number: int
    cells: list[str]
    faults: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A line that holds something; `number` is where it starts in the file, from 1."""

    number: int
    cells: Mapping[str, str]  # every column of the header, ends stripped
    has_too_many: bool  # a cell is filled beyond the header
    faults: tuple[str, ...] = ()  # cells that cannot be read, by name of column


@dataclass(frozen=True, slots=True)
class Table:
    """The header, lower case, and the lines below it; blank lines are left out."""

    header: tuple[str, ...]
    lines: tuple[Line, ...]

    def header_problems(self, required: frozenset[str], knows: Callable[[str], bool]) -> list[str]:
        """Every missing, doubled and unknown column.

        Of a first line that is no header at all nothing is quoted: it could be a pupil's.
        """
        is_header = bool(required & set(self.header))
        faults = [f"colonne {name} absente" for name in sorted(required - set(self.header))]
        if not is_header:
            return [*(f"ligne 1 : {fault}." for fault in faults), _NO_HEADER]
        for rank, name in enumerate(self.header, 1):
            shown = f"{rank} ({_shown(name)})" if name else str(rank)
            if not knows(name):
                faults.append(f"colonne {shown} inconnue")
        for name, count in Counter(self.header).items():
            if count > 1 and knows(name):
                faults.append(f"colonne {name} présente {count} fois")
        return [f"ligne 1 : {fault}." for fault in faults]


def _shown(name: str) -> str:
    """A name of the file as a message may quote it: short, and harmless to a terminal."""
    return "".join(c if c.isprintable() else "?" for c in name[:40])


def table_of(name: str, records: Iterable[Record]) -> Table:
    """The table whose header is the first record. Raises UnreadableFile without any."""
    header: tuple[str, ...] = ()
    lines: list[Line] = []
    for record in records:
        if not header:
            header = _header(name, record)
        else:
            lines.append(_line(header, record))
    if not header:
        raise UnreadableFile(
            name, "tableau vide : il faut une ligne de titres, puis les lignes à importer."
        )
    return Table(header, tuple(lines))


def _header(name: str, record: Record) -> tuple[str, ...]:
    if record.faults:
        what = "un titre de colonne est une formule ou une erreur : tapez son nom."
        why = f"ligne {record.number} : {what}"
        raise UnreadableFile(name, why)
    names = [cell.lower() for cell in record.cells]
    while not names[-1]:  # spreadsheets save the empty columns at the right
        names.pop()
    return tuple(names)


def _line(header: tuple[str, ...], record: Record) -> Line:
    named = dict(zip(header, [*record.cells, *[""] * len(header)], strict=False))
    width = len(header)
    faults = tuple(
        f"{header[at - 1]} : {what}" for at, what in record.faults.items() if at <= width
    )
    beyond = any(record.cells[width:]) or any(at > width for at in record.faults)
    return Line(record.number, named, beyond, faults)
