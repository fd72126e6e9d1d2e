"""Weighing what was written against what is there: what to save, what is wrong, what clashes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.desk.entry_fields import Field
from pipeline.desk.entry_reading import faults_of, together
from pipeline.desk.entry_values import Values, content, digest, is_given
from pipeline.domain.entry import Edit
from pipeline.domain.facts import LevelFacts, Limits


@dataclass(frozen=True, slots=True)
class Written:
    """What someone sent: texts by input, and each field's digest as he had read it.

    `based_on` is the booklet's revision then: it tells what others did since. `partial` saves the
    fields that are right beside others that are not.
    """

    values: Values
    read: Mapping[str, str]
    based_on: int
    partial: bool = False


@dataclass(slots=True)
class Weighed:
    """The parts of an edit by field, the faults by field, and the fields that clash."""

    parts: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    faults: dict[str, tuple[str, ...]] = field(default_factory=dict)
    clashes: list[Field] = field(default_factory=list)

    @property
    def edit(self) -> Edit:
        """All that may be saved."""
        return together(list(self.parts.values()))


@dataclass(frozen=True, slots=True)
class Held:
    """What the booklet holds now."""

    fields: Sequence[Field]
    values: Values
    revision: int
    level: LevelFacts


def weigh(written: Written, held: Held, limits: Limits) -> Weighed:
    """A field that the writer did not touch stays as it is; one that both changed clashes.

    Both: what is there is neither what the writer had read nor what he wants. Without a digest
    of what he had read, any change of the booklet since counts.
    """
    weighed = Weighed()
    for one in touched(written, held):
        if _moved(one, written, held):
            weighed.clashes.append(one)
            continue
        values = whole(one, written, held)
        part, faults = faults_of(one, values, held.level, limits)
        if faults:
            weighed.faults[one.key] = faults
        else:
            weighed.parts[one.key] = part
    return weighed


def touched(written: Written, held: Held) -> list[Field]:
    """The fields that the writer changed and that do not hold what he wants."""
    return [
        one
        for one in held.fields
        if is_given(one, written.values)
        for values in [whole(one, written, held)]
        if content(one, values) != content(one, held.values)
        and written.read.get(one.key) != digest(one, values)
    ]


def whole(one: Field, written: Written, held: Held) -> Values:
    """What was written of a field; an input that was not sent keeps what is there."""
    return {name: held.values.get(name, "") for name in one.inputs} | dict(written.values)


def _moved(one: Field, written: Written, held: Held) -> bool:
    was = written.read.get(one.key)
    if was is None:
        return written.based_on < held.revision
    return was != digest(one, held.values)
