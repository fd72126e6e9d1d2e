"""Comparing versions, files and the data of now, on both databases."""

from __future__ import annotations

from decimal import Decimal

import pytest
from rowsbuilder import a_school

from pipeline.compare import compare, of_file, of_today, of_version
from pipeline.domain.differences import Presence
from pipeline.errors import ArtifactUnusable, InvalidFile
from pipeline.store import versions
from tests.usecases.exporting import (
    DRAFT,
    PLAIN,
    data_of,
    execute,
    exported,
    left_behind,
    set_marks,
)


@pytest.fixture
def school(store):
    return a_school(store, pupil_count=3, exports_pfmp=True)


def version(w, school, number, profile=DRAFT):
    with w.store.reading() as connection:
        found = versions.listed(connection, division_id=school.division_id, version=number)
    (row,) = [one for one in found if one.profile == profile]
    return row


@pytest.fixture
def two(w, school):
    """Two versions of a division: in the second one pupil has other marks."""
    exported(w, school.division_id)
    set_marks(w.store, school.booklet_ids[:1], 1_550)
    exported(w, school.division_id)
    return [version(w, school, number) for number in (1, 2)]


def test_two_versions_differ_by_pupil_and_field(w, two):
    found = compare(*(of_version(w, one) for one in two))
    assert (found.before, found.after) == (
        "1MELEC1, version 1 (lslpro-draft-1)", "1MELEC1, version 2 (lslpro-draft-1)"
    )  # fmt: skip
    assert (found.header, found.not_compared) == ((), ())
    first, *others = found.pupils
    own = [one for one in first.changes if not one.place.name.startswith("group_")]
    assert (first.siecle_id, first.presence) == (1001, Presence.CHANGED)
    assert {(one.place.name, one.after) for one in own} == {("average", Decimal("15.50"))}
    for other in others:
        assert {one.place.name[:6] for one in other.changes} == {"group_"}


def test_a_version_does_not_differ_from_its_own_file_nor_from_unchanged_data(w, school, two):
    last = of_version(w, two[1])
    copy = of_file(w, "copie.xml", data_of(w, two[1]))
    today = of_today(w, school.division_id, DRAFT)
    for other in (copy, today):
        found = compare(last, other)
        assert (found.header, found.pupils) == ((), ())
    assert copy.division_id == today.division_id == school.division_id


def test_the_data_of_now_are_compared_and_nothing_is_stored(w, school, two):
    kept = set(w.artifacts.contents())
    set_marks(w.store, school.booklet_ids[1:2], 100)
    execute(w.store, "DELETE FROM rating WHERE booklet_id = :id", id=school.booklet_ids[2])
    found = compare(of_version(w, two[1]), of_today(w, school.division_id, DRAFT))
    told = {one.siecle_id: one.presence for one in found.pupils}
    assert told == {
        1001: Presence.CHANGED, 1002: Presence.CHANGED, 1003: Presence.REMOVED
    }  # fmt: skip
    assert set(w.artifacts.contents()) == kept
    assert left_behind(w) == []


def test_a_division_where_all_are_red_now_has_lost_every_pupil(w, school, two):
    execute(w.store, "DELETE FROM rating")
    found = compare(of_version(w, two[1]), of_today(w, school.division_id, DRAFT))
    assert {one.presence for one in found.pupils} == {Presence.REMOVED}
    assert len(found.pupils) == 3


def test_what_one_of_two_profiles_does_not_carry_is_left_aside_and_said(w, school, two):
    exported(w, school.division_id, PLAIN)
    plain = of_version(w, version(w, school, 1, PLAIN))
    found = compare(of_version(w, two[1]), plain)
    assert (found.pupils, found.not_compared) == ((), ("pfmp", "project"))
    assert compare(plain, plain).not_compared == ()


def test_a_file_of_another_program_has_no_division(w, two):
    data = data_of(w, two[0]).replace(b"<application>LSLPRO<", b"<application>AUTRE<")
    side = of_file(w, two[0].file_name, data)
    assert side.division_id is None
    (change,) = compare(of_version(w, two[0]), side).header
    assert (change.before, change.after) == ("LSLPRO", "AUTRE")


@pytest.mark.faults
def test_an_altered_version_is_refused_not_compared(w, two):
    path = w.artifacts.path(two[0].sha256)
    path.write_bytes(path.read_bytes().replace(b"DURAND", b"DURANT"))
    with pytest.raises(ArtifactUnusable):
        of_version(w, two[0])


@pytest.mark.faults
def test_an_invalid_file_is_refused_with_its_faults(w, two):
    data = data_of(w, two[0]).replace(b"071100", b"07110X")
    with pytest.raises(InvalidFile) as refused:
        of_file(w, "spoiled.xml", data)
    assert len(refused.value.problems) == 3
