"""The report before an export: it agrees with what an export then does."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from rowsbuilder import a_school, compute_lights

from pipeline import booklets, preflight
from pipeline.domain.actors import Actor
from pipeline.domain.entry import Edit
from pipeline.domain.gaps import GapCode, Light, Severity
from pipeline.store import reports
from pipeline.store import rows as t
from pipeline.wiring import Wiring
from tests.usecases.exporting import exported, statements_of


def looked(w: Wiring) -> list[preflight.Preflight]:
    with w.store.reading() as connection:
        rows = reports.division_names(connection)
    return preflight.look(w.store, rows)


def edited(w: Wiring, booklet_id: int, **change: Any) -> None:
    booklets.edit(
        w.store, booklet_id, Edit(**change), based_on=None, actor="prof", limits=w.limits,
        now=w.now(),
    )  # fmt: skip


def test_what_blocks_and_what_is_incomplete_are_told_with_who_must_act(w: Wiring) -> None:
    ids = a_school(w.store).booklet_ids
    edited(w, ids[0], ratings={"9001": None, "9002": None})
    edited(w, ids[1], ratings={"9002": None}, appreciation="")
    edited(w, ids[2], appreciation="")
    compute_lights(w.store)
    (found,) = looked(w)
    assert found.lights == {Light.RED: 2, Light.ORANGE: 1}
    assert (found.pending_count, found.exportable_count, found.is_possible) == (0, 1, True)
    rated, written = found.concerns
    assert (rated.code, rated.severity, rated.actor) == (
        GapCode.COMPETENCE_NOT_RATED, Severity.MANDATORY, Actor.TEACHER,
    )  # fmt: skip
    assert [gap.subject for gap in rated.gaps] == ["9001", "9002"]
    assert [one.siecle_id for one in rated.pupils] == [1001, 1002]
    assert (written.code, written.severity) == (GapCode.APPRECIATION_MISSING, Severity.OPTIONAL)
    assert [one.siecle_id for one in written.pupils] == [1002, 1003]


@pytest.mark.parametrize(
    ("spoiled", "code", "actor"),
    [
        (sa.update(t.level_settings).values(periodicity=None), GapCode.PERIODICITY_NOT_SET,
         Actor.HEAD),
        (sa.delete(t.framework), GapCode.FRAMEWORK_UNKNOWN, Actor.HEAD),
        (sa.update(t.student).values(siecle_id=None), GapCode.SIECLE_ID_MISSING,
         Actor.SECRETARIAT),
        (sa.delete(t.teacher), GapCode.TEACHER_MISSING, Actor.TEACHER),
    ],
)  # fmt: skip
def test_each_gap_is_the_work_of_someone(
    w: Wiring, spoiled: Any, code: GapCode, actor: Actor
) -> None:
    a_school(w.store)
    with w.store.writing() as unit:
        unit.connection.execute(spoiled)
    compute_lights(w.store)
    (found,) = looked(w)
    assert {one.code: one.actor for one in found.concerns}[code] is actor
    assert found.is_possible is False


def test_a_light_that_is_late_is_told_and_promises_nothing(w: Wiring) -> None:
    ids = a_school(w.store, pupil_count=2).booklet_ids
    assert looked(w)[0].is_possible is None
    compute_lights(w.store)
    edited(w, ids[0], ratings={"9001": None})
    (found,) = looked(w)
    assert [one.up_to_date for one in found.pupils] == [False, True]
    assert (found.pending_count, found.lights, found.is_possible) == (1, {Light.GREEN: 1}, True)


def test_a_division_without_pupils_can_export_nothing(w: Wiring) -> None:
    a_school(w.store, pupil_count=0)
    (found,) = looked(w)
    assert (found.pupils, found.concerns, found.is_possible) == ((), (), False)


@pytest.mark.parametrize("complete", [True, False])
def test_it_agrees_with_the_export(w: Wiring, *, complete: bool) -> None:
    school = a_school(w.store, complete=complete)
    compute_lights(w.store)
    (found,) = looked(w)
    state = exported(w, school.division_id).state
    assert (found.is_possible, state) == (complete, "ready" if complete else "refused")


def test_any_number_of_divisions_takes_as_many_statements(w: Wiring) -> None:
    counts = []
    for number in range(3):
        a_school(w.store, division_code=f"1MELEC{number}")
        with w.store.reading() as connection:
            rows = reports.division_names(connection)
        with statements_of(w.store) as sent:
            preflight.look(w.store, rows)
        counts.append(len([one for one in sent if "SELECT" in one.upper()]))
    assert len(set(counts)) == 1
