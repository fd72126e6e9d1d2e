"""Tables of schools: the competences expected of a level, and booklets entered elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.given_file import GivenFile
from pipeline.domain.periods import Level
from pipeline.errors import ImportRefused
from pipeline.exchange.advice import advice_of
from pipeline.exchange.booklet_table import BookletRow, read_booklets
from pipeline.exchange.csv_table import read_table
from pipeline.exchange.problems import ProblemCode
from pipeline.exchange.recognise import FRAMEWORK_COLUMNS
from pipeline.exchange.table import Line, Table

__all__ = ["FRAMEWORK_COLUMNS", "BookletRow", "FrameworkRow", "read_booklets", "read_frameworks"]
_COMPETENCE = re.compile(r"[0-9]{4}")
_LEVELS = {"": tuple(Level)} | {level.value: (level,) for level in Level}
_SHAPES = {
    "annee": (re.compile(r"[2-9][0-9]{3}"), "attendu l'année de rentrée, de 2000 à 9999"),
    "diplome": (re.compile(r"[0-9A-Za-z]{5}"), "attendu les cinq caractères du diplôme, sans MEF"),
    "libelle_diplome": (re.compile(r".+", re.DOTALL), "absent"),
    "niveau": (re.compile("|".join(_LEVELS), re.IGNORECASE), "attendu premiere, terminale ou rien"),
    "position": (re.compile(r"[0-9]{1,4}"), "attendu un nombre"),
    "code": (_COMPETENCE, "attendu quatre chiffres (un tableur efface les zéros de gauche)"),
    "libelle": (re.compile(r".+", re.DOTALL), "absent"),
}


@dataclass(frozen=True, slots=True)
class FrameworkRow:
    """One competence expected of one level; a line for both levels gives two rows."""

    start_year: int
    diploma_code: str
    diploma_label: str
    level: Level
    position: int
    code: str
    reference_code: str
    label: str


def read_frameworks(path: Path) -> tuple[FrameworkRow, ...]:
    """Read a table of frameworks, in its order.

    Raises UnreadableFile, or ImportRefused with every fault of every line.
    """
    table = read_table(path)
    columns = frozenset(FRAMEWORK_COLUMNS)
    _refuse(path.name, table.header_problems(columns, columns.__contains__))
    _refuse(path.name, _by_line(table, [*_framework_faults(table), *_contradictions(table)]))
    return tuple(row for line in table.lines for row in _framework_rows(line.cells))


def _framework_faults(table: Table) -> Iterator[tuple[Line, str]]:
    seen: dict[tuple[str, str, str, Level], int] = {}
    for line in table.lines:
        cells = line.cells
        for column, (shape, expected) in _SHAPES.items():
            if not shape.fullmatch(cells[column]):
                yield line, f"{column} : {expected}"
        for level in _LEVELS.get(cells["niveau"].lower(), ()):
            key = (cells["annee"], cells["diplome"].upper(), cells["code"], level)
            if (first := seen.setdefault(key, line.number)) != line.number:
                yield line, f"compétence déjà donnée ligne {first} pour le niveau {level}"


def _contradictions(table: Table) -> Iterator[tuple[Line, str]]:
    """One code has one description a year, one diploma one label."""
    said: dict[tuple[str, ...], tuple[int, tuple[str, ...]]] = {}
    for line in table.lines:
        cells = line.cells
        descriptions = {
            ("compétence", cells["annee"], cells["code"]): (cells["reference"], cells["libelle"]),
            ("diplôme", cells["diplome"].upper()): (cells["libelle_diplome"],),
        }
        for key, description in descriptions.items():
            first, known = said.setdefault(key, (line.number, description))
            if known != description:
                yield line, f"{key[0]} {key[-1]} décrit(e) autrement ligne {first}"


def _framework_rows(cells: Mapping[str, str]) -> Iterator[FrameworkRow]:
    for level in _LEVELS[cells["niveau"].lower()]:
        yield FrameworkRow(
            start_year=int(cells["annee"]),
            diploma_code=cells["diplome"].upper(),
            diploma_label=cells["libelle_diplome"],
            level=level,
            position=int(cells["position"]),
            code=cells["code"],
            reference_code=cells["reference"],
            label=cells["libelle"],
        )


def _by_line(table: Table, faults: Iterable[tuple[Line, str]]) -> list[str]:
    found = [(line.number, what) for line, what in faults]
    too_many = (line.number for line in table.lines if line.has_too_many)
    found += [(number, "plus de cellules que de colonnes") for number in too_many]
    return [f"ligne {number} : {what}." for number, what in sorted(found, key=lambda one: one[0])]


def _refuse(name: str, problems: list[str]) -> None:
    if problems:
        raise ImportRefused(GivenFile(name), problems, advice_of([ProblemCode.LINE_REFUSED]))
