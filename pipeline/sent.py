"""Recording that a version was uploaded, and keeping the official report beside it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from pipeline.errors import UnreadableFile
from pipeline.store import audit
from pipeline.store import sent as statements
from pipeline.wiring import Wiring

LARGEST_REPORT_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is recorded of a version's upload, and what this call added to it."""

    sent_at: dt.datetime
    sent_by: str
    is_new: bool
    report_sha256: str | None
    report_is_new: bool


@dataclass(frozen=True, slots=True)
class KeptReport:
    """A report kept beside a version."""

    name: str
    sha256: str
    kept_at: dt.datetime


def record(wiring: Wiring, version: Any, *, by: str, report: bytes | None = None) -> Recorded:
    """Record the upload of a version's row once; keep each different report given.

    The report is any bytes and is never read. It is stored first, so that no row points at
    nothing. Again with the same changes nothing. Raises UnreadableFile for a report that is empty
    or too large.
    """
    sha256 = None if report is None else _stored(wiring, report)
    now = wiring.now()
    with wiring.store.writing() as unit:
        connection = unit.connection
        is_new = statements.record(connection, version.id, by=by, now=now)
        kept = sha256 is not None and statements.keep_report(
            connection, version.id, sha256=sha256, size=len(report or b""), by=by, now=now
        )
        found: Any = statements.of_version(connection, version.id)
        named = {name: getattr(version, name) for name in ("code", "profile", "version")}
        if is_new:
            audit.record(connection, now, by, "version_sent", named)
        if kept:
            audit.record(connection, now, by, "report_kept", named | {"sha256": sha256})
    return Recorded(found.sent_at, found.sent_by, is_new, sha256, kept)


def reports(wiring: Wiring, version: Any) -> list[KeptReport]:
    """The reports kept beside a version, oldest first, each named after the version's file."""
    with wiring.store.reading() as connection:
        rows = statements.reports_of(connection, version.id)
    stem = version.file_name.removesuffix(".xml")
    return [
        KeptReport(f"{stem}_bilan_{rank}.xls", row.sha256, row.kept_at)
        for rank, row in enumerate(rows, 1)
    ]


def serve(wiring: Wiring, report: KeptReport) -> bytes:
    """The bytes of a report, checked. Raises ArtifactUnusable."""
    return wiring.artifacts.read(report.sha256, report.name)


def _stored(wiring: Wiring, report: bytes) -> str:
    if not report:
        raise UnreadableFile("(bilan)", "vide : enregistrez de nouveau le bilan depuis LSL.")
    if len(report) > LARGEST_REPORT_BYTES:
        raise UnreadableFile("(bilan)", "plus de 20 Mo : ce n'est pas un bilan d'import.")
    return wiring.artifacts.put(report)
