"""The pupils of a SIECLE file, written where they differ, inside the caller's transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from pipeline.exchange.problems import Problem, ProblemCode, ProblemSeverity
from pipeline.exchange.siecle import SiecleFile, SieclePupil
from pipeline.import_changes import Change, Standing, changes_of
from pipeline.import_divisions import Divisions, make_diplomas, make_divisions, names_of
from pipeline.store import imports as statements
from pipeline.store import rows

_IDENTITY = {
    "siecle_id": "identifiant SIECLE", "ine": "INE", "last_name": "nom", "first_name": "prénom",
}  # fmt: skip
_PLACE = ("division_id", "mef_code", "status_code", "left_on")


@dataclass
class ImportReport:
    """What an import changed, by number of pupils; `ignored` are outside première/terminale pro.

    `changes` names each pupil changed by SIECLE id, `problems` what was found in the file.
    """

    added: int = 0
    moved: int = 0
    gone: int = 0
    updated: int = 0
    unchanged: int = 0
    ignored: int = 0
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class PupilImport:
    """One import inside its transaction."""

    def __init__(
        self, connection: Any, file: SiecleFile, report: ImportReport, now: dt.datetime
    ) -> None:
        self._connection, self._file, self._report, self._now = connection, file, report, now
        self._names: dict[int, str] = {}
        self.pupils = [p for p in file.pupils if p.mef and p.mef.is_bac_pro and p.mef.level]
        report.ignored = len(file.pupils) - len(self.pupils)

    def run(self) -> None:
        """School, diplomas, divisions, pupils, then where they are."""
        uai, year = self._file.uai, self._file.start_year
        statements.add_missing(self._connection, rows.school, [{"uai": uai, "name": ""}])
        codes = sorted({p.mef.diploma_code for p in self.pupils if p.mef})
        make_diplomas(self._connection, codes)
        divisions = make_divisions(self._connection, uai, year, self.pupils)
        self._names = names_of(divisions)
        corrected = self._write_identities(statements.students(self._connection, uai, year))
        held = statements.students(self._connection, uai, year)
        self._write_places({row.siecle_id: row for row in held}, divisions, corrected)
        kept = {pupil.siecle_id for pupil in self.pupils}
        self._note_gone([row for row in held if row.siecle_id not in kept])

    def _write_identities(self, held: list[Any]) -> dict[int, list[str]]:
        """Match by SIECLE id, else by INE; return by SIECLE id which fields were corrected."""
        by_id = {row.siecle_id: row for row in held}
        ids = {pupil.siecle_id for pupil in self.pupils}
        free = {row.ine: row for row in held if row.ine and row.siecle_id not in ids}
        ines = {pupil.ine for pupil in self.pupils if pupil.ine}
        new, changed, leaving_ine = [], [], {row.id: row for row in held if row.ine in ines}
        corrected = {}
        for pupil in self.pupils:
            row = by_id.get(pupil.siecle_id) or free.get(pupil.ine)
            wanted = {name: getattr(pupil, name) for name in _IDENTITY}
            if row is None:
                new.append(wanted | {"school_uai": self._file.uai})
                continue
            if row.ine == pupil.ine:
                leaving_ine.pop(row.id, None)
            if moved := [name for name in _IDENTITY if wanted[name] != getattr(row, name)]:
                changed.append(wanted | {"row_id": row.id})
                corrected[pupil.siecle_id] = [_IDENTITY[name] for name in moved]
        statements.free_ines(self._connection, leaving_ine)
        statements.update_students(self._connection, changed)
        statements.insert_students(self._connection, new)
        return corrected

    def _write_places(
        self, held: dict[Any, Any], divisions: Divisions, corrected: dict[int, list[str]]
    ) -> None:
        new, changed = [], []
        for pupil in self.pupils:
            row = held[pupil.siecle_id]
            place = self._place(pupil, row, divisions)
            if row.booklet_id is None:
                year = {"student_id": row.id, "start_year": self._file.start_year, "revision": 0}
                new.append(place | year)
                self._report.added += 1
                self._tell(pupil.siecle_id, None, place)
                continue
            before = {name: getattr(row, name) for name in _PLACE}
            moved = {name for name in _PLACE if place[name] != before[name]}
            if moved:
                changed.append(place | {"row_id": row.booklet_id})
            fields = corrected.get(pupil.siecle_id, [])
            self._count(place, moved, renamed=bool(fields))
            self._tell(pupil.siecle_id, before, place, fields)
        statements.insert_booklets(self._connection, new)
        statements.update_booklets(self._connection, changed)

    def _tell(
        self,
        siecle_id: int | None,
        before: dict[str, Any] | None,
        after: dict[str, Any],
        corrected: list[str] | None = None,
    ) -> None:
        stood = None if before is None else self._standing(before)
        told = changes_of(siecle_id, stood, self._standing(after), corrected or ())
        self._report.changes.extend(told)

    def _standing(self, place: dict[str, Any]) -> Standing:
        name = self._names.get(place["division_id"], "")
        return Standing(name, place["status_code"], place["mef_code"], place["left_on"])

    def _place(self, pupil: SieclePupil, row: Any, divisions: Divisions) -> dict[str, Any]:
        mef, code = pupil.mef, pupil.division_code
        known = mef is not None and mef.level is not None and code is not None
        key = (code, mef.diploma_code, mef.level) if known else None  # type: ignore[union-attr]
        division_id = divisions.get(key) if key else None  # type: ignore[arg-type]
        if division_id is None and pupil.left_on is not None:
            division_id = row.division_id  # SIECLE takes those who left out of their class
        elif division_id is None:
            self._say_no_division(pupil)
        return {
            "division_id": division_id, "mef_code": mef.code if mef else "",
            "status_code": pupil.status_code, "left_on": pupil.left_on,
        }  # fmt: skip

    def _count(self, place: dict[str, Any], moved: set[str], *, renamed: bool) -> None:
        if "left_on" in moved and place["left_on"] is not None:
            self._report.gone += 1
        elif "division_id" in moved:
            self._report.moved += 1
        elif moved or renamed:
            self._report.updated += 1
        else:
            self._report.unchanged += 1

    def _say_no_division(self, pupil: SieclePupil) -> None:
        message = f"Élève {pupil.siecle_id} : sans division, il ne figurera dans aucun fichier."
        self._report.problems.append(
            Problem(ProblemSeverity.WARNING, ProblemCode.DIVISION_MISSING, message, pupil.siecle_id)
        )

    def _note_gone(self, absent: list[Any]) -> None:
        said = {pupil.siecle_id: pupil.left_on for pupil in self._file.pupils}
        gone = []
        for row in absent:
            if row.booklet_id is None or row.left_on is not None:
                continue
            before = {name: getattr(row, name) for name in _PLACE}
            after = before | {"left_on": said.get(row.siecle_id) or self._now.date()}
            gone.append(after | {"row_id": row.booklet_id})
            self._tell(row.siecle_id, before, after)
        statements.update_booklets(self._connection, gone)
        self._report.gone += len(gone)
