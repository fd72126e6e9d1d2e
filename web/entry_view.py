"""What the page of a booklet shows: values typed or held, faults and clashes at their fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.desk.entry import Opened
from pipeline.desk.entry_blame import blamed
from pipeline.desk.entry_fields import (
    OPINION_KEYS,
    TEACHERS,
    Degree,
    Field,
    degrees,
    period_names,
    project_word,
    shows_project,
    teacher_inputs,
)
from pipeline.desk.entry_others import Clash
from pipeline.desk.entry_save import Saved
from pipeline.desk.entry_values import Values, teacher_ranks
from pipeline.desk.entry_weighing import Held, Written, touched
from pipeline.domain.life import OPINIONS
from pipeline.domain.text import normalise

LEAST_TEACHERS = 2  # the lines always offered


@dataclass(frozen=True, slots=True)
class Shown:
    """A booklet's page, with what was typed and is not saved."""

    opened: Opened
    values: Values
    read: Mapping[str, str]
    revision: int
    saved: Saved | None = None
    clashes: Mapping[str, Clash] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """The text of an input."""
        return self.values.get(name, "")

    def count(self, name: str) -> int:
        """The characters of a text, as the rule counts them."""
        return len(normalise(self.value(name))[0])

    def faults(self, key: str) -> tuple[str, ...]:
        """What is wrong with a field."""
        return self.saved.faults.get(key, ()) if self.saved else ()

    def is_blamed(self, key: str, name: str) -> bool:
        """Whether this input of a field is to be mended."""
        if not self.faults(key):
            return False
        one = self.field(key)
        return name in blamed(one, self.values, self.opened.limits)

    def target(self, key: str) -> str:
        """What a link to a field goes to: the input to mend, else its first."""
        one = self.field(key)
        if key.startswith("competence-") or key in {TEACHERS, *OPINION_KEYS, "engagements"}:
            return key
        bad = blamed(one, self.values, self.opened.limits) if self.faults(key) else one.inputs
        return bad[0]

    def field(self, key: str) -> Field:
        """A field of the page by its key."""
        return next(one for one in self.opened.fields if one.key == key)

    @property
    def lu(self) -> str:
        """The digests of what is read, as the page carries them."""
        return json.dumps(dict(self.read), separators=(",", ":"))

    @property
    def degrees(self) -> tuple[Degree, ...]:
        """The competences to rate."""
        return degrees(self.opened.level, self.opened.booklet)

    @property
    def periods(self) -> dict[int, str]:
        """The periods of the level."""
        return period_names(self.opened.level)

    @property
    def project(self) -> str:
        """`Projet` or `Chef-d’œuvre`; empty where it is not offered."""
        level = self.opened.level
        return project_word(level) if shows_project(level, self.opened.booklet) else ""

    @property
    def opinions(self) -> dict[str, str]:
        """The label of each opinion by its key on the page."""
        return {key: OPINIONS[kind].replace("'", "’") for key, kind in OPINION_KEYS.items()}

    @property
    def teacher_rows(self) -> list[tuple[int, str, str]]:
        """The rank and the two inputs of each teacher, with one line to spare."""
        filled = [
            rank
            for rank in teacher_ranks(self.values)
            if any(self.value(name) for name in teacher_inputs(rank))
        ]
        last = max([LEAST_TEACHERS, *(rank + 1 for rank in filled)])
        return [(rank, *teacher_inputs(rank)) for rank in range(1, last + 1)]

    @property
    def has_exam(self) -> bool:
        """Whether the level has an opinion for the exam."""
        return any(one.key == "avis-examen" for one in self.opened.fields)


def fresh(opened: Opened, saved: Saved | None = None) -> Shown:
    """The page of a booklet as it is."""
    return Shown(opened, opened.values, opened.read, opened.revision, saved)


def after(saved: Saved, written: Written) -> Shown:
    """The page after a save that left something unsaved: what was typed is kept."""
    opened = saved.opened
    held = Held(opened.fields, opened.values, opened.revision, opened.level)
    kept = touched(written, held)
    if not kept:
        return fresh(opened, saved)
    values = dict(opened.values)
    for one in kept:
        names = one.inputs
        if one.key == TEACHERS:
            names = tuple(n for rank in teacher_ranks(written.values) for n in teacher_inputs(rank))
        values |= {name: written.values[name] for name in names if name in written.values}
    unread = {one.key for one in kept} - set(written.read)
    read = opened.read | {k: written.read[k] for one in kept if (k := one.key) in written.read}
    return Shown(
        opened, values, {key: one for key, one in read.items() if key not in unread},
        written.based_on, saved,
        {one.field.key: one for one in saved.clashes},
    )  # fmt: skip
