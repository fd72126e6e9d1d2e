"""Tables of schools: frameworks and booklets, as spreadsheets write CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.periods import Level
from pipeline.errors import ImportRefused, UnreadableFile

FRAMEWORK_COLUMNS = (
    "annee", "diplome", "libelle_diplome", "niveau", "position", "code", "reference", "libelle",
)  # fmt: skip
BOOKLET_COLUMNS = frozenset(
    {
        "siecle_id", "appreciation", "moyenne_1", "moyenne_2", "moyenne_3", "enseignant_nom",
        "enseignant_prenom", "enseignant_nom_2", "enseignant_prenom_2", "pfmp_synthese",
        "pfmp_enseignant_nom", "pfmp_enseignant_prenom", "pfmp_semaines",
    }
)  # fmt: skip
_COMPETENCE = re.compile(r"[0-9]{4}")
_YEAR = re.compile(r"[2-9][0-9]{3}")


@dataclass(frozen=True, slots=True)
class FrameworkRow:
    """One expected competence of one level."""

    start_year: int
    diploma_code: str
    diploma_label: str
    level: Level
    position: int
    code: str
    reference_code: str
    label: str


@dataclass(frozen=True, slots=True)
class BookletRow:
    """One pupil's line: the cells that hold something, by column."""

    line: int
    siecle_id: int
    values: Mapping[str, str]


def _rows(path: Path) -> tuple[list[str], Iterator[tuple[int, dict[str, str]]]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(path.name, "introuvable ou illisible.") from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    first = text.split("\n", 1)[0]
    separator = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        header = [name.strip().lower() for name in next(reader)]
    except (StopIteration, csv.Error):
        raise UnreadableFile(path.name, "tableau vide.") from None

    def lines() -> Iterator[tuple[int, dict[str, str]]]:
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, dict(zip(header, cells, strict=False))
        except csv.Error:
            raise UnreadableFile(path.name, f"ligne {reader.line_num} illisible.") from None

    return header, lines()


def read_frameworks(path: Path) -> tuple[FrameworkRow, ...]:
    """Read a frameworks table. Raises ImportRefused with every faulty line."""
    header, lines = _rows(path)
    problems = [f"colonne {name} absente" for name in FRAMEWORK_COLUMNS if name not in header]
    if problems:
        raise ImportRefused(path.name, problems)
    found: list[FrameworkRow] = []
    for line, cells in lines:
        values = {name: cells.get(name, "").strip() for name in FRAMEWORK_COLUMNS}
        faults = _framework_faults(values)
        problems += [f"ligne {line} : {fault}" for fault in faults]
        if not faults:
            levels = [Level(values["niveau"])] if values["niveau"] else list(Level)
            found += [_framework_row(values, level) for level in levels]
    if problems:
        raise ImportRefused(path.name, problems)
    return tuple(found)


def _framework_faults(values: Mapping[str, str]) -> list[str]:
    checks = {
        "annee : attendu l'année de rentrée": _YEAR.fullmatch(values["annee"]),
        "diplome : attendu cinq caractères": len(values["diplome"]) == 5,  # noqa: PLR2004
        "niveau : attendu premiere, terminale ou rien": values["niveau"] in {"", *Level},
        "position : attendu un nombre": values["position"].isdecimal(),
        "code : attendu quatre chiffres": _COMPETENCE.fullmatch(values["code"]),
        "libelle : absent": values["libelle"],
    }
    return [fault for fault, holds in checks.items() if not holds]


def _framework_row(values: Mapping[str, str], level: Level) -> FrameworkRow:
    return FrameworkRow(
        int(values["annee"]), values["diplome"], values["libelle_diplome"], level,
        int(values["position"]), values["code"], values["reference"], values["libelle"],
    )  # fmt: skip


def read_booklets(path: Path) -> tuple[BookletRow, ...]:
    """Read a booklets table. Raises ImportRefused with every faulty column and line."""
    header, lines = _rows(path)
    named = [name for name in header if name]
    unknown = [
        name for name in named if name not in BOOKLET_COLUMNS and not _COMPETENCE.fullmatch(name)
    ]
    problems = [f"colonne « {name} » inconnue" for name in unknown]
    problems += [f"colonne « {name} » en double" for name in set(named) if named.count(name) > 1]
    if "siecle_id" not in named:
        problems.append("colonne « siecle_id » absente")
    found: dict[int, BookletRow] = {}
    for line, cells in lines:
        raw = cells.get("siecle_id", "").strip()
        if not raw.isdecimal() or int(raw) in found:
            problems.append(f"ligne {line} : siecle_id absent, illisible ou en double")
            continue
        values = {k: v for k, v in cells.items() if k and k != "siecle_id" and v.strip()}
        found[int(raw)] = BookletRow(line, int(raw), values)
    if problems:
        raise ImportRefused(path.name, problems)
    return tuple(found.values())
