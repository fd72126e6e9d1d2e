"""How many statements the hot paths send: the same for two pupils and for thirty."""

from __future__ import annotations

import pytest
from rowsbuilder import NOW, a_school, compute_lights

from pipeline import booklets, export_run
from pipeline.domain.entry import Edit
from pipeline.domain.facts import Limits
from pipeline.domain.states import Outcome
from pipeline.recompute import compute
from pipeline.store import reports
from tests.usecases.exporting import all_jobs, ask, exported, statements_of

FEW, MANY = 2, 30


@pytest.fixture
def warm(w, store):
    """A store whose connections have said what they say only once."""
    exported(w, a_school(store, pupil_count=1, division_code="1WARM").division_id)
    compute_lights(store)
    return store


def divisions(store, pupil_count, count, start=0):
    return [
        a_school(store, pupil_count=pupil_count, division_code=f"1P{pupil_count}N{n}").division_id
        for n in range(start, start + count)
    ]


def of_run(w, division_ids):
    """The statements of one message's run."""
    ids = [ask(w, one) for one in division_ids]
    with statements_of(w.store) as found:
        assert export_run.run(w, ids) == len(ids)
    return found


def test_an_export_sends_as_many_for_thirty_pupils_as_for_two(w, warm):
    few, many = (of_run(w, divisions(warm, count, 1)) for count in (FEW, MANY))
    assert len(few) == len(many) < 30


def test_an_export_of_nothing_new_sends_as_many_too(w, warm):
    chosen = [divisions(warm, count, 1) for count in (FEW, MANY)]
    for one in chosen:
        of_run(w, one)
    few, many = (of_run(w, one) for one in chosen)
    assert len(few) == len(many)
    assert {row.outcome for row in all_jobs(w)[-2:]} == {Outcome.NEW_VERSION, Outcome.UNCHANGED}


def test_a_batch_sends_as_many_for_thirty_pupils_as_for_two(w, warm):
    few, many = (of_run(w, divisions(warm, count, 3)) for count in (FEW, MANY))
    assert len(few) == len(many)


def test_one_job_more_in_a_batch_adds_one_statement_at_most(w, warm):
    """What reads and what locks serves the whole message."""
    one, two, five = (
        len(of_run(w, divisions(warm, FEW, count, start)))
        for count, start in ((1, 0), (2, 10), (5, 20))
    )
    assert two - one <= 1
    assert five - two == 3 * (two - one)


@pytest.mark.faults
def test_a_refused_division_sends_as_many_for_thirty_pupils_as_for_two(w, warm):
    found = []
    for count in (FEW, MANY):
        code = f"1R{count}"
        ids = a_school(warm, pupil_count=count, complete=False, division_code=code)
        found.append(len(of_run(w, [ids.division_id])))
    assert found[0] == found[1]


def test_a_recompute_batch_sends_as_many_for_thirty_pupils_as_for_two(warm):
    found = []
    for count in (FEW, MANY):
        ids = a_school(warm, pupil_count=count, division_code=f"1L{count}").booklet_ids
        with statements_of(warm) as sent:
            compute(warm, ids, limits=Limits(), now=lambda: NOW)
        found.append(sent)
    assert len(found[0]) == len(found[1]) < 12


def test_the_status_of_divisions_and_pupils_is_one_statement_each(warm):
    for count in (FEW, MANY):
        (division_id,) = divisions(warm, count, 1)
        with statements_of(warm) as sent, warm.reading() as connection:
            assert len(reports.divisions(connection)) >= 2
            assert len(reports.pupils(connection, division_id)) == count
        assert len([one for one in sent if one.startswith("SELECT")]) == 2


def edited(store, ids, text):
    """The statements of a table that writes one text into each booklet."""
    changes = [(one, Edit(appreciation=text)) for one in ids.booklet_ids]
    with statements_of(store) as sent:
        results, faults = booklets.edit_many(store, changes, actor="prof", limits=Limits(), now=NOW)
    assert (len(results), faults) == (len(changes), {})
    return sent


def test_a_table_reads_its_level_once_for_thirty_pupils_as_for_two(warm):
    found = []
    for count in (FEW, MANY):
        ids = a_school(warm, pupil_count=count, division_code=f"1E{count}")
        found.append(sum("level_settings" in one for one in edited(warm, ids, "Bien.")))
    assert found == [2, 2]  # it is held, then read


def test_each_pupil_more_in_a_table_adds_as_many_statements(warm):
    two, three, thirty = (
        len(edited(warm, a_school(warm, pupil_count=n, division_code=f"1M{n}"), "Bien."))
        for n in (FEW, FEW + 1, MANY)
    )
    assert thirty - two == (MANY - FEW) * (three - two)
    assert three - two <= 5  # lock, read, write, raise the revision, audit
