"""A terminale's file with the première of the year before, where the level asks for it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from lxml import etree
from rowsbuilder import a_school, insert

from pipeline import levels
from pipeline.domain.periods import Level, Periodicity
from pipeline.domain.states import Outcome
from pipeline.store import rows as t
from tests.usecases.exporting import (
    DRAFT,
    PLAIN,
    data_of,
    exported,
    set_marks,
    statements_of,
    versions_of,
)


@pytest.fixture
def years(store):
    """A première of three pupils, two of whom are in terminale the year after with a newcomer."""
    before = a_school(store, pupil_count=3, start_year=2024)
    now = a_school(store, pupil_count=3, division_code="TMELEC1", level=Level.TERMINALE)
    with store.writing() as unit:
        for booklet_id, student_id in zip(now.booklet_ids[:2], before.student_ids, strict=False):
            moved = sa.update(t.booklet).where(t.booklet.c.id == booklet_id)
            unit.connection.execute(moved.values(student_id=student_id))
        unit.connection.execute(
            sa.update(t.level_settings)
            .where(t.level_settings.c.start_year == 2024)
            .values(periodicity=Periodicity.TRIMESTER)
        )
    return before, now


@pytest.fixture
def asked(store, years, clock):
    """The same, where the level sends the year before."""
    levels.choose(
        store, "0999999Z", 2025, "25520", Level.TERMINALE, periodicity=None, exports_pfmp=None,
        exports_project=None, exports_previous_year=True, actor="tests", now=clock(),
    )  # fmt: skip
    return years


def years_in(w, division_id):
    """By pupil, the years that the newest file tells of."""
    root = etree.fromstring(data_of(w, versions_of(w, division_id)[-1]))
    return [
        [year.get("annee-scolaire") for year in pupil.iter("scolarite")]
        for pupil in root.iter("eleve")
    ]


def test_nothing_of_the_year_before_travels_unless_it_is_asked_for(w, years):
    exported(w, years[1].division_id)
    assert years_in(w, years[1].division_id) == [["2025"]] * 3


@pytest.mark.parametrize("profile", [DRAFT, PLAIN])
def test_it_follows_the_pupils_who_have_one_in_both_profiles(w, asked, profile):
    row = exported(w, asked[1].division_id, profile)
    assert row.report["previous_year_count"] == 2
    assert sorted(map(len, years_in(w, asked[1].division_id))) == [1, 2, 2]


def test_a_change_of_the_year_before_makes_a_new_version(w, store, asked):
    before, now = asked
    exported(w, now.division_id)
    assert exported(w, now.division_id).outcome == Outcome.UNCHANGED
    set_marks(store, before.booklet_ids[2:], 1999)  # of the third, whose figures count
    assert exported(w, now.division_id).outcome == Outcome.NEW_VERSION


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE division SET level = 'terminale' WHERE start_year = 2024",  # a repeater
        "UPDATE booklet SET start_year = 2023 WHERE start_year = 2024",
        "UPDATE booklet SET left_on = '2025-02-01' WHERE start_year = 2024",
        "UPDATE booklet SET status_code = 'AP' WHERE start_year = 2024",
        "DELETE FROM rating WHERE booklet_id IN (SELECT id FROM booklet WHERE start_year = 2024)",
    ],
)
def test_another_year_or_one_that_was_not_exportable_stays_at_home(w, store, asked, change):
    with store.writing() as unit:
        unit.connection.execute(sa.text(change))
    exported(w, asked[1].division_id)
    assert years_in(w, asked[1].division_id) == [["2025"]] * 3


def test_the_year_before_costs_as_many_statements_for_any_number_of_pupils(w, store, asked):
    exported(w, asked[1].division_id)
    with statements_of(store) as plain:
        exported(w, a_school(store, division_code="1PLAIN").division_id)
    with statements_of(store) as longer:
        exported(w, asked[1].division_id)
    assert len(longer) <= len(plain) + 4


@pytest.mark.parametrize("start_year", [2024, 2025])
def test_a_subject_that_stays_out_is_told_with_its_year(w, store, asked, start_year):
    ids = {2024: asked[0].booklet_ids, 2025: asked[1].booklet_ids}[start_year]
    with store.writing() as unit:
        insert(
            unit.connection, t.evaluation, booklet_id=ids[0], subject_code="AGL1", modality="S",
            appreciation="Bien.",
        )  # fmt: skip
        insert(
            unit.connection, t.teacher, booklet_id=ids[0], subject_code="AGL1", position=1,
            last_name="ROY", first_name="Al",
        )  # fmt: skip
    row = exported(w, asked[1].division_id)
    (told,) = row.report["shortened"]
    assert (told["siecle_id"], told["start_year"]) == (1001, start_year)
    assert told["gaps"] == [["subject_code_not_national", "optional", "AGL1"]]
