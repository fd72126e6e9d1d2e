"""Comparing two versions, files or the data of today, by pupil and field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline import upkeep
from pipeline.artifacts import digest
from pipeline.domain.carried import carried
from pipeline.domain.differences import PupilDifference, differences, header_changes
from pipeline.domain.document import Document
from pipeline.domain.fields import PFMP, PROJECT, Change
from pipeline.export_build import assembled, read_snapshots
from pipeline.store import versions
from pipeline.wiring import Wiring
from pipeline.xml.profiles import Profile
from pipeline.xml.read_back import read_back


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: what it is, what it holds; whose it is, when that is known."""

    title: str
    document: Document
    profile: Profile
    division_id: int | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs, in what both profiles carry."""

    before: str
    after: str
    header: tuple[Change, ...]
    pupils: tuple[PupilDifference, ...]
    not_compared: tuple[str, ...]


def of_version(wiring: Wiring, version: Any) -> Side:
    """A version's own bytes, read back. Raises ArtifactExpired, ArtifactUnusable."""
    data = upkeep.serve(wiring, version)
    document, profile = read_back(data, version.file_name, wiring.profiles)
    title = f"{version.code}, version {version.version} ({version.profile})"
    return Side(title, document, profile, version.division_id)


def of_file(wiring: Wiring, name: str, data: bytes) -> Side:
    """A file of any origin; its division is known when its bytes are a version's."""
    document, profile = read_back(data, name, wiring.profiles)
    with wiring.store.reading() as connection:
        same = versions.with_content(connection, digest(data))
    named = [one for one in same if one.file_name == name] or same
    return Side(name, document, profile, named[-1].division_id if named else None)


def of_today(wiring: Wiring, division_id: int, profile: str) -> Side:
    """What an export would hold now; it is neither rendered nor stored."""
    snapshot = read_snapshots(wiring, [division_id])[division_id]
    chosen = wiring.profile(profile)
    title = f"{snapshot.division}, données actuelles ({profile})"
    return Side(title, assembled(wiring, chosen, snapshot).document, chosen, division_id)


def compare(before: Side, after: Side) -> Comparison:
    """The pupils who differ; what one of the two profiles does not carry is left aside, and said.

    A pupil who is red now is absent from the data of today, as from a file.
    """
    sides = (before.profile, after.profile)
    pfmp = all(one.carries_pfmp for one in sides)
    project = all(one.carries_project for one in sides)
    old, new = (carried(one.document, pfmp=pfmp, project=project) for one in (before, after))
    carries_more = any(one.carries_pfmp != pfmp for one in sides)
    aside = [PFMP] if carries_more else []
    aside += [PROJECT] if any(one.carries_project != project for one in sides) else []
    return Comparison(
        before.title, after.title, header_changes(old, new), differences(old, new), tuple(aside)
    )
