"""What is logged of an end, what an error quotes, and names that no database can hold."""

from __future__ import annotations

import pytest
from rowsbuilder import a_school
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from pipeline.verify import Verdict, verify
from tests.usecases.exporting import data_of, execute, exported, poison, versions_of

pytestmark = pytest.mark.faults


@pytest.fixture
def school(store):
    return a_school(store, pupil_count=2)


@pytest.mark.parametrize("name", ["a\x00.xml", "LSLPRO_\udce9.xml"])
def test_a_name_that_no_database_can_hold_is_unknown(w, school, name):
    exported(w, school.division_id)
    data = data_of(w, versions_of(w, school.division_id)[0])
    assert verify(w.store, name, b"x").result == Verdict.UNKNOWN
    assert verify(w.store, name, data).renamed


def test_a_failed_job_is_an_error_in_the_log_and_a_refused_one_is_not(w, store, school):
    poison(store, school.division_id)
    red = a_school(store, complete=False, division_code="1R").division_id
    with capture_logs() as logs:
        exported(w, school.division_id)
        exported(w, red)
    assert [(one["state"], one["log_level"]) for one in logs] == [
        ("failed", "error"), ("refused", "info")
    ]  # fmt: skip


def test_a_job_that_ended_well_is_logged(w, school):
    with capture_logs() as logs:
        exported(w, school.division_id)
    assert [(one["event"], one["state"]) for one in logs] == [("export_finished", "ready")]


def test_an_error_of_the_database_quotes_no_value(store):
    with pytest.raises(DBAPIError) as caught:
        execute(store, "INSERT INTO nowhere VALUES (:text)", text="Lina ANDRÉ")
    assert "Lina" not in str(caught.value)
