"""The pupils of a SIECLE file, written where they differ, inside the caller's transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import islice
from typing import Any

from pipeline.exchange.problems import Problem, ProblemCode, ProblemSeverity
from pipeline.exchange.siecle import SiecleFile
from pipeline.exchange.siecle_pupil import SieclePupil
from pipeline.import_changes import Standing, changes_of
from pipeline.import_divisions import Divisions, make_diplomas, make_divisions, names_of
from pipeline.import_identities import Identities
from pipeline.import_reports import ImportReport
from pipeline.store import imports as statements
from pipeline.store import rows
from pipeline.store.differing import add, update

_PLACE = ("division_id", "mef_code", "status_code", "left_on")


class PupilImport:
    """One import inside its transaction; no more than `chunk_size` pupils are held at a time."""

    def __init__(
        self,
        connection: Any,
        file: SiecleFile,
        report: ImportReport,
        now: dt.datetime,
        chunk_size: int,
    ) -> None:
        self._connection, self._file, self._report, self._now = connection, file, report, now
        self._chunk_size = chunk_size
        self._divisions: Divisions = {}
        self._names: dict[int, str] = {}

    def run(self) -> None:
        """School, diplomas, divisions, pupils and where they are, then who is gone."""
        uai, year = self._file.uai, self._file.start_year
        statements.add_missing(self._connection, rows.school, [{"uai": uai, "name": ""}])
        classes = {
            (self._file.divisions.get(siecle_id), mef)
            for siecle_id, mef in self._file.mefs.items()
            if mef and mef.has_booklets
        }
        make_diplomas(self._connection, sorted({mef.diploma_code for _, mef in classes}))
        self._divisions = make_divisions(self._connection, uai, year, classes)
        self._names = names_of(self._divisions)
        identities = Identities(self._connection, uai, self._file.has_booklet)
        for pupils in self._chunks():
            self._write_places(pupils, identities.write(pupils))
        self._note_gone()

    def _chunks(self) -> Iterator[list[SieclePupil]]:
        pupils = (one for one in self._file.pupils() if self._file.has_booklet(one.siecle_id))
        while chunk := list(islice(pupils, self._chunk_size)):
            yield chunk

    def _write_places(self, pupils: list[SieclePupil], corrected: dict[int, list[str]]) -> None:
        year = self._file.start_year
        ids = [pupil.siecle_id for pupil in pupils]
        held = statements.places(self._connection, self._file.uai, year, ids)
        new, changed = [], []
        for pupil in pupils:
            row = held[pupil.siecle_id]
            place = self._place(pupil, row)
            if row.booklet_id is None:
                new.append(place | {"student_id": row.id, "start_year": year, "revision": 0})
                self._report.added += 1
                self._tell(pupil.siecle_id, None, place)
                continue
            before = {name: getattr(row, name) for name in _PLACE}
            moved = {name for name in _PLACE if place[name] != before[name]}
            if moved:
                changed.append(place | {"id": row.booklet_id})
            fields = corrected.get(pupil.siecle_id, [])
            self._count(place, moved, renamed=bool(fields))
            self._tell(pupil.siecle_id, before, place, fields)
        add(self._connection, rows.booklet, new)
        update(self._connection, rows.booklet, changed)

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

    def _place(self, pupil: SieclePupil, row: Any) -> dict[str, Any]:
        mef, code = pupil.mef, pupil.division_code
        known = mef is not None and mef.level is not None and code is not None
        key = (code, mef.diploma_code, mef.level) if known else None  # type: ignore[union-attr]
        division_id = self._divisions.get(key) if key else None  # type: ignore[arg-type]
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

    def _note_gone(self) -> None:
        """Those who are here and not in the file; it may know when they left, under another MEF."""
        known = statements.known(self._connection, self._file.uai)
        absent = {
            row.id: row.siecle_id for row in known if not self._file.has_booklet(row.siecle_id)
        }
        ids = iter(absent)
        while chunk := list(islice(ids, self._chunk_size)):
            here = statements.present(self._connection, self._file.start_year, chunk)
            gone = [self._gone(absent[one], here[one]) for one in chunk if one in here]
            update(self._connection, rows.booklet, gone)
            self._report.gone += len(gone)

    def _gone(self, siecle_id: int | None, row: Any) -> dict[str, Any]:
        before = {name: getattr(row, name) for name in _PLACE}
        known_day = None if siecle_id is None else self._file.left_on.get(siecle_id)
        after = before | {"left_on": known_day or self._now.date()}
        self._tell(siecle_id, before, after)
        return after | {"id": row.id}
