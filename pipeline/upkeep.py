"""Upkeep of the place of the files: what is missing, damaged, left behind, past its keeping."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import structlog

from pipeline import sessions
from pipeline.errors import ArtifactExpired, ArtifactUnusable
from pipeline.store import sent, versions
from pipeline.waiting import FOLDER, WaitingFiles
from pipeline.wiring import Wiring

GRACE_S = 3_600.0  # longer than any job lives between its file and its row (its time limit: 600 s)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Purged:
    """How much one purge removed."""

    temporary_count: int
    orphan_count: int
    expired_count: int
    log_in_count: int = 0  # sessions, invitations and counts of failures that are over


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """What a scrub of the files found; `unusable` names each with what is wrong."""

    file_count: int
    orphan_count: int
    unusable: tuple[tuple[str, str], ...]


def purge(wiring: Wiring, grace_s: float = GRACE_S) -> Purged:
    """Remove what interrupted writes left, what no version points at, what is past its keeping.

    Rows are marked first, in a transaction of their own, and files removed after: a crash
    leaves files, never a row within its keeping without its file. The newest version of a
    division and every report of an upload stay for ever, and everything does where
    `retention_days` is 0.
    """
    expired = _expire(wiring)
    removed = [sha256 for sha256 in _orphans(wiring) if wiring.artifacts.remove(sha256, grace_s)]
    swept = wiring.artifacts.sweep_temporary(grace_s)
    over = sessions.purge(wiring)
    WaitingFiles(wiring.settings.home / FOLDER).sweep(wiring.now())
    if swept or removed or expired or over:
        log.info("purged", temporary=swept, orphan=len(removed), expired=expired, sessions=over)
    return Purged(swept, len(removed), expired, over)


def _expire(wiring: Wiring) -> int:
    days = wiring.settings.retention_days
    if not days:
        return 0
    now = wiring.now()
    with wiring.store.writing() as unit:
        return versions.expire(unit.connection, now - dt.timedelta(days=days), now)


def _orphans(wiring: Wiring) -> set[str]:
    """Contents nobody points at. Files are listed first: a row that comes meanwhile counts."""
    there = set(wiring.artifacts.contents())
    with wiring.store.reading() as connection:
        return there - set(_kept(connection))


def _kept(connection: Any) -> dict[str, str]:
    """What is kept, each with a name: versions within their keeping, and every report."""
    return sent.kept_reports(connection) | versions.kept(connection)


def scrub(wiring: Wiring) -> Scrubbed:
    """Read every file that a version points at, and every report; tell those missing or damaged.

    A new export of the division writes an unusable file anew, under the same digest.
    """
    with wiring.store.reading() as connection:
        kept = _kept(connection)
    unusable = []
    for sha256, file_name in sorted(kept.items(), key=lambda one: one[1]):
        try:
            wiring.artifacts.read(sha256, file_name)
        except ArtifactUnusable as error:
            unusable.append((file_name, error.why))
            log.error("artifact_unusable", file_name=file_name, sha256=sha256)  # noqa: TRY400
    return Scrubbed(len(kept), len(_orphans(wiring)), tuple(unusable))


def serve(wiring: Wiring, version: Any) -> bytes:
    """The bytes of a version's row, checked. Raises ArtifactExpired, ArtifactUnusable."""
    if version.expired_at is not None:
        raise ArtifactExpired(version.file_name)
    try:
        return wiring.artifacts.read(version.sha256, version.file_name)
    except ArtifactUnusable:
        with wiring.store.reading() as connection:
            if versions.is_expired(connection, version.id):  # since the row was read
                raise ArtifactExpired(version.file_name) from None
        raise
