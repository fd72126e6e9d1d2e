"""Opening a booklet to be filled in: its fields, what they hold, its light, who is beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.desk import rights
from pipeline.desk.entry_fields import Field, fields_of
from pipeline.desk.entry_values import digest, values_of
from pipeline.domain.accounts import Principal, Right
from pipeline.domain.completeness import gaps_of
from pipeline.domain.facts import BookletFacts, LevelFacts, Limits, Teacher
from pipeline.domain.gaps import Gap, Light, light_of
from pipeline.errors import NotFound
from pipeline.store import facts, reports
from pipeline.store.teachers import teachers_offered
from pipeline.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Opened:
    """A booklet as its page shows it, at one revision; the light is that of these very data."""

    booklet_id: int
    revision: int
    division: Any
    level: LevelFacts
    limits: Limits
    booklet: BookletFacts
    pupils: tuple[Any, ...]  # of the division, by name
    offered: tuple[Teacher, ...]  # by STS

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields of the page, in its order."""
        return fields_of(self.level, self.booklet)

    @property
    def values(self) -> dict[str, str]:
        """The text of each input."""
        return values_of(self.booklet)

    @property
    def read(self) -> dict[str, str]:
        """The digest of each field: what a writer has read."""
        values = self.values
        return {one.key: digest(one, values) for one in self.fields}

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What is missing or wrong."""
        return gaps_of(self.booklet, self.level, self.limits)

    @property
    def light(self) -> Light:
        """The light that follows from the gaps."""
        return light_of(self.gaps)

    @property
    def rank(self) -> int:
        """The pupil's place in the division, from 0."""
        return next(n for n, one in enumerate(self.pupils) if one.id == self.booklet_id)

    @property
    def pupil(self) -> Any:
        """Whose booklet it is."""
        return self.pupils[self.rank]

    def beside(self, step: int) -> int | None:
        """The booklet so many pupils further in the division, if there is one."""
        place = self.rank + step
        return self.pupils[place].id if 0 <= place < len(self.pupils) else None


def opened(wiring: Wiring, principal: Principal, booklet_id: int) -> Opened:
    """A booklet to be filled in.

    Raises NotFound out of reach, without a division, or for a pupil who has left or is no longer
    under school status.
    """
    with wiring.store.reading() as connection:
        return opened_in(wiring, connection, principal, booklet_id)


def opened_in(wiring: Wiring, connection: Any, principal: Principal, booklet_id: int) -> Opened:
    """The same in the caller's snapshot."""
    row = rights.booklet(connection, principal, Right.ENTER, booklet_id)
    division = rights.division(connection, principal, Right.ENTER, row.division_id)
    (placed,) = facts.read_booklets(connection, booklet_ids=[booklet_id])
    pupils = tuple(reports.pupils(connection, division.id))
    if all(one.id != booklet_id for one in pupils):
        raise NotFound("Livret", booklet_id)
    return Opened(
        booklet_id, next(one.revision for one in pupils if one.id == booklet_id), division,
        facts.read_levels(connection, [division.id])[division.id], wiring.limits, placed.facts,
        pupils, tuple(teachers_offered(connection, division.id)),
    )  # fmt: skip
