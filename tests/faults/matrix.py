"""The fault matrix: its rows, and the table that a run prints of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

ROWS = {
    1: "writer dies after its commit, before the nudge",
    2: "writer rolls back",
    3: "broker down at the nudge",
    4: "broker hangs at the nudge",
    5: "burst of 1,000 edits of one booklet",
    6: "edit while the recompute runs",
    7: "two workers compute one booklet, ending in reverse order",
    8: "SIGKILL of workers under load",
    9: "SIGKILL of a pool's child in mid-export",
    10: "a job that kills its worker each time",
    11: "a worker without memory",
    12: "SIGTERM, SIGQUIT, TERM-QUIT-QUIT during an export",
    13: "a worker frozen longer than its lease, then thawed",
    14: "one message delivered ten times",
    15: "visibility time-out shorter than the task",
    16: "SIGKILL of the broker under load",
    17: "broker back without its data, FLUSHALL",
    18: "black hole between product and broker",
    19: "storm of connection resets",
    20: "broker out of memory",
    21: "password refused, connections cut",
    22: "SIGKILL of beat after a tick",
    23: "broker down at the nightly minute",
    24: "two beats at once",
    25: "machine off at night, hour changed, clock set back",
    26: "crash at each step of an export",
    27: "disk full while a file is written",
    28: "database locked or gone",
    29: "deadlock of two writers",
    30: "on demand and nightly at once",
    31: "one idempotency key twice, and for another request",
    32: "cancel while queued, cancel while running",
    33: "file altered or missing",
    34: "pickle, garbage and huge messages in the queues",
    35: "Flower killed, flood of events",
    36: "data edited while the file is built",
    37: "bulk UPDATE, raw SQL, cascade delete",
    38: "retention against download and re-export",
    39: "division that no schema takes",
    40: "any of these in any order (state machine)",
}
HEADS = ("row", "fault", "injected", "lost", "unexpected", "doubled", "recovery")
_COUNTS = ("injected", "lost", "unexpected", "duplicated")


class Table:
    """Adds up the ledgers of a run by row."""

    def __init__(self) -> None:
        self.rows: dict[int, dict[str, Any]] = {}
        self.controls: list[int] = []  # what was lost where nothing is sent again

    def add(self, number: int, told: dict[str, Any]) -> None:
        """Add one test's ledger to its row; of recoveries the worst counts."""
        row = self.rows.setdefault(number, dict.fromkeys((*_COUNTS, "recovery_s"), 0))
        for name in _COUNTS:
            row[name] += told[name]
        row["recovery_s"] = max(row["recovery_s"], told["recovery_s"])

    def lines(self) -> Iterator[str]:
        """The table, a line for each row that was played."""
        yield "{:>3}  {:<56} {:>8} {:>5} {:>10} {:>7} {:>9}".format(*HEADS)
        for number, row in sorted(self.rows.items()):
            recovery = f"{row['recovery_s']:.1f} s" if row["recovery_s"] else "-"
            yield "{:>3}  {:<56} {:>8} {:>5} {:>10} {:>7} {:>9}".format(
                number, ROWS[number], *(row[name] for name in _COUNTS), recovery
            )
        if self.controls:
            yield f"control, row 8 without a sweeper: lost {self.controls}"
