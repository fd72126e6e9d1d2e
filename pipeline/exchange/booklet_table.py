"""The table of booklets, a workbook or a CSV, read into lines; each fault stands at its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from pipeline.domain.given_file import GivenFile
from pipeline.domain.sheet import KEY, KEY_LABEL, REVISION
from pipeline.errors import ImportRefused, UnreadableFile
from pipeline.exchange.advice import advice_of
from pipeline.exchange.csv_table import bytes_of, read_csv
from pipeline.exchange.mistaken import not_a_table
from pipeline.exchange.problems import ProblemCode, ProblemSeverity
from pipeline.exchange.recognise import KindCode
from pipeline.exchange.table import Line, Table
from pipeline.exchange.values import siecle_id_of
from pipeline.exchange.workbook_table import read_workbook

BOOKLET_COLUMNS = frozenset(
    {
        KEY, REVISION, "division", "nom", "prenom", "moyenne_1", "moyenne_2", "moyenne_3",
        "appreciation", "enseignant_nom", "enseignant_prenom", "pfmp_synthese",
        "pfmp_enseignant_nom", "pfmp_enseignant_prenom", "pfmp_semaines", "pfmp_etranger",
        "projet_moyenne", "projet_appreciation", "projet_enseignant_nom",
        "projet_enseignant_prenom",
    }
)  # fmt: skip
_TEACHER = re.compile("enseignant_(nom|prenom)_[2-9]")
_CODE = re.compile("[0-9]{1,4}")
_CODE_LENGTH = 4
_SPACES = re.compile(r"\s")
_ERROR = ProblemSeverity.ERROR
_ADVICE = advice_of([ProblemCode.LINE_REFUSED])


@dataclass(frozen=True, slots=True)
class LineProblem:
    """What is wrong at one line, in a French sentence without any value of a pupil."""

    line: int
    siecle_id: int | None
    severity: ProblemSeverity
    message: str
    code: ProblemCode = ProblemCode.LINE_REFUSED

    def __str__(self) -> str:
        """`ligne 3, élève 9900001 : …`."""
        who = f", élève {self.siecle_id}" if self.siecle_id else ""
        return f"ligne {self.line}{who} : {self.message}"


@dataclass(frozen=True, slots=True)
class BookletRow:
    """One pupil's line: the cells that hold something, by column, as they are written."""

    line: int
    siecle_id: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BookletTable:
    """The lines that can be read, in their order, the problems of the others, and the file."""

    rows: tuple[BookletRow, ...]
    problems: tuple[LineProblem, ...] = ()
    file_name: str = "livrets"


def read_booklets(path: Path) -> tuple[BookletRow, ...]:
    """The rows of `read_booklet_table`, all of them or ImportRefused with every problem."""
    table = read_booklet_table(path)
    if table.problems:
        raise ImportRefused(GivenFile(path.name), [str(one) for one in table.problems], _ADVICE)
    return table.rows


def read_booklet_table(path: Path) -> BookletTable:
    """Read a table of booklets; no value is judged here but `siecle_id`.

    Raises UnreadableFile, or ImportRefused with every fault of the header.
    """
    table = _read(path)
    lines = [line for line in table.lines if line.cells.get(KEY) != KEY_LABEL]  # for people
    problems = tuple(_problems(lines)) if KEY in table.header else ()
    if faults := table.header_problems(frozenset({KEY}), _is_booklet_column):
        raise ImportRefused(GivenFile(path.name), [*faults, *map(str, problems)], _ADVICE)
    wrong = {one.line for one in problems}
    rows = tuple(
        BookletRow(line.number, siecle_id, _entered(line.cells))
        for line in lines
        if line.number not in wrong and (siecle_id := _siecle_id(line)) is not None
    )
    return BookletTable(rows, problems, path.name)


def _read(path: Path) -> Table:
    raw = bytes_of(path)
    if what := not_a_table(raw, KindCode.BOOKLETS):
        raise UnreadableFile(path.name, what)
    found = read_workbook(path.name, raw) if raw.startswith(b"PK") else read_csv(path.name, raw)
    lines = (
        replace(line, cells={_whole(name): cell for name, cell in line.cells.items()})
        for line in found.lines
    )
    return Table(tuple(map(_whole, found.header)), tuple(lines))


def _whole(name: str) -> str:
    """A competence code with the zeros at its left, which spreadsheets take away."""
    return name.zfill(_CODE_LENGTH) if _CODE.fullmatch(name) else name


def _is_booklet_column(name: str) -> bool:
    return bool(name in BOOKLET_COLUMNS or _TEACHER.fullmatch(name) or _CODE.fullmatch(name))


def _siecle_id(line: Line) -> int | None:
    """A number that a spreadsheet may show with spaces between its thousands."""
    return siecle_id_of(_SPACES.sub("", line.cells[KEY]))


def _problems(lines: list[Line]) -> Iterator[LineProblem]:
    seen: dict[int, int] = {}
    for line in lines:
        siecle_id = _siecle_id(line)
        for what in _faults(line, siecle_id, seen):
            yield LineProblem(line.number, siecle_id, _ERROR, f"{what}.")


def _faults(line: Line, siecle_id: int | None, seen: dict[int, int]) -> Iterator[str]:
    if siecle_id is None:
        yield "siecle_id absent ou qui n'est pas un nombre"
    elif (first := seen.setdefault(siecle_id, line.number)) != line.number:
        yield f"siecle_id déjà présent ligne {first}"
    yield from line.faults
    if line.has_too_many:
        yield "plus de cellules que de colonnes"


def _entered(cells: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType({name: cell for name, cell in cells.items() if cell and name != KEY})
