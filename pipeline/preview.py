"""What LSL would hold and change after the import of a file, without sending anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.domain.checks import document_faults
from pipeline.domain.document import Document
from pipeline.domain.faults import Fault, FaultCode
from pipeline.domain.mef import Mef
from pipeline.receiver import Known, Report, receive
from pipeline.store import receiving, sent
from pipeline.uploads import Held, Upload, held_of
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
class Preview:
    """The receiver's report of the file, and what it was compared with.

    `uploads` are those of the file's pupils. `absent` are pupils that LSL holds by uploads of the
    divisions in which the file's pupils are, in its newest year, and that the file does not hold.
    `faults` are what the schema lets through and LSL would take wrongly. `last_editor` made the
    last upload of the school whose editor is known; `None` without any.
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
    held = held_of(wiring, document.siecle_ids, uploads)
    _, report = receive(held.state, document, _known(schools, rows, programmes))
    limits = wiring.profile(profile.name).limits
    faults = [one for one in document_faults(document, limits) if one.code not in _TOLD_OTHERWISE]
    return Preview(
        document, profile, tuple(schools), tuple(held.uploads), report,
        _absent(held, document, rows), tuple(faults), held.editor,
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


def _absent(held: Held, document: Document, rows: list[Any]) -> tuple[int, ...]:
    """A pupil who came from another division, or year, makes nobody of it missed here."""
    here = document.siecle_ids
    newest = max(_years(document))
    of_file = {
        row.division_id for row in rows if row.siecle_id in here and row.start_year == newest
    }
    same = (held.pupils[one] for one in of_file if one in held.pupils)
    return tuple(sorted(set().union(*same) - here))
