"""Importing pupils from SIECLE: an update in one transaction, which never loses a booklet."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from pipeline import recompute
from pipeline.domain.names import file_label
from pipeline.errors import ImportRefused, WrongSchool, WrongYear
from pipeline.exchange.problems import Problem, ProblemSeverity
from pipeline.exchange.siecle import SiecleFile, SieclePupil
from pipeline.import_tables import import_booklets, import_frameworks
from pipeline.store import audit, rows
from pipeline.store import imports as statements
from pipeline.store.unit import Store

__all__ = ["ImportReport", "import_booklets", "import_frameworks", "import_siecle"]


@dataclass
class ImportReport:
    """What an import changed, by number of pupils; `ignored` are outside première/terminale pro."""

    added: int = 0
    moved: int = 0
    gone: int = 0
    updated: int = 0
    unchanged: int = 0
    ignored: int = 0
    problems: list[Problem] = field(default_factory=list)


def import_siecle(
    store: Store,
    file: SiecleFile,
    *,
    expected_uai: str | None,
    expected_year: int,
    now: dt.datetime,
    actor: str,
) -> ImportReport:
    """Bring pupils and divisions to what the file says; a second import changes nothing.

    A pupil the file no longer holds is noted as gone; his booklet stays. Raises WrongYear,
    WrongSchool, ImportRefused with every error of the file: then nothing is kept.
    """
    if file.start_year != expected_year:
        raise WrongYear(file.start_year, expected_year)
    errors = [p.message for p in file.problems if p.severity is ProblemSeverity.ERROR]
    if errors:
        raise ImportRefused("SIECLE", errors)
    report = ImportReport(problems=list(file.problems))
    with store.writing() as unit:
        held = statements.schools(unit.connection)
        expected = expected_uai or next(iter(held), file.uai)
        if file.uai != expected:
            raise WrongSchool(file.uai, expected)
        _Import(unit.connection, file, report, now).run()
        dirty = statements.dirty_of_school(unit.connection, file.start_year)
        unit.say(recompute.nudges(unit.connection, dirty, now))
        counts = {k: v for k, v in vars(report).items() if isinstance(v, int)}
        audit.record(unit.connection, now, actor, "siecle_imported", {"uai": file.uai} | counts)
    return report


class _Import:
    """One import inside its transaction."""

    def __init__(
        self, connection: Any, file: SiecleFile, report: ImportReport, now: dt.datetime
    ) -> None:
        self._connection, self._file, self._report, self._now = connection, file, report, now
        self._kept = [
            one for one in file.pupils if one.mef and one.mef.is_bac_pro and one.mef.level
        ]
        report.ignored = len(file.pupils) - len(self._kept)

    def run(self) -> None:
        """School, diplomas, divisions, then pupils."""
        uai = self._file.uai
        statements.add_missing(self._connection, rows.school, [{"uai": uai, "name": ""}])
        codes = sorted({p.mef.diploma_code for p in self._kept if p.mef})
        diplomas = [{"code": code, "label": f"Diplôme {code}"} for code in codes]
        statements.add_missing(self._connection, rows.diploma, diplomas)
        divisions = self._divisions()
        held = statements.students(self._connection, uai, self._file.start_year)
        by_id = {row.siecle_id: row for row in held}
        by_ine = {row.ine: row for row in held if row.ine}
        new = []
        seen: set[int] = set()
        for pupil in self._kept:
            row = by_id.get(pupil.siecle_id) or by_ine.get(pupil.ine)
            if row is not None:
                seen.add(row.id)
            new += self._place(pupil, row, divisions)
        statements.insert_booklets(self._connection, new)
        self._note_gone([row for row in held if row.id not in seen])

    def _divisions(self) -> dict[tuple[str, str, str], int]:
        uai, year = self._file.uai, self._file.start_year
        held = statements.divisions(self._connection, uai, year)
        wanted: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for pupil in self._kept:
            if pupil.division_code and pupil.mef and pupil.mef.level:
                wanted[pupil.division_code].add((pupil.mef.diploma_code, pupil.mef.level))
        new = []
        for code, kinds in sorted(wanted.items()):
            shared = len(kinds | {(key[1], key[2]) for key in held if key[0] == code}) > 1
            for diploma, level in sorted(kinds):
                if (code, diploma, level) not in held:
                    label = file_label(code, diploma, level) if shared else file_label(code)
                    new.append(
                        {"school_uai": uai, "start_year": year, "diploma_code": diploma,
                         "level": level, "code": code, "label": label}
                    )  # fmt: skip
        statements.add_divisions(self._connection, new)
        return statements.divisions(self._connection, uai, year) if new else held

    def _place(
        self, pupil: SieclePupil, row: Any, divisions: dict[tuple[str, str, str], int]
    ) -> list[dict[str, Any]]:
        identity = {
            "siecle_id": pupil.siecle_id, "ine": pupil.ine,
            "last_name": pupil.last_name, "first_name": pupil.first_name,
        }  # fmt: skip
        mef = pupil.mef
        key = (pupil.division_code, mef.diploma_code, mef.level) if mef else None
        division_id = divisions.get(key) if key else None  # type: ignore[arg-type]
        if division_id is None:
            self._say_no_division(pupil)
        place = {
            "division_id": division_id, "mef_code": mef.code if mef else "",
            "status_code": pupil.status_code, "left_on": pupil.left_on,
        }  # fmt: skip
        if row is None:
            self._report.added += 1
            student = identity | {"school_uai": self._file.uai}
            student_id = statements.insert_student(self._connection, student)
        else:
            student_id = row.id
            identity = {k: v for k, v in identity.items() if v != getattr(row, k)}
            if identity:
                statements.update_student(self._connection, row.id, identity)
        if row is None or row.booklet_id is None:
            year = {"student_id": student_id, "start_year": self._file.start_year, "revision": 0}
            return [place | year]
        self._move(row, place, changed=bool(identity))
        return []

    def _move(self, row: Any, place: dict[str, Any], *, changed: bool) -> None:
        place = {k: v for k, v in place.items() if v != getattr(row, k)}
        if place:
            statements.update_booklet(self._connection, row.booklet_id, place)
        if "left_on" in place and place["left_on"] is not None:
            self._report.gone += 1
        elif "division_id" in place:
            self._report.moved += 1
        elif place or changed:
            self._report.updated += 1
        else:
            self._report.unchanged += 1

    def _say_no_division(self, pupil: SieclePupil) -> None:
        message = f"Élève {pupil.siecle_id} : sans division, il ne figurera dans aucun fichier."
        self._report.problems.append(
            Problem(ProblemSeverity.WARNING, "division_missing", message, pupil.siecle_id)
        )

    def _note_gone(self, absent: list[Any]) -> None:
        for row in absent:
            if row.booklet_id is not None and row.left_on is None:
                gone = {"left_on": self._now.date()}
                statements.update_booklet(self._connection, row.booklet_id, gone)
                self._report.gone += 1
