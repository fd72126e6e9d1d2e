"""One version: what it holds, what differs from another, what LSL would do, its upload."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline import compare, preview, sent, upkeep
from pipeline.compare import Comparison
from pipeline.desk import authors, rights
from pipeline.desk.freshness import changed_since
from pipeline.desk.places import competence_names
from pipeline.domain.accounts import Principal, Right, reaches
from pipeline.errors import ArtifactExpired, ArtifactUnusable, NotFound
from pipeline.preview import Preview
from pipeline.sent import KeptReport, Recorded
from pipeline.store import desk_files, desk_names, facts
from pipeline.wiring import Wiring

Names = Mapping[int, Any]  # pupils by SIECLE id


@dataclass(frozen=True, slots=True)
class VersionDesk:
    """What the page of a version shows; `unusable` tells why its file is not served."""

    row: Any
    author: str
    sent_by: str | None
    changed: bool
    reports: tuple[KeptReport, ...]
    left_out: Names  # by booklet
    competences: Mapping[str, str]
    unusable: ArtifactExpired | ArtifactUnusable | None


@dataclass(frozen=True, slots=True)
class Told:
    """What differs or would change, the version it is about, and who its pupils are."""

    row: Any
    found: Any
    names: Names


def version_in_reach(connection: Any, principal: Principal, right: Right, artifact_id: int) -> Any:
    """The row of a version of one's schools. Raises NotFound whether absent or out of reach."""
    rights.need(principal, right)
    row = desk_files.version(connection, artifact_id)
    if row is None or not reaches(principal, row.school_uai, row.division_id):
        raise NotFound("Version", artifact_id)
    return row


def look(wiring: Wiring, principal: Principal, artifact_id: int) -> VersionDesk:
    """One version; its file is read to tell whether it is whole."""
    with wiring.store.reading() as connection:
        row = version_in_reach(connection, principal, Right.DOWNLOAD, artifact_id)
        names = authors.named(connection, {row.requested_by, row.sent_by} - {None})
        changed = row.version == row.newest and bool(changed_since(wiring, connection, [row]))
        ids = {one["booklet_id"] for one in row.manifest["left_out"]}
        left_out = desk_names.pupil_names(connection, ids)
        level = facts.read_levels(connection, [row.division_id])[row.division_id]
    return VersionDesk(
        row, names[row.requested_by], names.get(row.sent_by), changed,
        tuple(sent.reports(wiring, row)), left_out, competence_names(level), _unusable(wiring, row),
    )  # fmt: skip


def _unusable(wiring: Wiring, row: Any) -> ArtifactExpired | ArtifactUnusable | None:
    try:
        upkeep.serve(wiring, row)
    except (ArtifactExpired, ArtifactUnusable) as error:
        return error
    return None


def changes(wiring: Wiring, principal: Principal, artifact_id: int, *, today: bool = False) -> Told:
    """What differs from the version before, or from this one to the data of now.

    Raises NotFound for the first version of a line, ArtifactUnusable or ArtifactExpired.
    """
    with wiring.store.reading() as connection:
        row = version_in_reach(connection, principal, Right.DOWNLOAD, artifact_id)
        before = _before(connection, row)
    if not today and before is None:
        raise NotFound("Version précédant", row.version)
    this = compare.of_version(wiring, row)
    if today:
        found = compare.compare(this, compare.of_today(wiring, row.division_id, row.profile))
    else:
        found = compare.compare(compare.of_version(wiring, before), this)
    return _told(wiring, row, found, {one.siecle_id for one in found.pupils})


def _before(connection: Any, row: Any) -> Any | None:
    line = (row.division_id, row.profile)
    return desk_files.numbered(connection, *line, row.version - 1) if row.version > 1 else None


def between(wiring: Wiring, principal: Principal, before_id: int, after_id: int) -> Comparison:
    """What differs from one version to another, of any lines. Raises as `changes` does."""
    with wiring.store.reading() as connection:
        rows = [
            version_in_reach(connection, principal, Right.DOWNLOAD, one)
            for one in (before_id, after_id)
        ]
    before, after = (compare.of_version(wiring, row) for row in rows)
    return compare.compare(before, after)


def foretold(wiring: Wiring, principal: Principal, artifact_id: int) -> Told:
    """What LSL would do with the file, as far as is known. Raises ArtifactUnusable too."""
    with wiring.store.reading() as connection:
        row = version_in_reach(connection, principal, Right.DOWNLOAD, artifact_id)
    found = preview.preview(wiring, row.file_name, upkeep.serve(wiring, row))
    pupils = {one.siecle_id for one in found.report.pupils} | set(found.absent)
    return _told(wiring, row, found, pupils)


def _told(wiring: Wiring, row: Any, found: Comparison | Preview, siecle_ids: set[int]) -> Told:
    with wiring.store.reading() as connection:
        names = desk_names.names_by_siecle_id(connection, row.school_uai, siecle_ids)
    return Told(row, found, names)


def note_sent(
    wiring: Wiring, principal: Principal, artifact_id: int, report: bytes | None = None
) -> Recorded:
    """Note that a version was uploaded to LSL, once; keep LSL's report beside it."""
    with wiring.store.reading() as connection:
        row = version_in_reach(connection, principal, Right.EXPORT, artifact_id)
    return sent.record(wiring, row, by=principal.actor, report=report)


def report(
    wiring: Wiring, principal: Principal, artifact_id: int, sha256: str
) -> tuple[KeptReport, bytes]:
    """A report kept beside a version, checked. Raises NotFound, ArtifactUnusable."""
    with wiring.store.reading() as connection:
        row = version_in_reach(connection, principal, Right.DOWNLOAD, artifact_id)
    for one in sent.reports(wiring, row):
        if one.sha256 == sha256:
            return one, sent.serve(wiring, one)
    raise NotFound("Bilan", sha256[:8])
