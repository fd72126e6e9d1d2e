"""Row 40: thousands of schedules of edits, exports, crashes, losses and ticks, in any order."""

from __future__ import annotations

import shutil

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.machine import Machine
from tests.faults.stage import Stage, a_template
from tests.ledger import Ledger

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3_600)]
SHARDS = 4
QUICK, LONG = 500, 2_500  # schedules in each shard
STEPS = 25


@pytest.mark.parametrize("shard", range(SHARDS))
def test_row_40_any_order_of_faults_loses_and_doubles_nothing(
    request, tmp_path, soak, shard, record_property
):
    migrated = request.getfixturevalue("_sqlite_template")

    made = Stage(a_template(shutil.copy(migrated, tmp_path / "template.db")))
    request.addfinalizer(made.end)

    class Schedule(Machine):
        stage = made

    count = LONG if soak else QUICK
    chosen = settings(
        max_examples=count, stateful_step_count=STEPS, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )  # fmt: skip
    schedule = Schedule if soak else seed(shard)(Schedule)  # the long form explores
    run_state_machine_as_test(schedule, settings=chosen)
    assert Schedule.judged_count >= count
    record_property("fault_row", (40, Ledger(injected=Schedule.judged_count).told()))
