from __future__ import annotations

import itertools

import pytest

from pipeline.domain.states import FINAL_STATES, MOVES, JobState, may_move

S = JobState
ALLOWED = {
    (S.QUEUED, S.RUNNING),
    (S.QUEUED, S.FAILED),
    (S.QUEUED, S.CANCELLED),
    (S.RUNNING, S.RUNNING),
    (S.RUNNING, S.QUEUED),
    (S.RUNNING, S.READY),
    (S.RUNNING, S.REFUSED),
    (S.RUNNING, S.FAILED),
    (S.RUNNING, S.CANCELLED),
}


@pytest.mark.parametrize(("state", "to"), list(itertools.product(S, S)))
def test_only_the_moves_of_the_table_are_allowed(state: JobState, to: JobState) -> None:
    assert may_move(state, to) is ((state, to) in ALLOWED)


def test_every_state_has_its_row() -> None:
    assert set(MOVES) == set(S)


def test_the_ends_are_final() -> None:
    assert {S.READY, S.REFUSED, S.FAILED, S.CANCELLED} == FINAL_STATES


def test_every_state_can_be_reached_and_can_end() -> None:
    reached, frontier = {S.QUEUED}, [S.QUEUED]
    while frontier:
        new = MOVES[frontier.pop()] - reached
        reached |= new
        frontier += new

    assert reached == set(S)
    assert all(MOVES[state] & FINAL_STATES for state in set(S) - FINAL_STATES)
