"""Importing pupils from SIECLE: an update in one transaction, which never loses a booklet."""

from __future__ import annotations

import datetime as dt

from pipeline import recompute
from pipeline.errors import ImportRefused
from pipeline.exchange.siecle import SiecleFile
from pipeline.import_frameworks import import_frameworks
from pipeline.import_lsl import import_lsl_nomenclature
from pipeline.import_nomenclature import import_nomenclature
from pipeline.import_origin import check_school, check_year, given, refuse_errors
from pipeline.import_pupils import PupilImport
from pipeline.import_reports import ImportReport
from pipeline.import_structures import check_structures
from pipeline.import_sts import import_sts
from pipeline.import_tables import import_booklets
from pipeline.store import audit
from pipeline.store import imports as statements
from pipeline.store.unit import Store

__all__ = [
    "ImportReport",
    "check_structures",
    "import_booklets",
    "import_frameworks",
    "import_lsl_nomenclature",
    "import_nomenclature",
    "import_siecle",
    "import_sts",
]
CHUNK = 1_000  # pupils held at a time
_NOBODY = (
    "Le fichier ne contient aucun élève de première ou terminale professionnelle (MEF 247) : "
    "exportez de SIECLE tous les élèves de l'établissement."
)


def import_siecle(
    store: Store,
    file: SiecleFile,
    *,
    expected_uai: str | None,
    expected_year: int,
    now: dt.datetime,
    actor: str,
    dry_run: bool = False,
    chunk_size: int = CHUNK,
) -> ImportReport:
    """Bring pupils and divisions to what the file says; a second import changes nothing.

    A pupil the file no longer holds is noted as gone; his booklet stays. A dry run gives the
    same report and keeps nothing: no row, no message, no audit. Memory does not grow with the
    pupils but by a few bytes each, and with what changed. Raises WrongYear, WrongSchool,
    ImportRefused with every error of the file, UnreadableFile when it changed since it was
    checked: then nothing is kept either.
    """
    check_year(file, expected_year)
    count = file.booklet_count
    report = ImportReport(problems=list(file.problems), ignored=len(file.mefs) - count)
    with store.trying() if dry_run else store.writing() as unit:
        check_school(unit.connection, file, expected_uai)
        refuse_errors(given(file), file.problems)
        if not count:  # an empty file would make every pupil gone
            raise ImportRefused(given(file), [_NOBODY])
        PupilImport(unit.connection, file, report, now, chunk_size).run()
        dirty = statements.dirty_of_school(unit.connection, file.start_year, file.uai)
        unit.say(recompute.nudges(unit.connection, dirty, now))
        counts = {k: v for k, v in vars(report).items() if isinstance(v, int)}
        audit.record(unit.connection, now, actor, "siecle_imported", {"uai": file.uai} | counts)
    return report
