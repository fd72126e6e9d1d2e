"""The schools of a form with the divisions under each, as boxes to tick."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.desk.admin_account_form import Form


@dataclass(frozen=True, slots=True)
class Box:
    """One division to tick."""

    id: int
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """One school to tick, and the divisions of its newest year, with those chosen before."""

    uai: str
    name: str
    is_chosen: bool
    boxes: Sequence[Box]

    @property
    def is_open(self) -> bool:
        """Whether its divisions are in sight at once."""
        return self.is_chosen or any(one.is_chosen for one in self.boxes)


def groups_of(schools: Iterable[Any], divisions: Iterable[Any], form: Form) -> list[Group]:
    """Every school, in its order."""
    boxes = defaultdict(list)
    newest = {row.uai: row.newest_year for row in schools}
    chosen = set(form.divisions)
    for row in divisions:
        if row.start_year == newest.get(row.school_uai) or row.id in chosen:
            year = "" if row.start_year == newest.get(row.school_uai) else f" ({row.start_year})"
            label = f"{row.code}{year}"
            boxes[row.school_uai].append(Box(row.id, label, row.id in chosen))
    return [Group(row.uai, row.name, row.uai in form.schools, boxes[row.uai]) for row in schools]
