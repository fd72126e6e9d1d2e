"""Files handed to people and taken from them: a download, and which version a file is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline import upkeep
from pipeline.artifacts import digest
from pipeline.desk import rights
from pipeline.desk.versions import version_in_reach
from pipeline.domain.accounts import Principal, Right
from pipeline.domain.names import without_copy_mark
from pipeline.store import audit, desk_files
from pipeline.verify import Verdict
from pipeline.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Download:
    """The checked bytes of a version, under its name."""

    file_name: str
    sha256: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Verified:
    """What a file turned out to be; `newest` is the newest version of its line when newer."""

    verdict: Verdict
    version: Any | None = None
    newest: Any | None = None
    renamed: bool = False


def download(wiring: Wiring, principal: Principal, artifact_id: int) -> Download:
    """The bytes of a version, checked, and the audit of it, by ids alone.

    Raises ArtifactUnusable or ArtifactExpired, and then nothing is served.
    """
    with wiring.store.reading() as connection:
        row = version_in_reach(connection, principal, Right.DOWNLOAD, artifact_id)
    data = upkeep.serve(wiring, row)
    told = {"artifact_id": row.id, "division_id": row.division_id, "version": row.version}
    with wiring.store.writing() as unit:
        audit.record(unit.connection, wiring.now(), principal.actor, "artifact_downloaded", told)
    return Download(row.file_name, row.sha256, data)


def verify(wiring: Wiring, principal: Principal, file_name: str, data: bytes) -> Verified:
    """Which version of one's own schools a file is; that of another school is unknown here."""
    rights.need(principal, Right.DOWNLOAD)
    sha256, name = digest(data), without_copy_mark(_storable(file_name))
    with wiring.store.reading() as connection:
        found = desk_files.with_bytes_or_name(connection, principal.schools, sha256, name)
        same = [row for row in found if row.sha256 == sha256]
        if not found:
            return Verified(Verdict.UNKNOWN)
        row = next((one for one in same if one.file_name == name), (same or found)[0])
        newer = row.newest if row.newest > row.version else None
        newest = newer and desk_files.numbered(connection, row.division_id, row.profile, newer)
    verdict = Verdict.INTACT if same else Verdict.MODIFIED
    return Verified(verdict, row, newest or None, bool(same) and row.file_name != file_name)


def _storable(name: str) -> str:
    """The name without what no database takes: NUL, and bytes that were no UTF-8."""
    return name.encode("utf-8", "replace").decode().replace("\0", "?")
