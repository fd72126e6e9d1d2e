"""What the administrator sees first: the counts that matter of each part."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.desk.rights import need
from pipeline.domain.accounts import AccountState, Principal, Right
from pipeline.store import account_lists, admin_reads
from pipeline.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is of each."""

    schools: int
    divisions: int
    frameworks: int
    active: int
    invited: int
    disabled: int


def counts(wiring: Wiring, me: Principal) -> Counts:
    """Count them, in two statements."""
    need(me, Right.ADMINISTER)
    with wiring.store.reading() as connection:
        things = admin_reads.home_counts(connection)
        states = account_lists.counts_by_state(connection)
    return Counts(
        things.schools, things.divisions, things.frameworks,
        *(states.get(state, 0)
          for state in (AccountState.ACTIVE, AccountState.INVITED, AccountState.DISABLED)),
    )  # fmt: skip
