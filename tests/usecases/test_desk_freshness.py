"""Whether data changed since a version: the same as what an export then finds."""

from __future__ import annotations

from typing import Any

import pytest
from rowsbuilder import START_YEAR, a_school

from pipeline import booklets
from pipeline.desk.freshness import _snapshots, changed_since
from pipeline.domain.entry import Edit
from pipeline.domain.periods import Level
from pipeline.domain.states import Outcome
from pipeline.export_build import fingerprint, read_snapshots
from pipeline.store import desk_reads
from pipeline.store import rows as t
from pipeline.wiring import Wiring
from tests.usecases.exporting import DRAFT, PLAIN, execute, exported, set_marks


def changed(w: Wiring, division_id: int) -> dict[str, bool]:
    """By profile, whether data changed since its newest version."""
    with w.store.reading() as connection:
        latest = desk_reads.latest_versions(connection, [division_id])
        found = changed_since(w, connection, latest)
    return {one.profile: one.id in found for one in latest}


def wrote(w: Wiring, booklet_id: int, text: str) -> None:
    change = Edit(appreciation=text)
    booklets.edit(
        w.store, booklet_id, change, based_on=None, actor="prof", limits=w.limits, now=w.now()
    )


def test_a_version_just_made_is_of_the_data_of_now(w: Wiring) -> None:
    ids = a_school(w.store)
    exported(w, ids.division_id)
    exported(w, ids.division_id, PLAIN)
    assert changed(w, ids.division_id) == {DRAFT: False, PLAIN: False}


def test_a_text_written_since_is_told_of_each_profile_until_its_next_export(w: Wiring) -> None:
    ids = a_school(w.store)
    exported(w, ids.division_id)
    exported(w, ids.division_id, PLAIN)
    wrote(w, ids.booklet_ids[0], "Autre texte.")
    assert changed(w, ids.division_id) == {DRAFT: True, PLAIN: True}
    exported(w, ids.division_id)
    assert changed(w, ids.division_id) == {DRAFT: False, PLAIN: True}


def test_a_change_taken_back_is_told_until_an_export_finds_the_file_unchanged(w: Wiring) -> None:
    ids = a_school(w.store, pupil_count=1)
    exported(w, ids.division_id)
    set_marks(w.store, ids.booklet_ids, 1100)
    exported(w, ids.division_id)
    set_marks(w.store, ids.booklet_ids, 1200)
    set_marks(w.store, ids.booklet_ids, 1100)
    assert changed(w, ids.division_id) == {DRAFT: True}
    assert exported(w, ids.division_id).outcome == Outcome.UNCHANGED
    assert changed(w, ids.division_id) == {DRAFT: False}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE booklet SET left_on = '2026-05-01' WHERE id = :id",
        "UPDATE booklet SET division_id = NULL WHERE id = :id",
        "UPDATE booklet SET status_code = 'AP' WHERE id = :id",
    ],
)
def test_a_pupil_who_left_is_a_change(w: Wiring, statement: str) -> None:
    ids = a_school(w.store)
    exported(w, ids.division_id)
    execute(w.store, statement, id=ids.booklet_ids[0])
    assert changed(w, ids.division_id) == {DRAFT: True}


def test_another_division_changes_nothing_here(w: Wiring) -> None:
    ids, other = a_school(w.store), a_school(w.store, division_code="1AUTRE")
    exported(w, ids.division_id)
    wrote(w, other.booklet_ids[0], "Autre texte.")
    assert changed(w, ids.division_id) == {DRAFT: False}


def a_terminale(w: Wiring) -> tuple[Any, Any]:
    """A terminale that sends the year before, and the première its first pupil was in."""
    before = a_school(w.store, start_year=START_YEAR - 1, division_code="1AVANT")
    now = a_school(w.store, level=Level.TERMINALE, division_code="TMELEC")
    with w.store.writing() as unit:
        unit.connection.execute(t.level_settings.update().values(exports_previous_year=True))
        pupil = now.student_ids[0]
        held = t.booklet.c.id == before.booklet_ids[0]
        unit.connection.execute(t.booklet.update().where(held).values(student_id=pupil))
    return now, before


def test_what_it_is_made_of_is_what_an_export_writes_down(w: Wiring) -> None:
    now, _ = a_terminale(w)
    first = a_school(w.store, division_code="1MELEC9")
    ids = [now.division_id, first.division_id]
    full = read_snapshots(w, ids)
    assert full[now.division_id].earlier
    with w.store.reading() as connection:
        bare = _snapshots(connection, ids)
    for profile in (w.profile(DRAFT), w.profile(PLAIN)):
        for key in ids:
            assert fingerprint(w, profile, bare[key]) == fingerprint(w, profile, full[key])


def test_a_change_of_the_year_before_is_one_where_it_is_sent(w: Wiring) -> None:
    now, before = a_terminale(w)
    exported(w, now.division_id)
    wrote(w, before.booklet_ids[1], "Un camarade de l'an passé.")
    assert changed(w, now.division_id) == {DRAFT: True}


def test_a_version_of_a_profile_that_is_gone_is_not_called_changed(w: Wiring) -> None:
    ids = a_school(w.store)
    exported(w, ids.division_id)
    execute(w.store, "UPDATE artifact SET profile = 'parti'")
    assert changed(w, ids.division_id) == {"parti": False}
