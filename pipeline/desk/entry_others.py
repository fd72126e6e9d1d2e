"""What others did in a booklet meanwhile, in words: who, which fields, at what hour."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pipeline.desk.entry_fields import Field
from pipeline.desk.figures import clock
from pipeline.store.edits import PastEdit

SOMEONE = "Un import"  # the command and its imports act without an account


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that two changed: what is there now, in the inputs and as read, who wrote it."""

    field: Field
    values: Mapping[str, str]
    read: str  # its digest: whoever sends it has seen it
    who: str  # « Claire Martin a modifié l’appréciation générale à 14 h 03. »


def hour(at: dt.datetime, timezone: str) -> str:
    """`14 h 05`, local."""
    return clock(at.astimezone(ZoneInfo(timezone)))


def who(edit: PastEdit, me: str) -> str:
    """« Claire Martin a modifié », « Vous avez modifié, dans une autre fenêtre, »."""
    if edit.actor == me:
        return "Vous avez modifié, dans une autre fenêtre,"
    return f"{edit.name or SOMEONE} a modifié"


def sentences(
    edits: Iterable[PastEdit], fields: Sequence[Field], me: str, timezone: str
) -> tuple[str, ...]:
    """One sentence for what one person did within a minute."""
    names = {audited: one.label for one in fields for audited in one.audited}
    found: dict[tuple[str, str], list[str]] = {}
    for edit in edits:
        labels = found.setdefault((who(edit, me), hour(edit.at, timezone)), [])
        labels += [names.get(name, name) for name in edit.fields]
    return tuple(
        f"{person} {_listed(list(dict.fromkeys(labels)))} à {at}."
        for (person, at), labels in found.items()
    )


def of_field(field: Field, edits: Sequence[PastEdit], me: str, timezone: str) -> str:
    """Who changed the field last, in a sentence."""
    for edit in reversed(edits):
        if set(edit.fields) & set(field.audited):
            return f"{who(edit, me)} {field.label} à {hour(edit.at, timezone)}."
    return f"{field.label[0].upper()}{field.label[1:]} : modifié entre-temps."


def _listed(labels: list[str]) -> str:
    return " et ".join([", ".join(labels[:-1]), labels[-1]] if len(labels) > 1 else labels)
