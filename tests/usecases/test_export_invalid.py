"""Data that pass completeness and break a rule of the document: coded faults, no file, no name."""

from __future__ import annotations

import json

import pytest
from rowsbuilder import a_school
from structlog.testing import capture_logs

from pipeline.domain.states import JobState
from tests.usecases.exporting import execute, exported, poison, versions_of

pytestmark = pytest.mark.faults
PERSONAL = ("ANDRÉ", "BERNARD", "COSTA", "DIALLO", "Lina", "Noé", "Amadou", "AA", "DURAND",
            "Inès", "MARTIN", "Progrès", "intégration")  # fmt: skip


@pytest.fixture
def school(store):
    return a_school(store, pupil_count=3, exports_pfmp=True)


def twice_the_same_pupil(store, division_id, booklet_ids):
    """A pupil of the sister school with the SIECLE id of one of ours, in our division."""
    (other,) = a_school(store, uai="0999998A", pupil_count=1).booklet_ids
    execute(store, "UPDATE student SET siecle_id = 1001 WHERE school_uai = '0999998A'")
    statement = "UPDATE booklet SET division_id = :division WHERE id = :id"
    execute(store, statement, division=division_id, id=other)


def a_letter_as_modality(store, division_id, booklet_ids):
    poison(store, division_id)


def letters_as_competence_code(store, division_id, booklet_ids):
    execute(store, "INSERT INTO competence VALUES (2025, 'LINA', 'C4', 'Lina')")
    execute(store, "INSERT INTO framework_competence VALUES (2025, '25520', 'premiere', 'LINA', 4)")
    execute(store, "INSERT INTO rating SELECT id, '071100', 'LINA', 3 FROM booklet")


POISONS = [
    (twice_the_same_pupil, "pupil_duplicated élève 1001"),
    (a_letter_as_modality, "SCHEMAV_CVC_PATTERN_VALID : valeur hors du format attendu"),
    (letters_as_competence_code, "SCHEMAV_CVC_PATTERN_VALID : valeur hors du format attendu"),
]


@pytest.mark.parametrize(("spoil", "fault"), POISONS)
def test_data_that_pass_completeness_and_break_a_rule_fail_with_codes_and_no_file(
    w, school, spoil, fault
):
    spoil(w.store, school.division_id, school.booklet_ids)
    row = exported(w, school.division_id)
    assert (row.state, row.error_code) == (JobState.FAILED, "invalid_document")
    assert any(one.startswith(fault) for one in row.report["faults"])
    assert versions_of(w, school.division_id) == []
    assert list(w.settings.artifacts_folder.rglob("*.xml")) == []


def test_a_uai_that_is_none_fails_the_file(w, store):
    row = exported(w, a_school(store, uai="0999999z").division_id)
    assert row.report["faults"] == ["uai_invalid élève - uai"]


@pytest.mark.parametrize("spoil", [case[0] for case in POISONS])
def test_a_failure_tells_nothing_personal_to_report_message_or_log(w, school, sent, spoil):
    spoil(w.store, school.division_id, school.booklet_ids)
    with capture_logs() as logs:
        row = exported(w, school.division_id)
    assert [one["code"] for one in logs] == ["invalid_document"]
    told = json.dumps([row.report, logs, [m.shown for m in sent]], ensure_ascii=False, default=str)
    assert [word for word in (*PERSONAL, "LINA") if word in told] == []


def test_a_failed_division_is_exported_once_its_data_are_right(w, school):
    poison(w.store, school.division_id)
    failed = exported(w, school.division_id)
    execute(w.store, "UPDATE evaluation SET modality = 'S'")
    again = exported(w, school.division_id)
    assert (failed.state, again.state, again.version) == (JobState.FAILED, JobState.READY, 1)
