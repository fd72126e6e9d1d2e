"""Which uploads a preview reads, and that those it leaves alone would change nothing."""

from __future__ import annotations

import pytest
from rowsbuilder import a_school

from pipeline import sent
from pipeline.domain.fields import GROUP
from pipeline.domain.periods import Level
from pipeline.preview import preview
from pipeline.receiver import Fate
from pipeline.store import versions
from tests.usecases.exporting import PLAIN, a_wiring, data_of, execute, exported, set_marks


def uploaded(w, school, clock, mark):
    """A new version with that mark for everybody, recorded as sent; its row."""
    set_marks(w.store, school.booklet_ids, mark)
    exported(w, school.division_id, PLAIN)
    clock.move(60)
    row = newest(w, school)
    sent.record(w, row, by="tests")
    return row


def newest(w, school):
    with w.store.reading() as connection:
        return versions.listed(connection, division_id=school.division_id)[0]


def previewed(w, school, mark):
    """The preview of a file that was not sent yet."""
    set_marks(w.store, school.booklet_ids, mark)
    exported(w, school.division_id, PLAIN)
    row = newest(w, school)
    return preview(w, row.file_name, data_of(w, row))


def forget_names(store):
    """Leave manifests as they were before they named their pupils."""
    execute(store, "UPDATE artifact SET manifest = '{}'")


@pytest.fixture
def two(w, store, clock):
    """Two divisions sent twice each, one pupil of the first in the second since."""
    first = a_school(store, pupil_count=3)
    second = a_school(store, pupil_count=2, division_code="1B")
    for mark in (1000, 1100):
        uploaded(w, first, clock, mark)
        uploaded(w, second, clock, mark + 50)
    execute(
        store, "UPDATE booklet SET division_id = :there WHERE id = :id",
        there=second.division_id, id=first.booklet_ids[0],
    )  # fmt: skip
    return first, second


def test_what_lsl_holds_of_a_pupil_who_came_from_another_division_counts(w, two):
    found = previewed(w, two[1], 1300)
    assert {one.fate for one in found.report.pupils} == {Fate.CHANGED}
    (his,) = (one.changes for one in found.report.pupils if one.siecle_id == 1001)
    assert {change.place.name.startswith(GROUP) for change in his} == {True}
    assert [(one.division, one.version) for one in found.uploads] == [
        ("1MELEC1", 1), ("1B", 1), ("1MELEC1", 2), ("1B", 2)
    ]  # fmt: skip


def test_nobody_of_the_division_he_came_from_is_missed(w, two):
    assert previewed(w, two[1], 1300).absent == ()
    assert previewed(w, two[0], 1300).absent == (1001,)


def test_the_pupils_of_the_year_before_are_not_missed(w, store, clock):
    before = a_school(store, pupil_count=3, start_year=2024)
    now = a_school(store, pupil_count=2, level=Level.TERMINALE, division_code="TMELEC1")
    uploaded(w, before, clock, 1000)
    execute(
        store, "UPDATE booklet SET student_id = :who WHERE id = :id",
        who=before.student_ids[0], id=now.booklet_ids[0],
    )  # fmt: skip
    found = previewed(w, now, 1200)
    assert [one.version for one in found.uploads] == [1]
    assert found.absent == ()


@pytest.mark.parametrize("which", [0, 1])
def test_manifests_that_name_no_pupils_change_nothing_of_what_is_foretold(w, store, two, which):
    named = previewed(w, two[which], 1300)
    forget_names(store)
    assert previewed(w, two[which], 1300) == named


def test_a_file_that_holds_none_of_the_pupils_is_not_read(w, store, clock):
    other = a_school(store, pupil_count=2, division_code="1B")
    gone = uploaded(w, other, clock, 1000)
    w.artifacts.path(gone.sha256).unlink()
    school = a_school(store)
    assert previewed(w, school, 1000).uploads == ()
    forget_names(store)
    assert [one.division for one in previewed(w, school, 1000).uploads] == ["1B"]


def test_whom_lsl_holds_and_whose_software_it_knows_is_told_though_the_file_is_gone(
    w, store, tmp_path, clock
):
    school = a_school(store, pupil_count=3)
    other = a_wiring(store, tmp_path / "home", clock, editor_name="AUTRE")
    gone = uploaded(other, school, clock, 1000)
    w.artifacts.path(gone.sha256).unlink()
    execute(store, "DELETE FROM rating WHERE booklet_id = :id", id=school.booklet_ids[2])
    found = previewed(w, school, 1100)
    assert (found.absent, found.last_editor, found.changes_software) == ((1003,), "AUTRE", True)
    assert "disparu" in found.uploads[0].unusable
