"""What was uploaded, and the reports kept beside it, on both databases."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa
from rowsbuilder import a_school

from pipeline import sent, upkeep
from pipeline.errors import ArtifactUnusable, UnreadableFile
from pipeline.sent import LARGEST_REPORT_BYTES, Recorded
from pipeline.store import rows as t
from pipeline.store import versions
from pipeline.store.sent import of_school
from pipeline.upkeep import GRACE_S, Purged
from tests.usecases.exporting import a_wiring, exported, set_marks, versions_of

REPORT = b"\xd0\xcf\x11\xe0 bilan DUPONT L\xe9a"
OTHER = b"\x00autre\xff"
DAY = 86_400


@pytest.fixture
def school(store):
    return a_school(store, pupil_count=2)


@pytest.fixture
def version(w, school):
    exported(w, school.division_id)
    (found,) = versions_of(w, school.division_id)
    with w.store.reading() as connection:
        (found,) = versions.listed(connection, division_id=school.division_id)
    return found


def audited(w):
    with w.store.reading() as connection:
        events = connection.execute(sa.select(t.audit_event).order_by(t.audit_event.c.id))
        return [(one.action, one.actor, one.details) for one in events]


def bytes_of(w, version):
    return [sent.serve(w, one) for one in sent.reports(w, version)]


def test_an_upload_is_recorded_with_who_and_when_and_audited(w, version, clock):
    found = sent.record(w, version, by="cli:chef")
    assert found == Recorded(clock.instant, "cli:chef", True, None, False)
    named = {"code": "1MELEC1", "profile": version.profile, "version": 1}
    assert audited(w) == [("version_sent", "cli:chef", named)]


def test_recording_again_changes_nothing(w, version, clock):
    first = sent.record(w, version, by="cli:chef", report=REPORT)
    clock.move(DAY)
    again = sent.record(w, version, by="cli:autre", report=REPORT)
    assert again == replace(first, is_new=False, report_is_new=False)
    assert bytes_of(w, version) == [REPORT]
    assert [action for action, _, _ in audited(w)] == ["version_sent", "report_kept"]


def test_a_report_may_come_later_and_none_replaces_another(w, version, clock):
    sent.record(w, version, by="a")
    for report in (REPORT, OTHER, REPORT):
        clock.move(60)
        sent.record(w, version, by="b", report=report)
    assert bytes_of(w, version) == [REPORT, OTHER]
    stem = version.file_name.removesuffix(".xml")
    assert [one.name for one in sent.reports(w, version)] == [
        f"{stem}_bilan_1.xls", f"{stem}_bilan_2.xls"
    ]  # fmt: skip


def test_nothing_of_a_report_is_in_the_audit_but_its_digest(w, version):
    found = sent.record(w, version, by="a", report=REPORT)
    assert audited(w)[1][2]["sha256"] == found.report_sha256
    assert "DUPONT" not in str(audited(w))


def test_the_listing_shows_when_a_version_was_sent(w, school, version, clock):
    set_marks(w.store, school.booklet_ids, 1_000)
    exported(w, school.division_id)
    sent.record(w, version, by="a")
    with w.store.reading() as connection:
        listed = versions.listed(connection, division_id=school.division_id)
        ordered = of_school(connection, "0999999Z")
        assert of_school(connection, "0999998Y") == []
    assert [(one.version, one.sent_at, one.sent_by) for one in listed] == [
        (2, None, None), (1, clock.instant, "a")
    ]  # fmt: skip
    assert [(one.version, one.code) for one in ordered] == [(1, "1MELEC1")]


def test_uploads_are_in_the_order_in_which_they_were_recorded(w, school, version, clock):
    set_marks(w.store, school.booklet_ids, 1_000)
    exported(w, school.division_id)
    for one in versions_of(w, school.division_id)[::-1]:
        clock.move(60)
        with w.store.reading() as connection:
            (row,) = versions.listed(
                connection, division_id=school.division_id, version=one.version
            )
        sent.record(w, row, by="a")
    with w.store.reading() as connection:
        assert [one.version for one in of_school(connection, "0999999Z")] == [2, 1]


def aged(w, sha256):
    path = w.artifacts.path(sha256)
    then = path.stat().st_mtime - GRACE_S - 60
    os.utime(path, (then, then))
    return path


@pytest.mark.faults
def test_upkeep_never_removes_a_kept_report_even_of_a_version_past_its_keeping(
    store, tmp_path, clock, school
):
    w = a_wiring(store, tmp_path / "home", clock, retention_days=30)
    for mark in (500, 1_000):
        set_marks(store, school.booklet_ids, mark)
        exported(w, school.division_id)
    with store.reading() as connection:
        _, first = versions.listed(connection, division_id=school.division_id)
    kept = sent.record(w, first, by="a", report=REPORT).report_sha256
    orphan = w.artifacts.put(b"nobody's")
    for sha256 in (kept, orphan, first.sha256):
        aged(w, sha256)
    clock.move(10_000 * DAY)
    assert upkeep.purge(w) == Purged(0, 2, 1)
    assert upkeep.purge(w) == Purged(0, 0, 0)
    assert bytes_of(w, first) == [REPORT]


@pytest.mark.faults
def test_a_damaged_report_is_named_by_the_scrub_and_not_served(w, version):
    sha256 = sent.record(w, version, by="a", report=REPORT).report_sha256
    assert upkeep.scrub(w).unusable == ()
    w.artifacts.path(sha256).write_bytes(b"x")
    found = upkeep.scrub(w)
    assert (found.file_count, found.orphan_count) == (2, 0)
    assert [name for name, _ in found.unusable] == [f"bilan de {version.file_name}"]
    with pytest.raises(ArtifactUnusable):
        bytes_of(w, version)


@pytest.mark.faults
@pytest.mark.parametrize(("size", "taken"), [(0, False), (1, True), (LARGEST_REPORT_BYTES, True),
                                             (LARGEST_REPORT_BYTES + 1, False)])  # fmt: skip
def test_a_report_has_a_size(w, version, size, taken):
    if taken:
        assert sent.record(w, version, by="a", report=b"x" * size).report_is_new
        return
    with pytest.raises(UnreadableFile):
        sent.record(w, version, by="a", report=b"x" * size)
    assert audited(w) == []
    assert sent.reports(w, version) == []


@pytest.mark.faults
def test_two_at_once_record_it_once(w, version):
    with ThreadPoolExecutor(4) as pool:
        found = list(
            pool.map(lambda n: sent.record(w, version, by=f"p{n}", report=REPORT), range(4))
        )
    assert sum(one.is_new for one in found) == sum(one.report_is_new for one in found) == 1
    assert len({(one.sent_at, one.sent_by) for one in found}) == 1
    assert len(audited(w)) == 2
