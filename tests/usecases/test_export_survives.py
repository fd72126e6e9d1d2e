"""What one job or the world does to it must not reach the others, nor end it."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import replace

import pytest
from rowsbuilder import a_school

from pipeline import export, export_run
from pipeline.domain.states import JobState
from pipeline.errors import ArtifactsUnavailable
from pipeline.export_run import ATTEMPT_CAP, PUT_BACK_S
from pipeline.xml.profiles import default_folder, load_profiles
from tests.usecases.exporting import (
    FullDisk,
    HookedArtifacts,
    Killed,
    all_jobs,
    ask,
    execute,
    job,
)

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


def test_a_job_that_kills_its_workers_takes_no_other_along(w, store, clock, sent):
    chosen = [a_school(store, pupil_count=1, division_code=f"1M{n}").division_id for n in range(10)]
    execute(
        store,
        "UPDATE evaluation SET appreciation = 'KILLER' WHERE booklet_id IN"
        " (SELECT id FROM booklet WHERE division_id = :id)",
        id=chosen[4],
    )

    def dies(data):
        if b"KILLER" in data:
            raise Killed

    doomed = replace(w, artifacts=HookedArtifacts(w.settings.artifacts_folder, dies))
    with store.writing() as unit:
        export.request_night(unit, chosen, "lslpro-draft-1", clock().date(), clock())
    for _ in range(ATTEMPT_CAP + 2):
        messages, sent[:] = list(sent), []
        for message in messages:
            with suppress(Killed):
                export_run.run(doomed, message.ids)
        clock.move(w.settings.lease_s + 1)
        export.rescue(store, clock())
    states = {row.division_id: row.state for row in all_jobs(w)}
    expected = dict.fromkeys(chosen, JobState.READY) | {chosen[4]: JobState.FAILED}
    assert states == expected


@pytest.mark.parametrize("broken", ["{% if", "{{ 1 / 0 }}", "{{ document.pupils + 1 }}"])
@pytest.mark.parametrize("part", ["template.xml.j2", "schema.xsd"])
def test_a_broken_profile_fails_its_job_and_no_other(w, school, tmp_path, broken, part):
    folder = tmp_path / "profiles"
    shutil.copytree(default_folder(), folder)
    shutil.copytree(folder / "lsl-1.0", folder / "broken")
    description = folder / "broken" / "profile.toml"
    description.write_text(description.read_text().replace('"lsl-1.0"', '"broken"'))
    (folder / "broken" / part).write_text(broken)
    w = replace(w, profiles=load_profiles(folder))
    ids = [ask(w, school.division_id, name) for name in ("broken", "lsl-1.0")]
    export_run.run(w, ids)
    assert [job(w, one).state for one in ids] == [JobState.FAILED, JobState.READY]
