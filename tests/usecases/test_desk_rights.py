"""Rights in front of rows: what is out of reach is not found, and told as what does not exist."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rowsbuilder import a_school

from pipeline.desk import rights
from pipeline.domain.accounts import Principal, Right, Role, Scope
from pipeline.errors import Forbidden, NotFound
from tests.usecases.exporting import ask, execute

UAI, OTHER_UAI = "0999999Z", "0888888Y"
BEYOND = [0, -1, 77, 2**31, 10**30]


@pytest.fixture
def here(store):
    return a_school(store, pupil_count=2)


@pytest.fixture
def beside(store, here):
    """Another division of the same school."""
    return a_school(store, pupil_count=1, division_code="1MELEC2")


@pytest.fixture
def elsewhere(store, here):
    return a_school(store, pupil_count=1, uai=OTHER_UAI, division_code="1AUTRE")


def one(role: Role, *division_ids: int, schools=(UAI,), scopes=None) -> Principal:
    divisions = frozenset(division_ids)
    return Principal(5, "a@b.example", "Zoé", role, frozenset(schools), divisions, scopes)


def administrator() -> Principal:
    return one(Role.ADMINISTRATOR, schools=())


def read(w, ask_for, *given):
    with w.store.reading() as connection:
        return ask_for(connection, *given)


@pytest.mark.parametrize("role", [Role.HEAD, Role.DDFPT])
def test_a_head_finds_what_is_of_his_schools(w, here, beside, elsewhere, role):
    me = one(role)
    found = read(w, rights.division, me, Right.EXPORT, here.division_id)
    assert (found.id, found.school_uai, found.code) == (here.division_id, UAI, "1MELEC1")
    found = read(w, rights.booklet, me, Right.ENTER, beside.booklet_ids[0])
    assert (found.id, found.division_id) == (beside.booklet_ids[0], beside.division_id)
    assert found.revision >= 0
    both = read(w, rights.reachable_divisions, one(role, schools=(UAI, OTHER_UAI)))
    assert len(both) == 3
    ids = [row.id for row in read(w, rights.reachable_divisions, me)]
    assert ids == [here.division_id, beside.division_id]


def test_a_teacher_finds_the_divisions_given_only(w, here, beside):
    me = one(Role.TEACHER, here.division_id)
    assert read(w, rights.division, me, Right.SEE, here.division_id)
    assert read(w, rights.booklet, me, Right.ENTER, here.booklet_ids[1])
    for hidden in (
        lambda: read(w, rights.division, me, Right.SEE, beside.division_id),
        lambda: read(w, rights.booklet, me, Right.ENTER, beside.booklet_ids[0]),
    ):
        with pytest.raises(NotFound):
            hidden()
    assert [row.id for row in read(w, rights.reachable_divisions, me)] == [here.division_id]


def test_a_teacher_without_division_finds_none(w, here):
    assert read(w, rights.reachable_divisions, one(Role.TEACHER)) == []


def test_a_teacher_who_left_a_school_finds_nothing_there(w, here, elsewhere):
    me = one(Role.TEACHER, here.division_id, elsewhere.division_id)
    assert [row.id for row in read(w, rights.reachable_divisions, me)] == [here.division_id]
    with pytest.raises(NotFound):
        read(w, rights.division, me, Right.SEE, elsewhere.division_id)


def test_another_schools_things_are_told_as_what_does_not_exist(w, here, elsewhere):
    me, job_id = one(Role.HEAD), ask(w, elsewhere.division_id)
    for ask_for, there, nowhere in (
        (rights.division, elsewhere.division_id, 9_999),
        (rights.booklet, elsewhere.booklet_ids[0], 9_999),
        (rights.job, job_id, "00000000-0000-0000-0000-000000000000"),
    ):
        said = []
        for key in (there, nowhere):
            with pytest.raises(NotFound) as refused:
                read(w, ask_for, me, Right.SEE, key)
            said.append(str(refused.value).replace(str(key), "…"))
        assert said[0] == said[1]


def test_a_job_is_found_by_its_whole_id_only(w, here):
    me, job_id = one(Role.HEAD), ask(w, here.division_id)
    found = read(w, rights.job, me, Right.EXPORT, job_id)
    assert (found.id, found.code, found.school_uai) == (job_id, "1MELEC1", UAI)
    for key in ("", job_id[:-1], "%", "\0", job_id.upper() + " "):
        with pytest.raises(NotFound):
            read(w, rights.job, me, Right.EXPORT, key)


@pytest.mark.parametrize("key", BEYOND)
def test_what_is_no_id_is_not_found(w, here, key):
    for ask_for in (rights.division, rights.booklet):
        with pytest.raises(NotFound):
            read(w, ask_for, one(Role.HEAD), Right.SEE, key)


@pytest.mark.parametrize(
    "change",
    ["status_code = 'AP'", "left_on = '2026-01-31'", "division_id = NULL"],
)
def test_a_pupil_outside_the_perimeter_or_without_division_is_not_found(w, store, here, change):
    me, booklet_id = one(Role.HEAD), here.booklet_ids[0]
    assert read(w, rights.booklet, me, Right.SEE, booklet_id)
    execute(store, f"UPDATE booklet SET {change} WHERE id = :id", id=booklet_id)
    with pytest.raises(NotFound):
        read(w, rights.booklet, me, Right.SEE, booklet_id)


def test_an_administrator_sees_no_division_no_booklet_and_no_job(w, here):
    me, job_id = replace(administrator(), schools=frozenset({UAI})), ask(w, here.division_id)
    assert read(w, rights.reachable_divisions, me) == []
    for ask_for, key in (
        (rights.division, here.division_id),
        (rights.booklet, here.booklet_ids[0]),
        (rights.job, job_id),
    ):
        for right in set(Right) - {Right.ADMINISTER}:
            with pytest.raises(Forbidden):
                read(w, ask_for, me, right, key)
        with pytest.raises(NotFound):  # the right he has reaches no pupil's data
            read(w, ask_for, me, Right.ADMINISTER, key)


def test_a_right_that_lacks_is_told_before_anything_is_looked_for(w, here, elsewhere):
    me = one(Role.TEACHER, here.division_id)
    for key in (here.division_id, elsewhere.division_id, 9_999):
        with pytest.raises(Forbidden, match="télécharger les fichiers"):
            read(w, rights.division, me, Right.DOWNLOAD, key)


def test_a_token_reaches_within_its_scopes(w, here):
    me = one(Role.HEAD, scopes=frozenset({Scope.READ}))
    assert read(w, rights.division, me, Right.SEE, here.division_id)
    with pytest.raises(Forbidden):
        read(w, rights.division, me, Right.EXPORT, here.division_id)
    assert read(w, rights.reachable_divisions, replace(me, scopes=frozenset())) == []
