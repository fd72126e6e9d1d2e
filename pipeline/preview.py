"""What LSL would hold and change after the import of a file, without sending anything."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from pipeline import upkeep
from pipeline.domain.checks import document_faults
from pipeline.domain.document import Document
from pipeline.domain.faults import Fault, FaultCode
from pipeline.domain.mef import Mef
from pipeline.errors import Refused
from pipeline.receiver import Known, Report, State, receive
from pipeline.store import receiving, sent
from pipeline.wiring import Wiring
from pipeline.xml.profiles import Profile
from pipeline.xml.read_back import read_back

_TOLD_OTHERWISE = {  # by the receiver's refusals; the schema has seen the masteries
    FaultCode.PUPIL_DUPLICATED,
    FaultCode.YEAR_DUPLICATED,
    FaultCode.SUBJECT_DUPLICATED,
    FaultCode.MASTERY_INVALID,
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A version recorded as sent; `unusable` tells why it could not be counted in."""

    division: str
    profile: str
    version: int
    sent_at: dt.datetime
    unusable: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """The receiver's report of the file, and what it was compared with.

    `absent` are pupils that LSL holds by uploads of the same divisions, and the file does not.
    `faults` are what the schema lets through and LSL would take wrongly. `last_editor` made the
    last upload that could be counted in; `None` without any.
    """

    document: Document
    profile: Profile
    schools: tuple[str, ...]
    uploads: tuple[Upload, ...]
    report: Report
    absent: tuple[int, ...]
    faults: tuple[Fault, ...]
    last_editor: str | None = None

    @property
    def changes_software(self) -> bool:
        """Whether the file is, or may be, the first of another editor's software.

        LSL then rejects the whole file unless the academy's support has been told (guide).
        """
        return self.last_editor != self.document.editor


@dataclass(slots=True)
class _Held:
    """What the uploads of a school make LSL hold, as far as their files are still there."""

    state: State = field(default_factory=dict)
    uploads: list[Upload] = field(default_factory=list)
    pupils: dict[int, set[int]] = field(default_factory=dict)  # by division
    editor: str | None = None


def preview(wiring: Wiring, file_name: str, data: bytes) -> Preview:
    """What the import of a file of any origin would do, after the uploads recorded so far.

    LSL is taken to know the pupils of the school that SIECLE gave and the programmes that were
    imported, and to hold nothing else than those uploads; of a MEF and year without a programme no
    subject is refused. Raises UnreadableFile or InvalidFile for a file that LSL would not read.
    """
    document, profile = read_back(data, file_name, wiring.profiles)
    with wiring.store.reading() as connection:
        schools = receiving.schools(connection)
        rows = receiving.pupils(connection, document.uai)
        programmes = receiving.programmes(connection, _years(document))
        uploads = sent.of_school(connection, document.uai)
    held = _held(wiring, uploads)
    _, report = receive(held.state, document, _known(schools, rows, programmes))
    limits = wiring.profile(profile.name).limits
    faults = [one for one in document_faults(document, limits) if one.code not in _TOLD_OTHERWISE]
    return Preview(
        document, profile, tuple(schools), tuple(held.uploads), report,
        _absent(held, document), tuple(faults), held.editor,
    )  # fmt: skip


def _years(document: Document) -> set[int]:
    return {year.start_year for pupil in document.pupils for year in pupil.years}


def _known(schools: list[str], rows: list[Any], programmes: receiving.Programmes) -> Known:
    mefs = {
        (row.siecle_id, row.start_year): mef.code
        for row in rows
        if row.mef_code and (mef := Mef.parse(row.mef_code))
    }
    return Known(schools, {row.siecle_id for row in rows}, mefs, programmes)


def _held(wiring: Wiring, versions: list[Any]) -> _Held:
    """Each upload in its order, as the receiver takes it; one whose file is gone is told."""
    held = _Held()
    for row in versions:
        unusable = None
        try:
            data = upkeep.serve(wiring, row)
            document, _ = read_back(data, row.file_name, wiring.profiles)
        except Refused as error:
            unusable = str(error)
        else:
            held.state, _ = receive(held.state, document)
            held.editor = document.editor
            pupils = held.pupils.setdefault(row.division_id, set())
            pupils |= {pupil.siecle_id for pupil in document.pupils}
        held.uploads.append(Upload(row.code, row.profile, row.version, row.sent_at, unusable))
    return held


def _absent(held: _Held, document: Document) -> tuple[int, ...]:
    here = {pupil.siecle_id for pupil in document.pupils}
    same = (pupils for pupils in held.pupils.values() if pupils & here)
    return tuple(sorted(set().union(*same) - here))
