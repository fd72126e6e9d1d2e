"""What the administrator sees first: the counts that matter of each part."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.desk.rights import need
from pipeline.domain.accounts import AccountState, Principal, Right
from pipeline.store import account_lists, admin_reads, pulse
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
    late_lights: int
    waiting_jobs: int


def counts(wiring: Wiring, me: Principal) -> Counts:
    """Count them, in as many statements whatever there is."""
    need(me, Right.ADMINISTER)
    with wiring.store.reading() as connection:
        things = admin_reads.home_counts(connection)
        states = account_lists.counts_by_state(connection)
        late, jobs = pulse.late(connection), pulse.jobs(connection)
    return Counts(
        things.schools, things.divisions, things.frameworks,
        active=states.get(AccountState.ACTIVE, 0), invited=states.get(AccountState.INVITED, 0),
        disabled=states.get(AccountState.DISABLED, 0), late_lights=late.count,
        waiting_jobs=jobs.waiting,
    )  # fmt: skip
