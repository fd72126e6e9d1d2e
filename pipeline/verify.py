"""Telling which version a file is, and whether it is intact."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeline.artifacts import digest
from pipeline.domain.names import without_copy_mark
from pipeline.store import versions
from pipeline.store.unit import Store


class Verdict(StrEnum):
    """What a file turned out to be."""

    INTACT = "intact"  # byte for byte a version of ours, whatever its name
    MODIFIED = "modified"  # carries the name of a version, with other bytes
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verification:
    """The verdict, and of which version; `superseded_by` is the newest one when newer."""

    result: Verdict
    division: str | None = None
    profile: str | None = None
    version: int | None = None
    file_name: str | None = None
    superseded_by: int | None = None
    renamed: bool = False


def verify(store: Store, file_name: str, data: bytes) -> Verification:
    """Tell intact, modified, renamed, superseded and unknown apart, by digest first."""
    name = without_copy_mark(_storable(file_name))
    with store.reading() as connection:
        same = versions.with_content(connection, digest(data))
        named = versions.with_name(connection, name)
    if same:
        row = next((one for one in same if one.file_name == name), same[-1])
        newer = row.newest if row.newest > row.version else None
        renamed = row.file_name != file_name
        return Verification(
            Verdict.INTACT, row.code, row.profile, row.version, row.file_name, newer, renamed
        )
    if named is not None:
        return Verification(
            Verdict.MODIFIED, named.code, named.profile, named.version, named.file_name
        )
    return Verification(Verdict.UNKNOWN)


def _storable(name: str) -> str:
    """The name without what no database takes: NUL, and bytes that were no UTF-8."""
    return name.encode("utf-8", "replace").decode().replace("\0", "?")
