"""The grid of a division: rows saved together, faults and clashes by row."""

from __future__ import annotations

from decimal import Decimal

import pytest
from rowsbuilder import a_school, compute_lights

from pipeline.desk import grid, my_divisions
from pipeline.desk.grid_fill import Cell, fill
from pipeline.domain.accounts import Principal, Role
from pipeline.errors import NotFound, PeriodicityNotSet
from pipeline.store import facts
from tests.usecases.entering import a_teacher, reads
from tests.usecases.exporting import execute, statements_of


@pytest.fixture
def school(store):
    found = a_school(store, complete=False, pupil_count=3)
    compute_lights(store)
    return found


@pytest.fixture
def claire(w, school):
    return a_teacher(w, "Claire Martin", [school.division_id])


def averages(w, school):
    with w.store.reading() as connection:
        placed = facts.read_booklets(connection, division_ids=[school.division_id])
    return [one.facts.speciality.averages.get(1) for one in placed]


def cells(found, *values):
    return {
        row.booklet_id: Cell(value, row.read, row.pupil.revision)
        for row, value in zip(found.rows, values, strict=True)
    }


def test_one_average_of_a_division_is_saved_in_one_go(w, school, claire):
    found = grid.grid_of(w, claire, school.division_id, "moyenne-1")
    filled = fill(w, claire, school.division_id, "moyenne-1", cells(found, "12,5", "", "8"))
    assert len(filled.saved) == 2
    assert averages(w, school) == [Decimal("12.5"), None, Decimal(8)]


def test_one_competence_of_a_division_is_saved_in_one_go(w, school, claire):
    found = grid.grid_of(w, claire, school.division_id, "competence-9002")
    filled = fill(w, claire, school.division_id, "competence-9002", cells(found, "1", "4", "2"))
    assert [row.value for row in filled.grid.rows] == ["1", "4", "2"]


def test_a_fault_is_told_at_its_row_and_no_row_is_saved(w, school, claire):
    found = grid.grid_of(w, claire, school.division_id, "moyenne-1")
    filled = fill(w, claire, school.division_id, "moyenne-1", cells(found, "12", "21", "8"))
    assert list(filled.faults) == [found.rows[1].booklet_id]
    assert averages(w, school) == [None, None, None]


def test_a_row_that_another_changed_is_told_and_not_overwritten(w, school, claire):
    paul = a_teacher(w, "Paul Roux", [school.division_id])
    found = grid.grid_of(w, claire, school.division_id, "moyenne-1")
    reads(w, paul, found.rows[1].booklet_id).send({"moyenne-1": "5"})
    reads(w, paul, found.rows[2].booklet_id).send({"appreciation": "Autre champ."})
    filled = fill(w, claire, school.division_id, "moyenne-1", cells(found, "12", "13", "14"))
    (clash,) = filled.clashes.values()
    assert clash.who == "Paul Roux a modifié la moyenne du 1er trimestre à 10 h 00."
    assert averages(w, school) == [Decimal(12), Decimal(5), Decimal(14)]
    row = found.rows[1]
    chosen = {row.booklet_id: Cell("13", clash.read, row.pupil.revision)}
    assert not fill(w, claire, school.division_id, "moyenne-1", chosen).clashes
    assert averages(w, school) == [Decimal(12), Decimal(13), Decimal(14)]


def test_a_row_of_another_division_is_left_alone(w, store, school, claire):
    other = a_school(store, complete=False, division_code="1OTHER")
    found = grid.grid_of(w, claire, school.division_id, "moyenne-1")
    given = cells(found, "1", "2", "3") | {other.booklet_ids[0]: Cell("9", None, 0)}
    fill(w, claire, school.division_id, "moyenne-1", given)
    assert averages(w, other) == [None, None, None]


@pytest.mark.parametrize(
    "key", ["moyenne-4", "competence-1234", "appreciation", "", "projet-moyenne"]
)
def test_a_field_that_the_level_does_not_have_is_not_found(w, school, claire, key):
    with pytest.raises(NotFound):
        grid.grid_of(w, claire, school.division_id, key)


def test_no_grid_before_the_periodicity_is_set(w, school, claire):
    found = grid.grid_of(w, claire, school.division_id, "moyenne-1")
    execute(w.store, "UPDATE level_settings SET periodicity = NULL")
    with pytest.raises(PeriodicityNotSet):
        fill(w, claire, school.division_id, "moyenne-1", cells(found, "1", "2", "3"))
    assert grid.grid_of(w, claire, school.division_id, None).field is None


def test_a_grid_and_the_lists_send_as_many_for_thirty_pupils_as_for_three(w, store):
    counts = []
    for count in (3, 3, 30):
        ids = a_school(store, pupil_count=count, division_code=f"1G{len(counts)}")
        who = a_teacher(w, f"X Y{len(counts)}", [ids.division_id])
        with statements_of(store) as found:
            grid.grid_of(w, who, ids.division_id, None)
            my_divisions.mine(w, who)
            my_divisions.pupils_of(w, who, ids.division_id)
        counts.append([one for one in found if one.startswith("SELECT")])
    assert len(counts[1]) == len(counts[2]) < 16


def test_a_teacher_sees_his_divisions_and_a_head_those_of_the_diploma(w, store, school, claire):
    other = a_school(store, division_code="1OTHER")
    compute_lights(store)
    (line,) = my_divisions.mine(w, claire).lines
    assert (line[0].id, line[1].red, line[2]) == (school.division_id, 3, True)
    head = Principal(97, "h", "H", Role.HEAD, frozenset({"0999999Z"}))
    assert {one.id for one, *_ in my_divisions.mine(w, head).lines} == {
        school.division_id, other.division_id,
    }  # fmt: skip
    assert my_divisions.mine(w, head, diploma="99999").lines == ()
