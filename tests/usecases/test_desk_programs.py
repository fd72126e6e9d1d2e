"""What programs are given beside the pages: windows, edits at a revision, comparisons."""

from __future__ import annotations

import pytest
from rowsbuilder import UAI, a_school, compute_lights

from pipeline.desk import admin_windows, booklet_edits, exports, reached, recent, versions
from pipeline.desk.admin_accounts import Filters
from pipeline.domain.accounts import Principal, Role
from pipeline.domain.entry import Edit
from pipeline.domain.states import JobState
from pipeline.errors import (
    Forbidden,
    InvalidEntry,
    NotFound,
    NothingExportable,
    OutdatedBooklet,
)
from pipeline.store.journal import Wanted
from tests.usecases.exporting import DRAFT, PLAIN, ask, exported, set_marks, statements_of
from tests.usecases.people import person

HEAD = Principal(1, "chef@lycee.example", "Zoé ROUX", Role.HEAD, frozenset({UAI}))
ADMINISTRATOR = Principal(2, "admin@lycee.example", "Ali PETIT", Role.ADMINISTRATOR)
OTHER = "0888888Y"


@pytest.fixture
def ids(w):
    """A division of one's own, and another school's with a job and a version."""
    made = a_school(w.store)
    other = a_school(w.store, uai=OTHER, division_code="TCUIS1")
    exported(w, other.division_id)
    return made


def test_jobs_are_read_window_after_window_whatever_was_asked_at_the_same_instant(w, ids, clock):
    made = [exported(w, ids.division_id, profile).id for profile in (DRAFT, PLAIN, DRAFT)]
    clock.move(1)
    made.append(ask(w, ids.division_id))
    whole = [one.id for one in recent.jobs(w, HEAD, 200)]
    assert (whole[0], set(whole)) == (made[-1], set(made))
    seen, before = [], None
    while window := recent.jobs(w, HEAD, 1, before):
        seen += [one.id for one in window]
        before = window[-1].requested_at, window[-1].id
    assert seen == whole


def test_jobs_are_chosen_by_division_profile_and_state(w, ids):
    ready, waiting = exported(w, ids.division_id, PLAIN).id, ask(w, ids.division_id)

    def chosen(**given):
        return [one.id for one in recent.jobs(w, HEAD, 9, division_id=ids.division_id, **given)]

    assert chosen(state=JobState.QUEUED) == [waiting]
    assert chosen(profile=PLAIN) == [ready]
    assert chosen(profile=PLAIN, state=JobState.QUEUED) == []


def test_versions_are_read_window_after_window(w, ids):
    for mark in (900, 1000, 1100):
        set_marks(w.store, ids.booklet_ids, mark)
        exported(w, ids.division_id)
    first, *rest = recent.versions(w, HEAD, 200)
    assert [one.version for one in (first, *rest)] == [3, 2, 1]
    again = recent.versions(w, HEAD, 200, first.id, division_id=ids.division_id, profile=DRAFT)
    assert [one.id for one in again] == [one.id for one in rest]


def test_nobody_reads_the_jobs_and_versions_of_a_division_out_of_reach(w, ids):
    elsewhere = a_school(w.store, uai=OTHER, division_code="1X").division_id
    for read in (recent.jobs, recent.versions):
        with pytest.raises(NotFound):
            read(w, HEAD, 9, division_id=elsewhere)
        with pytest.raises(Forbidden):
            read(w, ADMINISTRATOR, 9)


def test_a_booklet_is_written_at_the_revision_read_and_at_no_other(w, ids):
    booklet_id = ids.booklet_ids[0]
    found = booklet_edits.read(w, HEAD, booklet_id)
    wanted = Edit(appreciation="Autre.")
    done = booklet_edits.edit(w, HEAD, booklet_id, wanted, {found.revision})
    assert done.revision == found.revision + 1
    for revisions in ({found.revision}, {done.revision + 1}, set()):
        with pytest.raises(OutdatedBooklet) as refused:
            booklet_edits.edit(w, HEAD, booklet_id, wanted, revisions)
        assert refused.value.current == done.revision
    assert booklet_edits.read(w, HEAD, booklet_id).booklet.speciality.appreciation == "Autre."


