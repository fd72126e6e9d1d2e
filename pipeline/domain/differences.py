"""What differs between two documents, pupil by pupil."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from pipeline.domain.document import Document
from pipeline.domain.fields import OF_NO_YEAR, Change, Place, changes_between, fields_of


class Presence(StrEnum):
    """On which side a pupil stands."""

    ADDED = "added"  # on the second only
    REMOVED = "removed"  # on the first only
    CHANGED = "changed"  # on both, with other fields


class PupilDifference(NamedTuple):
    """One pupil who is not alike on both sides, and each field that differs."""

    siecle_id: int
    presence: Presence
    changes: tuple[Change, ...]


def differences(before: Document, after: Document) -> tuple[PupilDifference, ...]:
    """The pupils who differ, by SIECLE id; where one stands twice the last counts."""
    old, new = ({one.siecle_id: fields_of(one) for one in side.pupils} for side in (before, after))
    found = []
    for siecle_id in sorted({*old, *new}):
        if changes := changes_between(old.get(siecle_id, {}), new.get(siecle_id, {})):
            presence = Presence.CHANGED if siecle_id in old else Presence.ADDED
            presence = presence if siecle_id in new else Presence.REMOVED
            found.append(PupilDifference(siecle_id, presence, changes))
    return tuple(found)


def header_changes(before: Document, after: Document) -> tuple[Change, ...]:
    """The fields of the header that differ: another program, another school."""
    return tuple(
        Change(Place(OF_NO_YEAR, "", name), getattr(before, name), getattr(after, name))
        for name in ("editor", "application", "uai")
        if getattr(before, name) != getattr(after, name)
    )
