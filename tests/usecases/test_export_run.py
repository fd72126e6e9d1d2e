"""How an export ends: a new version, unchanged, refused or failed, each with its report."""

from __future__ import annotations

import pytest
from lxml import etree
from rowsbuilder import NOW, UAI, a_school

from pipeline import export_run
from pipeline.artifacts import digest
from pipeline.domain.states import JobState, Outcome
from pipeline.xml.validate import schema_faults
from tests.oracle import half_files, wrong_versions
from tests.usecases.exporting import (
    DRAFT,
    PLAIN,
    ask,
    complete,
    data_of,
    execute,
    exported,
    job,
    set_marks,
    versions_of,
)


@pytest.fixture
def school(store):
    return a_school(store, pupil_count=3, exports_pfmp=True)


def test_the_first_export_makes_version_one_and_tells_who_is_in_it(w, school):
    row = exported(w, school.division_id)
    assert (row.state, row.outcome, row.version) == (JobState.READY, Outcome.NEW_VERSION, 1)
    assert (row.done_count, row.total_count, row.finished_at) == (3, 3, NOW)
    assert (row.lease_until, row.due_at, row.attempt_count) == (None, None, 1)
    assert row.report["lights"] == {"red": 0, "orange": 0, "green": 3}
    (version,) = versions_of(w, school.division_id)
    assert version.job_id == row.id


def test_the_bytes_kept_are_those_that_were_checked(w, school):
    exported(w, school.division_id)
    (version,) = versions_of(w, school.division_id)
    data = data_of(w, version)
    assert (digest(data), len(data)) == (version.sha256, version.size)
    assert schema_faults(data, w.profiles[DRAFT]) == []
    assert [pupil.get("id") for pupil in etree.fromstring(data).iter("eleve")] == [
        "1001", "1002", "1003"
    ]  # fmt: skip


def test_the_manifest_tells_what_the_version_is(w, school):
    exported(w, school.division_id)
    (version,) = versions_of(w, school.division_id)
    named = {"file_name": version.file_name, "sha256": version.sha256, "size": version.size}
    known = {"version": 1, "supersedes": None, "profile": DRAFT, "school_uai": UAI}
    assert version.manifest.items() >= (named | known | {"division": "1MELEC1"}).items()


def test_the_same_data_again_is_unchanged_and_points_at_the_version(w, school, clock):
    exported(w, school.division_id)
    clock.move(86_400)
    row = exported(w, school.division_id)
    assert (row.state, row.outcome, row.version) == (JobState.READY, Outcome.UNCHANGED, 1)
    assert len(versions_of(w, school.division_id)) == 1


def test_a_change_makes_version_two_and_leaves_version_one_as_it_was(w, school):
    exported(w, school.division_id)
    (first,) = versions_of(w, school.division_id)
    bytes_of_first = data_of(w, first)
    set_marks(w.store, school.booklet_ids[:1], 1999)
    row = exported(w, school.division_id)
    assert (row.outcome, row.version) == (Outcome.NEW_VERSION, 2)
    kept, second = versions_of(w, school.division_id)
    assert (kept, data_of(w, kept)) == (first, bytes_of_first)
    assert second.manifest["supersedes"] == 1
    assert wrong_versions(w) == []


def test_old_data_again_after_a_change_is_a_version_of_its_own(w, school):
    for mark in (1000, 1100, 1000):
        set_marks(w.store, school.booklet_ids, mark)
        exported(w, school.division_id)
    one, two, three = versions_of(w, school.division_id)
    assert one.sha256 == three.sha256 != two.sha256
    assert one.file_name != three.file_name


def test_each_profile_has_a_line_of_versions_of_its_own(w, school):
    rows = [exported(w, school.division_id, profile) for profile in (DRAFT, PLAIN, PLAIN)]
    assert [(row.profile, row.version) for row in rows] == [(DRAFT, 1), (PLAIN, 1), (PLAIN, 1)]
    assert rows[1].report["not_carried"] == ["pfmp"]


def test_a_red_pupil_is_left_out_and_the_report_says_why(w, school):
    execute(w.store, "DELETE FROM rating WHERE booklet_id = :id", id=school.booklet_ids[1])
    row = exported(w, school.division_id)
    (left_out,) = row.report["left_out"]
    assert (row.state, left_out["siecle_id"]) == (JobState.READY, 1002)
    assert ["competence_not_rated", "mandatory", "9001"] in left_out["gaps"]
    (version,) = versions_of(w, school.division_id)
    assert b'id="1002"' not in data_of(w, version)


@pytest.mark.faults
def test_a_division_of_red_pupils_is_refused_with_each_pupils_gaps(w, store):
    division_id = a_school(store, pupil_count=2, complete=False).division_id
    row = exported(w, division_id)
    assert (row.state, row.error_code) == (JobState.REFUSED, "nothing_exportable")
    assert "aucun élève exportable sur 2" in row.report["message"]
    assert [bool(one["gaps"]) for one in row.report["left_out"]] == [True, True]
    assert versions_of(w, division_id) == []


@pytest.mark.faults
def test_a_division_without_pupils_is_refused(w, store):
    row = exported(w, a_school(store, pupil_count=0).division_id)
    assert (row.state, row.error_code) == (JobState.REFUSED, "nothing_exportable")
    assert "sur 0" in row.report["message"]


@pytest.mark.faults
def test_a_refused_division_is_exported_once_its_booklets_are_complete(w, store):
    ids = a_school(store, pupil_count=1, complete=False)
    refused = exported(w, ids.division_id)
    complete(store, ids.booklet_ids)
    assert (refused.state, exported(w, ids.division_id).state) == (
        JobState.REFUSED,
        JobState.READY,
    )


@pytest.mark.faults
def test_unknown_and_doubled_ids_in_a_message_change_nothing(w, school):
    job_id = ask(w, school.division_id)
    assert export_run.run(w, ["unknown", job_id, job_id, "0" * 10_000]) == 1
    assert export_run.run(w, [job_id]) == export_run.run(w, []) == 0
    assert (job(w, job_id).attempt_count, len(versions_of(w, school.division_id))) == (1, 1)
    assert half_files(w) == []
