"""The configuration of a diploma's levels (guide, "Attribution d'une périodicité")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline import levels
from pipeline.desk import rights
from pipeline.desk.diplomas import Choice, chosen
from pipeline.domain.accounts import Principal, Right
from pipeline.domain.periods import Level
from pipeline.errors import OutdatedSettings
from pipeline.labels import LEVELS
from pipeline.levels import Choices
from pipeline.store import levels as statements
from pipeline.wiring import Wiring


@dataclass(frozen=True, slots=True)
class LevelDesk:
    """One level as it is set, and how many booklets hold data: from one on it is locked."""

    level: Level
    pupil_count: int
    held_count: int
    set_: Choices

    @property
    def is_locked(self) -> bool:
        """Whether the periodicity cannot change any more."""
        return bool(self.held_count) and self.set_.periodicity is not None


@dataclass(frozen=True, slots=True)
class Configuration:
    """The levels of a choice, première first."""

    choice: Choice
    levels: tuple[LevelDesk, ...]


def look(wiring: Wiring, principal: Principal, key: tuple[str, int, str]) -> Configuration:
    """How the levels of a diploma are set. Raises NotFound, Forbidden."""
    rights.need(principal, Right.CONFIGURE)
    with wiring.store.reading() as connection:
        choice, _ = chosen(connection, principal, key)
        rows = _levels(connection, key)
        held = {row.level: _held_count(connection, key, row.level) for row in rows}
    found = (LevelDesk(row.level, row.pupil_count, held[row.level], _set(row)) for row in rows)
    return Configuration(choice, tuple(found))


def save(
    wiring: Wiring,
    principal: Principal,
    key: tuple[str, int, str],
    *,
    shown: Mapping[Level, Choices],
    wanted: Mapping[Level, Choices],
) -> None:
    """Set the levels of a diploma together, or none: only what differs from what was shown.

    Raises OutdatedSettings where a level is no longer as the form showed it, PeriodicityLocked
    where data came meanwhile, NotFound for a level without division.
    """
    rights.need(principal, Right.CONFIGURE)
    with wiring.store.reading() as connection:
        chosen(connection, principal, key)
        now = {row.level: _set(row) for row in _levels(connection, key)}
    moved = [level for level in shown if level in now and now[level] != shown[level]]
    if moved:
        raise OutdatedSettings([LEVELS[level].lower() for level in moved])
    given = [
        ((*key, level), _differing(shown.get(level, Choices()), choice))
        for level, choice in wanted.items()
    ]
    levels.choose_all(wiring.store, given, actor=principal.actor, now=wiring.now())


def _differing(shown: Choices, wanted: Choices) -> Choices:
    same = (name for name in Choices._fields if getattr(shown, name) == getattr(wanted, name))
    return wanted._replace(**dict.fromkeys(same))


def _levels(connection: Any, key: tuple[str, int, str]) -> list[Any]:
    uai, start_year, diploma_code = key
    rows = statements.listed(connection, uai, start_year)
    return [row for row in rows if row.diploma_code == diploma_code]


def _held_count(connection: Any, key: tuple[str, int, str], level: Level) -> int:
    ids = statements.booklet_ids(connection, *key, level)
    return statements.with_data_count(connection, ids)


def _set(row: Any) -> Choices:
    flags = (row.exports_pfmp, row.exports_project, row.exports_previous_year)
    return Choices(row.periodicity, *map(bool, flags))
