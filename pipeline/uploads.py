"""What the uploads recorded make LSL hold of some pupils, read from as few files as can be."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pipeline import upkeep
from pipeline.domain.document import Document
from pipeline.errors import Refused
from pipeline.receiver import State, receive
from pipeline.wiring import Wiring
from pipeline.xml.read_back import read_back


@dataclass(frozen=True, slots=True)
class Upload:
    """A version recorded as sent; `unusable` tells why it could not be counted in."""

    division: str
    profile: str
    version: int
    sent_at: dt.datetime
    unusable: str | None = None


@dataclass(slots=True)
class Held:
    """What LSL holds of the pupils asked for, as far as the files of their uploads are there.

    `uploads` are those that hold one of them, in their order, and those of which that is unknown.
    `pupils` are all that the uploads of each division hold; `editor` made the last upload of all
    that are known in that respect.
    """

    state: State = field(default_factory=dict)
    uploads: list[Upload] = field(default_factory=list)
    pupils: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    editor: str | None = None


def held_of(wiring: Wiring, wanted: set[int], versions: Iterable[Any]) -> Held:
    """What these versions, in the order in which they were sent, make LSL hold of the pupils.

    A manifest names the pupils of its file: only files with one of those wanted are read, and
    files whose manifest is older than those names.
    """
    held = Held()
    for row in versions:
        said = row.manifest
        named = set(said["pupils"]) if "pupils" in said else None
        if named is None or named & wanted:
            document = _read(wiring, row, held, wanted)
            if document is not None:
                named, said = document.siecle_ids, {"editor": document.editor}
        held.pupils[row.division_id] |= named or set()
        held.editor = said.get("editor", held.editor)
    return held


def _read(wiring: Wiring, row: Any, held: Held, wanted: set[int]) -> Document | None:
    """Take one upload in, as the receiver does; one whose file is gone is told."""
    unusable = None
    document = None
    try:
        data = upkeep.serve(wiring, row)
        document, _ = read_back(data, row.file_name, wiring.profiles)
    except Refused as error:
        unusable = str(error)
    if document is None or document.siecle_ids & wanted:
        held.uploads.append(Upload(row.code, row.profile, row.version, row.sent_at, unusable))
    if document is not None:
        held.state, _ = receive(held.state, document)
    return document
