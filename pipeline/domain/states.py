"""Where an export job stands: words in a table of allowed moves."""

from __future__ import annotations

from enum import StrEnum


class JobState(StrEnum):
    """The states of an export job."""

    QUEUED = "queued"  # accepted, waiting for a worker
    RUNNING = "running"  # claimed under a lease
    READY = "ready"  # ended well: a new version, or unchanged
    REFUSED = "refused"  # cannot be met: every pupil is red
    FAILED = "failed"  # the house's fault, or too many attempts
    CANCELLED = "cancelled"  # taken back by a user


class Outcome(StrEnum):
    """How a READY job ended."""

    NEW_VERSION = "new_version"
    UNCHANGED = "unchanged"  # same bytes as the latest version: it is pointed at


class JobKind(StrEnum):
    """Who asked."""

    ON_DEMAND = "on_demand"
    NIGHTLY = "nightly"


MOVES: dict[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.FAILED, JobState.CANCELLED}),
    JobState.RUNNING: frozenset(
        {
            JobState.RUNNING,  # another worker takes over once the lease ran out
            JobState.QUEUED,  # put back: the world did not answer
            JobState.READY,
            JobState.REFUSED,
            JobState.FAILED,
            JobState.CANCELLED,
        }
    ),
    JobState.READY: frozenset(),
    JobState.REFUSED: frozenset(),
    JobState.FAILED: frozenset(),
    JobState.CANCELLED: frozenset(),
}

FINAL_STATES = frozenset(state for state, moves in MOVES.items() if not moves)


def may_move(state: JobState, to: JobState) -> bool:
    """Whether the table allows the move."""
    return to in MOVES[state]
