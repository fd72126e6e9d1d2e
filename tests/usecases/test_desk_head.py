"""What a head of school asks for and sees, behind rights."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from rowsbuilder import DIPLOMA, START_YEAR, UAI, a_school, compute_lights

from pipeline import export_run, nightly
from pipeline.desk import (
    configuration,
    diplomas,
    divisions,
    exports,
    files,
    follow,
    nights,
    versions,
)
from pipeline.desk import division as one_division
from pipeline.desk.exportable import WhyNot
from pipeline.domain.accounts import Principal, Role
from pipeline.domain.periods import Level, Periodicity
from pipeline.domain.states import JobState
from pipeline.errors import (
    ArtifactUnusable,
    EmptyDivision,
    Forbidden,
    IdempotencyConflict,
    MoveNotAllowed,
    NotFound,
    NothingExportable,
    OutdatedSettings,
    PeriodicityLocked,
    PeriodicityNotSet,
)
from pipeline.levels import Choices
from pipeline.store import rows as t
from pipeline.verify import Verdict
from pipeline.wiring import Wiring
from tests.usecases.exporting import (
    PLAIN,
    all_jobs,
    ask,
    data_of,
    execute,
    exported,
    job,
    set_marks,
    statements_of,
    versions_of,
)

OTHER_UAI = "0888888Y"
KEY = (UAI, START_YEAR, DIPLOMA)
HEAD = Principal(1, "chef@lycee.fr", "Zoé ROUX", Role.HEAD, frozenset({UAI}))
OTHER = replace(HEAD, account_id=2, schools=frozenset({OTHER_UAI}))
ADMINISTRATOR = Principal(3, "admin@lycee.fr", "Admin", Role.ADMINISTRATOR)


def teacher(*division_ids: int) -> Principal:
    return replace(HEAD, account_id=4, role=Role.TEACHER, divisions=frozenset(division_ids))


def audited(w: Wiring) -> list[Any]:
    with w.store.reading() as connection:
        return list(connection.execute(sa.select(t.audit_event).order_by(t.audit_event.c.id)))


# ---- choices and divisions


def test_one_sees_the_diplomas_of_ones_own_schools_only(w: Wiring) -> None:
    a_school(w.store)
    a_school(w.store, division_code="1MELEC2")
    a_school(w.store, uai=OTHER_UAI)
    (mine,) = diplomas.choices(w, HEAD)
    assert (mine.uai, mine.start_year, mine.diploma_code) == KEY
    assert (mine.diploma_label, mine.division_count) == ("MELEC", 2)
    assert [one.uai for one in diplomas.choices(w, OTHER)] == [OTHER_UAI]


def test_an_administrator_sees_no_booklet_s_place(w: Wiring) -> None:
    a_school(w.store)
    with pytest.raises(Forbidden):
        diplomas.choices(w, ADMINISTRATOR)


@pytest.mark.parametrize("key", [(OTHER_UAI, START_YEAR, DIPLOMA), (UAI, 1, DIPLOMA),
                                 (UAI, START_YEAR, "\0")])  # fmt: skip
def test_a_choice_out_of_reach_is_not_found(w: Wiring, key: tuple[str, int, str]) -> None:
    a_school(w.store)
    a_school(w.store, uai=OTHER_UAI)
    with pytest.raises(NotFound):
        divisions.overview(w, HEAD, key)


def test_a_teacher_sees_the_lights_of_his_divisions_and_no_file(w: Wiring) -> None:
    mine, other = a_school(w.store), a_school(w.store, division_code="1AUTRE")
    exported(w, mine.division_id)
    asks = teacher(mine.division_id)
    (line,) = divisions.overview(w, asks, KEY).lines
    assert line.division.id == mine.division_id
    assert one_division.look(w, asks, mine.division_id).versions == ()
    with pytest.raises(NotFound):
        one_division.look(w, asks, other.division_id)
    with pytest.raises(Forbidden):
        exports.ask(w, asks, mine.division_id)
    (version,) = versions_of(w, mine.division_id)
    with pytest.raises(Forbidden):
        files.download(w, asks, version.id)


def test_a_line_tells_lights_the_newest_version_and_whether_data_changed(w: Wiring) -> None:
    ids = a_school(w.store)
    execute(w.store, "DELETE FROM rating WHERE booklet_id = :id", id=ids.booklet_ids[0])
    compute_lights(w.store)
    exported(w, ids.division_id, PLAIN)
    w.now.move(60)  # type: ignore[attr-defined]
    exported(w, ids.division_id)
    (line,) = divisions.overview(w, HEAD, KEY).lines
    assert (line.counts.red, line.counts.green, line.counts.pending) == (1, 2, 0)
    assert (line.version.version, line.version.profile) == (1, w.settings.default_profile)
    assert (line.changed, line.why_not, line.open_jobs) == (False, None, ())
    set_marks(w.store, ids.booklet_ids[1:], 1500)
    (line,) = divisions.overview(w, HEAD, KEY).lines
    assert (line.changed, line.counts.pending, line.counts.green) == (True, 2, 0)


# ---- asking for files


def test_all_red_empty_and_without_periodicity_are_refused_with_their_reason(w: Wiring) -> None:
    red = a_school(w.store, complete=False)
    empty = a_school(w.store, pupil_count=0, division_code="1VIDE")
    late = a_school(w.store, level=Level.TERMINALE, division_code="TSANS")
    with w.store.writing() as unit:
        s = t.level_settings
        unit.connection.execute(
            s.update().where(s.c.level == Level.TERMINALE).values(periodicity=None)
        )
    compute_lights(w.store)
    lines = {one.division.id: one.why_not for one in divisions.overview(w, HEAD, KEY).lines}
    assert lines == {
        red.division_id: WhyNot.ALL_RED, empty.division_id: WhyNot.EMPTY,
        late.division_id: WhyNot.PERIODICITY,
    }  # fmt: skip
    for ids, error in ((red, NothingExportable), (empty, EmptyDivision), (late, PeriodicityNotSet)):
        with pytest.raises(error):
            exports.ask(w, HEAD, ids.division_id)
    with pytest.raises(NothingExportable):
        exports.ask_all(w, HEAD, KEY)
    assert all_jobs(w) == []


def test_a_light_in_computation_forbids_nothing(w: Wiring) -> None:
    ids = a_school(w.store)
    assert exports.ask(w, HEAD, ids.division_id)


def test_a_form_sent_twice_makes_one_job_and_its_key_another_division_s_none(w: Wiring) -> None:
    ids, other = a_school(w.store), a_school(w.store, division_code="1AUTRE")
    compute_lights(w.store)
    first = exports.ask(w, HEAD, ids.division_id, key="k1")
    export_run.run(w, [first])
    assert exports.ask(w, HEAD, ids.division_id, key="k1") == first
    with pytest.raises(IdempotencyConflict):
        exports.ask(w, HEAD, other.division_id, key="k1")
    (row,) = all_jobs(w)
    assert row.requested_by == "user:1"


def test_all_divisions_are_asked_for_once_and_those_left_aside_are_told(w: Wiring) -> None:
    ids = [a_school(w.store, division_code=f"1N{n}").division_id for n in range(3)]
    red = a_school(w.store, complete=False, division_code="1R")
    compute_lights(w.store)
    asked = exports.ask_all(w, HEAD, KEY, key="k")
    assert [(row.id, why) for row, why in asked.aside] == [(red.division_id, WhyNot.ALL_RED)]
    export_run.run(w, asked.job_ids[:1])
    assert exports.ask_all(w, HEAD, KEY, key="k").job_ids == asked.job_ids
    assert [row.division_id for row in all_jobs(w)] == ids


def test_another_school_s_division_and_job_are_not_found(w: Wiring) -> None:
    ids = a_school(w.store)
    job_id = ask(w, ids.division_id)
    for refused in (
        lambda: exports.ask(w, OTHER, ids.division_id),
        lambda: exports.cancel(w, OTHER, job_id),
        lambda: exports.ask_again(w, OTHER, job_id),
        lambda: follow.progress(w, OTHER, [job_id]),
        lambda: one_division.look(w, OTHER, ids.division_id),
        lambda: one_division.lights(w, OTHER, ids.division_id),
    ):
        with pytest.raises(NotFound):
            refused()
    assert job(w, job_id).state == JobState.QUEUED


def test_an_ended_job_is_asked_again_once_and_a_waiting_one_is_not(w: Wiring) -> None:
    ids = a_school(w.store)
    first = ask(w, ids.division_id)
    with pytest.raises(MoveNotAllowed):
        exports.ask_again(w, HEAD, first, key="k")
    assert exports.cancel(w, HEAD, first) == JobState.QUEUED
    again = exports.ask_again(w, HEAD, first, key="k")
    assert exports.ask_again(w, HEAD, first, key="k") == again
    assert job(w, again).retry_of == first


# ---- following


def test_progress_counts_divisions_ended_and_pupils_treated(w: Wiring) -> None:
    small, large = a_school(w.store, pupil_count=1), a_school(w.store, division_code="1GRANDE")
    execute(w.store, "DELETE FROM rating WHERE booklet_id = :id", id=large.booklet_ids[0])
    ids = [ask(w, small.division_id), ask(w, large.division_id)]
    seen = []
    for job_id in ids:
        found = follow.progress(w, HEAD, ids)
        seen.append((found.words, found.ended_count, found.is_over))
        export_run.run(w, [job_id])
    found = follow.progress(w, HEAD, ids)
    assert seen == [("0 / 4 (0 %)", 0, False), ("1 / 4 (25 %)", 1, False)]
    assert (found.words, found.is_over) == ("4 / 4 (100 %)", True)
    told = follow.left_out(w, HEAD, found)
    assert list(told.names) == large.booklet_ids[:1]
    assert told.competences[large.division_id]["9001"] == "C1 Préparer"
    (version,) = versions_of(w, large.division_id)
    assert version.id in {one.row.artifact_id for one in found.jobs}


def test_pupils_of_a_cancelled_job_are_not_called_treated(w: Wiring) -> None:
    ids = a_school(w.store)
    job_id = ask(w, ids.division_id)
    exports.cancel(w, HEAD, job_id)
    found = follow.progress(w, HEAD, [job_id])
    assert (found.words, found.is_over) == ("0 / 3 (0 %)", True)


@pytest.mark.parametrize("job_ids", [[], ["x"], ["\0"]])
def test_no_job_is_not_found(w: Wiring, job_ids: list[str]) -> None:
    with pytest.raises(NotFound):
        follow.progress(w, HEAD, job_ids)


# ---- files and versions


def test_a_download_is_checked_and_audited_by_ids_alone(w: Wiring) -> None:
    ids = a_school(w.store)
    exported(w, ids.division_id)
    (version,) = versions_of(w, ids.division_id)
    found = files.download(w, HEAD, version.id)
    assert (found.file_name, found.data) == (version.file_name, data_of(w, version))
    (event,) = audited(w)
    assert (event.actor, event.action) == ("user:1", "artifact_downloaded")
    assert event.details == {
        "artifact_id": version.id, "division_id": ids.division_id, "version": 1,
    }  # fmt: skip


@pytest.mark.parametrize("spoil", ["damage", "remove"])
def test_a_damaged_or_missing_file_is_never_served_and_its_page_says_so(
    w: Wiring, spoil: str
) -> None:
    ids = a_school(w.store)
    exported(w, ids.division_id)
    (version,) = versions_of(w, ids.division_id)
    path = w.artifacts.path(version.sha256)
    if spoil == "damage":
        path.write_bytes(path.read_bytes() + b" ")
    else:
        path.unlink()
    with pytest.raises(ArtifactUnusable):
        files.download(w, HEAD, version.id)
    assert audited(w) == []
    assert isinstance(versions.look(w, HEAD, version.id).unusable, ArtifactUnusable)


@pytest.mark.parametrize("artifact_id", [0, -1, 2**31, 2**70])
def test_an_id_that_is_none_is_not_found(w: Wiring, artifact_id: int) -> None:
    with pytest.raises(NotFound):
        files.download(w, HEAD, artifact_id)


def two_versions(w: Wiring) -> tuple[Any, Any]:
    ids = a_school(w.store)
    exported(w, ids.division_id)
    set_marks(w.store, ids.booklet_ids[:1], 1500)
    exported(w, ids.division_id)
    first, second = versions_of(w, ids.division_id)
    return first, second


def test_a_file_is_known_by_its_bytes_and_its_school_s_head_alone(w: Wiring) -> None:
    first, second = two_versions(w)
    data = data_of(w, first)
    found = files.verify(w, HEAD, "../../etc/passwd\0.xml", data)
    assert (found.verdict, found.version.version, found.renamed) == (Verdict.INTACT, 1, True)
    assert found.newest.id == second.id
    newest = files.verify(w, HEAD, second.file_name, data_of(w, second))
    assert (newest.verdict, newest.newest, newest.renamed) == (Verdict.INTACT, None, False)
    modified = files.verify(w, HEAD, first.file_name, data + b" ")
    assert (modified.verdict, modified.version.id) == (Verdict.MODIFIED, first.id)
    assert files.verify(w, OTHER, first.file_name, data).verdict == Verdict.UNKNOWN
    assert files.verify(w, HEAD, "autre.xml", b"autre").verdict == Verdict.UNKNOWN


def test_a_version_tells_its_author_state_and_what_differs(w: Wiring) -> None:
    first, second = two_versions(w)
    assert (versions.look(w, HEAD, first.id).changed, first.version) == (False, 1)
    told = versions.changes(w, HEAD, second.id)
    assert {one.siecle_id for one in told.found.pupils} == set(told.names) != set()
    with pytest.raises(NotFound):
        versions.changes(w, HEAD, first.id)
    assert versions.changes(w, HEAD, second.id, today=True).found.pupils == ()
    assert versions.changes(w, HEAD, first.id, today=True).found.pupils


def test_an_upload_is_noted_once_with_its_report_beside(w: Wiring) -> None:
    _, second = two_versions(w)
    assert versions.note_sent(w, HEAD, second.id, b"bilan").is_new
    assert not versions.note_sent(w, HEAD, second.id).is_new
    (kept,) = versions.look(w, HEAD, second.id).reports
    assert versions.report(w, HEAD, second.id, kept.sha256)[1] == b"bilan"
    with pytest.raises(NotFound):
        versions.report(w, HEAD, second.id, "0" * 64)
    with pytest.raises(NotFound):
        versions.report(w, OTHER, second.id, kept.sha256)


def test_what_lsl_would_do_is_foretold_of_a_version(w: Wiring) -> None:
    first, second = two_versions(w)
    versions.note_sent(w, HEAD, first.id)
    told = versions.foretold(w, HEAD, second.id)
    assert told.found.report.progress == "3 / 3 (100 %)"
    assert {one.siecle_id for one in told.found.report.pupils} == set(told.names)


# ---- configuration


def shown(w: Wiring) -> dict[Level, Choices]:
    return {one.level: one.set_ for one in configuration.look(w, HEAD, KEY).levels}


def saved(w: Wiring, seen: dict[Level, Choices], **change: Any) -> None:
    wanted = {level: choices._replace(**change) for level, choices in seen.items()}
    configuration.save(w, HEAD, KEY, shown=seen, wanted=wanted)


def test_levels_are_set_together_and_a_locked_one_lets_none_of_them_change(w: Wiring) -> None:
    a_school(w.store)
    a_school(w.store, complete=False, level=Level.TERMINALE, division_code="TMELEC1")
    before = shown(w)
    held = {one.level: one.held_count for one in configuration.look(w, HEAD, KEY).levels}
    assert held == {Level.PREMIERE: 3, Level.TERMINALE: 0}
    with pytest.raises(PeriodicityLocked):
        saved(w, before, periodicity=Periodicity.SEMESTER)
    assert shown(w) == before
    saved(w, before, exports_pfmp=True)
    assert {one.exports_pfmp for one in shown(w).values()} == {True}
    assert {event.actor for event in audited(w)} == {"user:1"}


def test_a_form_that_shows_what_is_no_longer_set_changes_nothing(w: Wiring) -> None:
    a_school(w.store)
    seen = shown(w)
    saved(w, seen, exports_pfmp=True)
    with pytest.raises(OutdatedSettings, match="première"):
        saved(w, seen, exports_project=True)
    assert shown(w)[Level.PREMIERE].exports_pfmp is True
    assert shown(w)[Level.PREMIERE].exports_project is False


def test_only_a_head_configures_and_only_his_school(w: Wiring) -> None:
    ids = a_school(w.store)
    with pytest.raises(NotFound):
        configuration.look(w, OTHER, KEY)
    with pytest.raises(NotFound):
        configuration.save(w, OTHER, KEY, shown={}, wanted={})
    for one in (teacher(ids.division_id), ADMINISTRATOR):
        with pytest.raises(Forbidden):
            configuration.save(w, one, KEY, shown={}, wanted={})


# ---- nights


def test_a_night_is_told_of_ones_own_schools_alone(w: Wiring) -> None:
    a_school(w.store)
    a_school(w.store, complete=False, division_code="1ROUGE")
    a_school(w.store, uai=OTHER_UAI)
    w.now.instant = dt.datetime(2026, 5, 20, 8, 0, tzinfo=dt.UTC)  # type: ignore[attr-defined]
    assert nightly.begin(w, dt.date(2026, 5, 20))
    (mine,), (other,) = nights.look(w, HEAD), nights.look(w, OTHER)
    assert (mine.counts.job_count, mine.counts.open_count, mine.duration) == (2, 2, None)
    assert other.counts.job_count == 1
    w.now.move(30)  # type: ignore[attr-defined]
    export_run.run(w, [row.id for row in all_jobs(w)])
    (mine,), (other,) = nights.look(w, HEAD), nights.look(w, OTHER)
    assert (mine.counts.new_count, mine.counts.refused_count, mine.is_over) == (1, 1, True)
    assert mine.duration == dt.timedelta(seconds=30)
    assert [one.code for one in mine.without_file] == ["1ROUGE"]
    assert (other.counts.new_count, other.without_file) == (1, ())
    (none,) = nights.look(w, replace(HEAD, schools=frozenset({"0777777X"})))
    assert (none.counts, none.is_over) == (None, True)


# ---- statements


def test_the_list_sends_as_many_for_forty_divisions_as_for_two(w: Wiring) -> None:
    sent = []
    for count, uai in ((2, UAI), (40, OTHER_UAI)):
        for n in range(count):
            ids = a_school(w.store, pupil_count=2, uai=uai, division_code=f"1N{n}")
            exported(w, ids.division_id)
        set_marks(w.store, ids.booklet_ids, 1500)
        asks = replace(HEAD, schools=frozenset({uai}))
        with statements_of(w.store) as found:
            overview = divisions.overview(w, asks, (uai, START_YEAR, DIPLOMA))
        assert (len(overview.lines), sum(one.changed for one in overview.lines)) == (count, 1)
        sent.append(len([one for one in found if one.startswith("SELECT")]))
    assert sent[0] == sent[1] <= 10


def test_a_division_sends_as_many_for_thirty_five_pupils_as_for_three(w: Wiring) -> None:
    sent = []
    for count in (3, 35):
        ids = a_school(w.store, pupil_count=count, division_code=f"1P{count}")
        exported(w, ids.division_id)
        set_marks(w.store, ids.booklet_ids, 1500)
        with statements_of(w.store) as found:
            assert len(one_division.look(w, HEAD, ids.division_id).pupils) == count
        sent.append(len([one for one in found if one.startswith("SELECT")]))
    assert sent[0] == sent[1] <= 16


def test_following_sends_as_many_for_forty_jobs_as_for_two(w: Wiring) -> None:
    sent = []
    for count in (2, 40):
        made = [a_school(w.store, pupil_count=1, division_code=f"1{count}N{n}")
                for n in range(count)]  # fmt: skip
        ids = [ask(w, one.division_id) for one in made]
        with statements_of(w.store) as found:
            assert len(follow.progress(w, HEAD, ids).jobs) == count
        sent.append(len(found))
    assert sent[0] == sent[1]
