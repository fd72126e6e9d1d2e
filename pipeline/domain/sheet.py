"""The sheet of a division: its columns, what each may hold, what is entered already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pipeline.domain.entries import is_blank, periods_of
from pipeline.domain.facts import BookletFacts, LevelFacts, Limits, Teacher
from pipeline.domain.periods import Periodicity

CellKind = Literal["key", "reading", "mark", "mastery", "text", "name", "weeks", "yes_no"]
NamePart = Literal["", "last_name", "first_name"]
Cell = str | int | Decimal | None
KEY, KEY_LABEL = "siecle_id", "Identifiant SIECLE"
REVISION = "revision"  # of the copy: what others enter meanwhile is not overwritten
LEAST_TEACHERS = 2  # the lines a sheet always offers
YES, NO = "oui", "non"
MANDATORY, ONE_OF_THEM, OPTIONAL = "obligatoire", "une au moins", "facultatif"
_PERIODS = {Periodicity.TRIMESTER: "trimestre", Periodicity.SEMESTER: "semestre"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the import reads `name`, people the rest. `teacher`: which name of one it is."""

    name: str
    label: str
    kind: CellKind
    need: str = ""
    limit: int = 0  # the longest text, in characters
    teacher: NamePart = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Columns, one line a pupil by name of column, the notice, one tuple a line, and teachers."""

    columns: tuple[Column, ...]
    lines: tuple[Mapping[str, Cell], ...]
    notice: tuple[tuple[str, ...], ...] = ()
    teachers: tuple[Teacher, ...] = ()  # whose names are offered; another one may be typed


IDENTITY = (
    Column(KEY, KEY_LABEL, "key"),
    Column("division", "Division", "reading"),
    Column("nom", "Nom de l’élève", "reading"),
    Column("prenom", "Prénom de l’élève", "reading"),
    Column(REVISION, "Révision du livret", "key"),
)


def sheet_file_name(*, uai: str, start_year: int, label: str, extension: str) -> str:
    """`LSLPRO_livrets_<UAI>_<start year>_<division>.xlsx`: nothing of a pupil."""
    return f"LSLPRO_livrets_{uai}_{start_year}_{label}.{extension}"


def teacher_columns(rank: int) -> tuple[str, str]:
    """The two columns of a teacher, by rank from 1; the first has no number."""
    number = "" if rank == 1 else f"_{rank}"
    return f"enseignant_nom{number}", f"enseignant_prenom{number}"


def columns_of(
    level: LevelFacts, limits: Limits, *, teachers: int, project: bool
) -> tuple[Column, ...]:
    """The columns of a level, in the order of the booklet; needed as completeness needs them."""
    period = _PERIODS[level.periodicity or Periodicity.TRIMESTER]
    return (
        *IDENTITY,
        *(
            Column(one.code, f"{one.reference_code} {one.label}".strip(), "mastery", MANDATORY)
            for one in level.competences
        ),
        *(
            Column(f"moyenne_{n}", f"Moyenne sur 20, {period} {n}", "mark", ONE_OF_THEM)
            for n in periods_of(level.periodicity)
        ),
        Column("appreciation", "Appréciation générale", "text", OPTIONAL, limits.appreciation),
        *(one for rank in range(1, teachers + 1) for one in _teacher(rank, limits)),
        *_pfmp(level, limits),
        *(_project(level, limits) if project else ()),
    )


def _teacher(rank: int, limits: Limits) -> Iterator[Column]:
    need = MANDATORY if rank == 1 else OPTIONAL
    labels = (f"Enseignant {rank}, nom", f"Enseignant {rank}, prénom")
    yield from _names(teacher_columns(rank), labels, need, limits)


def _names(
    columns: tuple[str, str], labels: tuple[str, str], need: str, limits: Limits
) -> Iterator[Column]:
    (last, first), (last_label, first_label) = columns, labels
    yield Column(last, last_label, "name", need, limits.last_name, "last_name")
    yield Column(first, first_label, "name", need, limits.first_name, "first_name")


def _pfmp(level: LevelFacts, limits: Limits) -> Iterator[Column]:
    need = MANDATORY if level.exports_pfmp else OPTIONAL
    columns = ("pfmp_enseignant_nom", "pfmp_enseignant_prenom")
    labels = ("PFMP, nom de l’enseignant", "PFMP, prénom de l’enseignant")
    yield Column("pfmp_synthese", "PFMP, synthèse", "text", need, limits.pfmp_synthesis)
    yield from _names(columns, labels, need, limits)
    yield Column("pfmp_semaines", "PFMP, nombre de semaines", "weeks", OPTIONAL)
    yield Column("pfmp_etranger", "PFMP à l’étranger (oui, non)", "yes_no", OPTIONAL)


def _project(level: LevelFacts, limits: Limits) -> Iterator[Column]:
    need = MANDATORY if level.exports_project else OPTIONAL
    columns = ("projet_enseignant_nom", "projet_enseignant_prenom")
    labels = ("Projet, nom de l’enseignant", "Projet, prénom de l’enseignant")
    yield Column("projet_moyenne", "Projet, moyenne sur 20", "mark", need)
    yield Column("projet_appreciation", "Projet, appréciation", "text", need, limits.appreciation)
    yield from _names(columns, labels, need, limits)


def cells_of(booklet: BookletFacts) -> dict[str, Cell]:
    """What is entered in a booklet, by name of column; blank texts are left out."""
    speciality = booklet.speciality
    cells: dict[str, Cell] = {f"moyenne_{n}": one for n, one in speciality.averages.items()}
    cells |= speciality.ratings
    cells["appreciation"] = speciality.appreciation
    for rank, one in enumerate(speciality.teachers, 1):
        last, first = teacher_columns(rank)
        cells |= {last: one.last_name, first: one.first_name}
    if pfmp := booklet.pfmp:
        cells |= {
            "pfmp_synthese": pfmp.synthesis,
            "pfmp_enseignant_nom": pfmp.teacher_last_name,
            "pfmp_enseignant_prenom": pfmp.teacher_first_name,
            "pfmp_semaines": pfmp.week_count,
            "pfmp_etranger": YES if pfmp.abroad else None,  # a "non" is the default
        }
    if project := booklet.project:
        cells |= {
            "projet_moyenne": project.average,
            "projet_appreciation": project.appreciation,
            "projet_enseignant_nom": project.teacher_last_name,
            "projet_enseignant_prenom": project.teacher_first_name,
        }
    return {name: cell for name, cell in cells.items() if not _is_empty(cell)}


def _is_empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and is_blank(cell))
