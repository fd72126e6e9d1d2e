"""Writing booklets inside the caller's transaction; what a level holds is read once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.domain.entries import merged
from pipeline.domain.entry import Edit, checked
from pipeline.domain.facts import BookletFacts, LevelFacts, Limits
from pipeline.errors import InvalidEntry, NotFound, OutdatedBooklet, PeriodicityNotSet
from pipeline.labels import ENTERED_SINCE, LEVELS
from pipeline.store import booklets as statements
from pipeline.store import facts, levels
from pipeline.store.merge import write_unless


@dataclass(frozen=True, slots=True)
class EditResult:
    """The booklet's revision now, the fields that changed, what was removed from texts."""

    revision: int
    changed: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BookletWriter:
    """Writes changes inside one transaction, in which the levels it has read cannot move."""

    connection: Any
    actor: str
    limits: Limits
    now: dt.datetime
    _levels: dict[int, LevelFacts] = field(default_factory=dict, init=False, repr=False)

    def apply(
        self, booklet_id: int, change: Edit, based_on: int | None, read_at: int | None = None
    ) -> EditResult:
        """Write one change. `read_at` is the revision of the copy it was made from, if it was."""
        row = statements.lock(self.connection, booklet_id)
        if row is None:
            raise NotFound("Livret", booklet_id, "« lslpro status DIVISION » donne les livrets.")
        if based_on is not None and based_on < row.revision:
            moved = statements.fields_since(self.connection, booklet_id, based_on)
            raise OutdatedBooklet(booklet_id, based_on, row.revision, moved)
        before = facts.read_booklets(self.connection, booklet_ids=[booklet_id])[0].facts
        if change.teacher_names:
            teachers = merged(before.speciality.teachers, change.teacher_names)
            change = replace(change, teachers=teachers)
        entry = checked(change, self._level(row.division_id, booklet_id), self.limits)
        if entry.faults:
            raise InvalidEntry(list(entry.faults))
        changed = self._write(before, entry.edit, row.revision, read_at)
        revision = row.revision
        if changed:
            revision = statements.bump(self.connection, booklet_id, changed, self.actor, self.now)
        return EditResult(revision, tuple(changed), entry.notes)

    def _write(
        self, before: BookletFacts, edit: Edit, revision: int, read_at: int | None
    ) -> list[str]:
        if read_at is None or read_at >= revision:
            return statements.write(self.connection, before, edit)
        moved = statements.fields_since(self.connection, before.booklet_id, read_at)
        changed, clashes = write_unless(self.connection, before, edit, moved)
        if clashes:
            raise OutdatedBooklet(before.booklet_id, read_at, revision, clashes)
        return changed

    def apply_all(
        self,
        changes: Sequence[tuple[int, Edit]],
        read_at: Mapping[int, int],
        progress: Callable[[], None],
    ) -> tuple[dict[int, EditResult], dict[int, tuple[str, ...]]]:
        """Each fault is found before anything of its booklet is written."""
        faults: dict[int, tuple[str, ...]] = {}
        results: dict[int, EditResult] = {}
        for booklet_id, change in sorted(changes, key=lambda one: one[0]):
            try:
                results[booklet_id] = self.apply(booklet_id, change, None, read_at.get(booklet_id))
            except OutdatedBooklet as error:
                faults[booklet_id] = (ENTERED_SINCE.format(", ".join(error.changes)),)
            except (InvalidEntry, PeriodicityNotSet, NotFound) as error:
                faults[booklet_id] = tuple(getattr(error, "faults", [str(error)]))
            progress()
        return results, faults

    def _level(self, division_id: int | None, booklet_id: int) -> LevelFacts:
        if division_id is None:
            raise NotFound("Division du livret", booklet_id, "Réimportez le fichier SIECLE.")
        if division_id not in self._levels:
            levels.hold(self.connection, division_id)
            self._levels[division_id] = facts.read_levels(self.connection, [division_id])[
                division_id
            ]
        level = self._levels[division_id]
        if level.periodicity is None:
            raise PeriodicityNotSet(level.diploma_code, LEVELS[level.level])
        return level
