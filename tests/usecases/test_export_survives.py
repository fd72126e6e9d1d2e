"""What one job or the world does to it must not reach the others, nor end it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from rowsbuilder import a_school

from pipeline import export_run
from pipeline.domain.states import JobState
from pipeline.errors import ArtifactsUnavailable
from pipeline.export_run import ATTEMPT_CAP, PUT_BACK_S
from tests.usecases.exporting import FullDisk, ask, job

pytestmark = pytest.mark.faults


@pytest.fixture
def school(store):
    return a_school(store, pupil_count=2)


def test_an_outage_longer_than_the_allowed_attempts_fails_no_job(w, school, clock):
    job_id = ask(w, school.division_id)
    full = replace(w, artifacts=FullDisk(w.settings.artifacts_folder, 10))
    for _ in range(3 * ATTEMPT_CAP):
        with suppress(ArtifactsUnavailable):
            export_run.run(full, [job_id])
        clock.move(PUT_BACK_S + 1)
    export_run.run(w, [job_id])
    assert job(w, job_id).state == JobState.READY
