"""Fields that changed: as values for programs, as rows for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pipeline.domain.fields import GROUP, OF_NO_YEAR, Change, Place
from pipeline.field_labels import field_label, part_label, value_label

COLUMNS = ("Élève", "Année", "Matière", "Champ", "Avant", "Après")
Told = tuple[object, Sequence[Change]]


def place_view(place: Place) -> dict[str, Any]:
    """A place for programs, and its French label."""
    return place._asdict() | {"label": field_label(place)}


def change_view(change: Change) -> dict[str, Any]:
    """A change for programs; `null` where a side does not hold the field."""
    return place_view(change.place) | {"before": change.before, "after": change.after}


def change_rows(told: Iterable[Told]) -> Iterator[tuple[str, ...]]:
    """One row a change; a figure of the group that moves alike for several pupils is told once."""
    pupils = [(str(who), changes) for who, changes in told]
    counts = Counter(one for _, changes in pupils for one in changes if _of_group(one))
    for who, changes in pupils:
        yield from (_row(who, one) for one in changes if counts[one] <= 1)
    yield from (_row(f"{count} élèves", one) for one, count in counts.items() if count > 1)


def _of_group(change: Change) -> bool:
    return change.place.name.startswith(GROUP)


def _row(who: str, change: Change) -> tuple[str, ...]:
    place, before, after = change
    year = "" if place.start_year == OF_NO_YEAR else str(place.start_year)
    where = (who, year, part_label(place), field_label(place))
    return (*where, value_label(before), value_label(after))
