"""Edits: only what differs is written, all or nothing, and the light follows."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa
from rowsbuilder import NOW, a_school, compute_lights

from pipeline import booklets
from pipeline.domain.entry import Edit
from pipeline.domain.facts import Limits, Teacher
from pipeline.errors import InvalidEntry, NotFound, OutdatedBooklet, PeriodicityNotSet
from pipeline.queue import RECOMPUTE_STUDENTS
from pipeline.store import facts
from pipeline.store import rows as t

LIMITS = Limits()
FULL = Edit(
    appreciation="Un bon trimestre.",
    averages={1: Decimal("12.5"), 2: Decimal("13.25")},
    ratings={"9001": 3, "9002": 4},
    teachers=(Teacher("DURAND", "Inès"), Teacher("PETIT", "Zoé")),
    pfmp_synthesis="Stage réussi.",
    pfmp_week_count=0,
    pfmp_abroad=True,
    project_average=Decimal("14.50"),
    project_appreciation="Aboutie.",
)


def edit(store, booklet_id, change, based_on=None):
    return booklets.edit(
        store, booklet_id, change, based_on=based_on, actor="prof", limits=LIMITS, now=NOW
    )


def read(store, booklet_id):
    with store.reading() as connection:
        return facts.read_booklets(connection, booklet_ids=[booklet_id])[0].facts


def count(store, table):
    with store.reading() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


@pytest.fixture
def empty(store):
    return a_school(store, complete=False).booklet_ids


def test_an_edit_is_kept_whole(store, empty):
    result = edit(store, empty[0], FULL)
    kept = read(store, empty[0])
    assert result.revision == 1
    assert kept.speciality.averages == FULL.averages
    assert kept.speciality.ratings == FULL.ratings
    assert kept.speciality.teachers == FULL.teachers
    assert (kept.pfmp.week_count, kept.pfmp.abroad) == (0, True)
    assert kept.project.average == Decimal("14.50")


def test_the_same_edit_again_changes_nothing(store, empty, sent):
    edit(store, empty[0], FULL)
    compute_lights(store)
    sent.clear()
    before = read(store, empty[0]).data_revision
    result = edit(store, empty[0], FULL)
    assert (result.revision, result.changed, sent) == (1, (), [])
    assert read(store, empty[0]).data_revision == before
    assert count(store, t.audit_event) == 1


def test_only_changed_fields_are_named(store, empty):
    edit(store, empty[0], FULL)
    change = Edit(averages={1: Decimal("12.5"), 2: Decimal(9)}, ratings={"9001": 1, "9002": 4})
    assert edit(store, empty[0], change).changed == ("moyenne 2", "compétence 9001")


def test_none_in_a_mapping_and_empty_texts_erase(store, empty):
    edit(store, empty[0], FULL)
    change = Edit(
        appreciation="", averages={1: None}, ratings={"9001": None}, teachers=(), pfmp_synthesis=""
    )
    edit(store, empty[0], change)
    kept = read(store, empty[0])
    assert kept.speciality.appreciation is None
    assert kept.speciality.averages == {2: Decimal("13.25")}
    assert kept.speciality.ratings == {"9002": 4}
    assert kept.speciality.teachers == ()
    assert kept.pfmp.synthesis is None


def test_erasing_what_is_not_there_leaves_no_row(store, empty):
    change = Edit(averages={1: None}, ratings={"9001": None}, appreciation="", pfmp_synthesis="")
    assert edit(store, empty[0], change).changed == ()
    assert count(store, t.evaluation) == 0
    assert count(store, t.pfmp) == 0


def test_an_edit_sends_one_nudge_with_ids_only(store, empty, sent):
    compute_lights(store)
    edit(store, empty[0], FULL)
    assert [(m.name, m.ids) for m in sent] == [(RECOMPUTE_STUDENTS, (empty[0],))]


def test_the_audit_holds_names_of_fields_and_no_value(store, empty):
    edit(store, empty[0], Edit(appreciation="Secret", ratings={"9001": 2}))
    with store.reading() as connection:
        event = connection.execute(sa.select(t.audit_event)).one()
    assert (event.action, event.booklet_id, event.revision) == ("booklet_edited", empty[0], 1)
    assert event.details == {"fields": ["appréciation", "compétence 9001"]}


def test_an_outdated_edit_is_refused_and_told_what_moved(store, empty):
    edit(store, empty[0], Edit(ratings={"9001": 2}))
    edit(store, empty[0], Edit(averages={2: Decimal(9)}))
    with pytest.raises(OutdatedBooklet) as caught:
        edit(store, empty[0], Edit(appreciation="Tard"), based_on=0)
    assert caught.value.changes == ["compétence 9001", "moyenne 2"]
    assert read(store, empty[0]).speciality.appreciation is None


def test_an_edit_based_on_the_current_revision_is_taken(store, empty):
    edit(store, empty[0], Edit(ratings={"9001": 2}))
    assert edit(store, empty[0], Edit(ratings={"9001": 3}), based_on=1).revision == 2


def test_a_fault_keeps_nothing(store, empty, sent):
    with pytest.raises(InvalidEntry) as caught:
        edit(store, empty[0], Edit(appreciation="Bien", ratings={"9001": 5, "1": 1}))
    assert len(caught.value.faults) == 2
    assert (read(store, empty[0]).speciality.appreciation, sent) == (None, [])


def test_an_unknown_booklet_is_not_found(store):
    with pytest.raises(NotFound):
        edit(store, 404, FULL)


def test_a_booklet_without_division_takes_no_entry(store, empty):
    with store.writing() as unit:
        unit.connection.execute(sa.update(t.booklet).values(division_id=None))
    with pytest.raises(NotFound):
        edit(store, empty[0], FULL)


def test_no_entry_before_the_periodicity_is_set(store, empty):
    with store.writing() as unit:
        unit.connection.execute(sa.update(t.level_settings).values(periodicity=None))
    with pytest.raises(PeriodicityNotSet):
        edit(store, empty[0], FULL)


def test_many_edits_are_all_kept_or_none(store, empty, sent):
    compute_lights(store)
    good = [(one, Edit(ratings={"9001": 1})) for one in reversed(empty)]
    spoiled = [*good[:-1], (empty[0], Edit(ratings={"9001": 9})), (404, FULL)]
    many = {"actor": "prof", "limits": LIMITS, "now": NOW}
    results, faults = booklets.edit_many(store, spoiled, **many)
    assert (results, set(faults), count(store, t.rating), sent) == ({}, {empty[0], 404}, 0, [])
    results, faults = booklets.edit_many(store, good, **many)
    assert ([r.revision for r in results.values()], faults) == ([1, 1, 1], {})
    assert [m.ids for m in sent] == [tuple(sorted(empty))]
