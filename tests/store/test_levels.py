"""Levels: the periodicity is fixed once a booklet of the level holds data."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa
from rowsbuilder import DIPLOMA, LEVEL, NOW, START_YEAR, UAI, a_school, compute_lights

from pipeline import booklets, levels
from pipeline.domain.entry import Edit
from pipeline.domain.facts import Limits
from pipeline.domain.periods import Level, Periodicity
from pipeline.errors import NotFound, PeriodicityLocked
from pipeline.store import rows as t


def choose(store, level=LEVEL, **given):
    asked = {"periodicity": None, "exports_pfmp": None, "exports_project": None} | given
    levels.choose(store, UAI, START_YEAR, DIPLOMA, level, actor="ddfpt", now=NOW, **asked)


def edit(store, booklet_id, change):
    booklets.edit(store, booklet_id, change, based_on=None, actor="prof", limits=Limits(), now=NOW)


def settings(store):
    row = levels.listed(store)[0]
    return row.periodicity, row.exports_pfmp, row.exports_project


def test_levels_are_listed_by_school_and_year_with_their_pupils(store):
    ids = a_school(store)
    a_school(store, division_code="1MELEC2", pupil_count=2)
    a_school(store, uai="0999998A")
    with store.writing() as unit:
        apprentice = sa.update(t.booklet).where(t.booklet.c.id == ids.booklet_ids[0])
        unit.connection.execute(apprentice.values(status_code="AP"))
    (row,) = levels.listed(store, UAI, START_YEAR)
    assert (row.diploma_code, row.level, row.pupil_count) == (DIPLOMA, LEVEL, 4)
    assert levels.listed(store, UAI, START_YEAR + 1) == []
    assert len(levels.listed(store)) == 2


def test_choices_given_are_set_and_the_others_stay(store):
    a_school(store, complete=False)
    choose(store, exports_pfmp=True)
    choose(store, periodicity=Periodicity.SEMESTER)
    assert settings(store) == (Periodicity.SEMESTER, True, False)


@pytest.mark.parametrize("given", [{"periodicity": Periodicity.SEMESTER}, {"exports_pfmp": True}])
def test_a_level_without_settings_gets_its_first(store, given):
    a_school(store, complete=False)
    with store.writing() as unit:
        unit.connection.execute(sa.delete(t.level_settings))
    choose(store, **given)
    assert settings(store) == (given.get("periodicity"), given.get("exports_pfmp", False), False)


def test_a_periodicity_is_locked_by_data_and_the_refusal_counts_it(store):
    ids = a_school(store, complete=False)
    edit(store, ids.booklet_ids[0], Edit(averages={3: Decimal(12)}))
    edit(store, ids.booklet_ids[1], Edit(pfmp_week_count=0))
    with pytest.raises(PeriodicityLocked) as caught:
        choose(store, periodicity=Periodicity.SEMESTER, exports_pfmp=True)
    assert caught.value.booklet_count == 2
    assert settings(store) == (Periodicity.TRIMESTER, False, False)


def test_erased_data_unlocks_the_periodicity(store):
    (booklet_id, *_) = a_school(store, complete=False).booklet_ids
    edit(store, booklet_id, Edit(appreciation="Bien", pfmp_synthesis="Oui", ratings={"9001": 1}))
    edit(store, booklet_id, Edit(appreciation="", pfmp_synthesis="", ratings={"9001": None}))
    choose(store, periodicity=Periodicity.SEMESTER)
    assert settings(store)[0] is Periodicity.SEMESTER


def test_the_other_choices_and_the_same_periodicity_are_never_locked(store):
    a_school(store)
    choose(store, periodicity=Periodicity.TRIMESTER, exports_project=True)
    assert settings(store) == (Periodicity.TRIMESTER, False, True)


def test_a_level_that_received_a_filled_booklet_may_get_its_first_periodicity(store):
    a_school(store)
    with store.writing() as unit:
        unit.connection.execute(sa.update(t.level_settings).values(periodicity=None))
    choose(store, periodicity=Periodicity.SEMESTER)
    assert settings(store)[0] is Periodicity.SEMESTER


def test_a_change_nudges_the_booklets_of_the_level_and_is_audited(store, sent):
    ids = a_school(store)
    a_school(store, uai="0999998A")
    compute_lights(store)
    choose(store, exports_pfmp=True)
    choose(store, exports_pfmp=True)
    assert [m.ids for m in sent] == [tuple(ids.booklet_ids)]
    with store.reading() as connection:
        (event,) = connection.execute(sa.select(t.audit_event)).all()
    assert (event.action, event.details["changes"]) == ("level_set", ["exports_pfmp"])


def test_a_level_without_division_is_not_found(store):
    a_school(store)
    with pytest.raises(NotFound):
        choose(store, Level.TERMINALE, exports_pfmp=True)


def test_many_levels_are_set_together_or_not_at_all(store, sent):
    a_school(store, complete=False)
    a_school(store, level=Level.TERMINALE, division_code="TMELEC1")
    wanted = [
        ((UAI, START_YEAR, DIPLOMA, level), levels.Choices(Periodicity.SEMESTER, True))
        for level in (Level.TERMINALE, Level.PREMIERE)  # première comes first, and would be kept
    ]
    sent.clear()
    with pytest.raises(PeriodicityLocked):
        levels.choose_all(store, wanted, actor="ddfpt", now=NOW)
    assert [(row.periodicity, row.exports_pfmp) for row in levels.listed(store)] == [
        (Periodicity.TRIMESTER, False)
    ] * 2
    assert sent == []
    only_pfmp = [(key, levels.Choices(exports_pfmp=True)) for key, _ in wanted]
    levels.choose_all(store, only_pfmp, actor="ddfpt", now=NOW)
    assert [row.exports_pfmp for row in levels.listed(store)] == [True, True]