def test_each_fault_stands_at_its_field(w, ids):
    wanted = Edit(ratings={"9001": 5, "9002": 2, "1234": 1}, pfmp_week_count=1000)
    with pytest.raises(InvalidEntry) as refused:
        booklet_edits.edit(w, HEAD, ids.booklet_ids[0], wanted, None)
    assert set(refused.value.by_field) == {"ratings.9001", "ratings.1234", "pfmp_week_count"}
    found = [one for faults in refused.value.by_field.values() for one in faults]
    assert sorted(found) == sorted(refused.value.faults)


def test_many_booklets_are_written_or_none(w, ids):
    first, second, _ = ids.booklet_ids
    changes = {first: Edit(appreciation="Un."), second: Edit(pfmp_week_count=1000)}
    done = booklet_edits.edit_many(w, HEAD, ids.division_id, changes, {first: 0, second: 0})
    assert set(done.faults) == {second}
    assert booklet_edits.read(w, HEAD, first).revision == 0
    changes[second] = Edit(appreciation="Deux.")
    done = booklet_edits.edit_many(w, HEAD, ids.division_id, changes, {first: 0, second: 0})
    assert (set(done.results), dict(done.faults)) == ({first, second}, {})


def test_a_key_gives_its_job_again_and_a_refusal_tells_what_each_pupil_lacks(w, ids):
    empty = a_school(w.store, division_code="1VIDE", complete=False)
    compute_lights(w.store, w.now())
    job = exports.ask(w, HEAD, ids.division_id, key="k")
    assert exports.ask(w, HEAD, ids.division_id, key="k") == job
    with pytest.raises(NothingExportable) as refused:
        exports.ask(w, HEAD, empty.division_id)
    left_out = refused.value.report["left_out"]
    assert [one["booklet_id"] for one in left_out] == empty.booklet_ids
    assert all(one["gaps"] for one in left_out)


def test_any_two_versions_in_reach_are_compared(w, ids):
    for mark in (900, 1000):
        set_marks(w.store, ids.booklet_ids, mark)
        exported(w, ids.division_id)
    second, first = (one.id for one in recent.versions(w, HEAD, 9))
    assert len(versions.between(w, HEAD, first, second).pupils) == 3
    assert versions.between(w, HEAD, first, first).pupils == ()
    (elsewhere,) = recent.versions(w, Principal(3, "", "", Role.HEAD, frozenset({OTHER})), 9)
    with pytest.raises(NotFound):
        versions.between(w, HEAD, first, elsewhere.id)


def test_the_divisions_in_reach_take_as_many_statements_whatever_their_number(w, ids):
    def asked():
        with statements_of(w.store) as sent:
            rows = reached.divisions(w, HEAD)
            lines = reached.lines_of(w, HEAD, rows)
        return len(lines), len(sent)

    few, before = asked()
    for n in range(5):
        a_school(w.store, division_code=f"1X{n}")
    many, after = asked()
    assert (few, many) == (1, 6)
    assert before == after


def test_accounts_and_the_audit_are_read_a_window_at_a_time(w):
    a_school(w.store)
    for role in Role:
        person(w, role, schools=[] if role is Role.ADMINISTRATOR else [UAI])
    whole = admin_windows.accounts(w, ADMINISTRATOR, Filters(), 200, 0)
    assert len(whole.rows) == 4
    parts = [admin_windows.accounts(w, ADMINISTRATOR, Filters(), 1, n).rows[0].id for n in range(4)]
    assert parts == [row.id for row in whole.rows]
    events = admin_windows.events(w, ADMINISTRATOR, Wanted(), 200, None)
    later = admin_windows.events(w, ADMINISTRATOR, Wanted(), 200, (events[0].at, events[0].id))
    assert [one.id for one in later] == [one.id for one in events[1:]]
    with pytest.raises(Forbidden):
        admin_windows.accounts(w, HEAD, Filters(), 1, 0)
