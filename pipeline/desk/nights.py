"""The nightly runs, told of one's own schools alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from pipeline.desk import rights
from pipeline.domain.accounts import Principal, Right
from pipeline.store import desk_files
from pipeline.wiring import Wiring

NIGHTS = 30


@dataclass(frozen=True, slots=True)
class Night:
    """One night; `counts` is empty where it asked for no division of these schools."""

    row: Any
    counts: Any | None
    without_file: tuple[Any, ...]  # the jobs that gave none, in the order of divisions

    @property
    def is_over(self) -> bool:
        """Whether all its jobs of these schools ended."""
        return self.counts is None or not self.counts.open_count

    @property
    def duration(self) -> dt.timedelta | None:
        """From its start to the end of the last job of these schools; nothing while one is open."""
        if self.counts is None or not self.is_over or self.counts.last_at is None:
            return None
        return self.counts.last_at - self.row.started_at  # type: ignore[no-any-return]


def look(wiring: Wiring, principal: Principal, limit: int = NIGHTS) -> list[Night]:
    """The newest nights, newest first, in as many statements whatever the divisions."""
    rights.need(principal, Right.EXPORT)
    with wiring.store.reading() as connection:
        rows = desk_files.nights(connection, limit)
        if not rows:
            return []
        mine = (connection, principal.schools, rows[-1].business_date)
        counts = desk_files.night_counts(*mine)
        failures = desk_files.night_failures(*mine)
    return [
        Night(
            row, counts.get(row.business_date),
            tuple(one for one in failures if one.business_date == row.business_date),
        )
        for row in rows
    ]  # fmt: skip
