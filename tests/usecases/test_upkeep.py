"""Upkeep: what is swept, what is reported, what is let go, and what never is."""

from __future__ import annotations

import os

import pytest
from rowsbuilder import a_school

from pipeline import upkeep
from pipeline.errors import ArtifactExpired, ArtifactUnusable
from pipeline.upkeep import GRACE_S, Purged
from pipeline.waiting import FOLDER, KEPT_S, WaitingFiles
from tests.usecases.exporting import (
    a_wiring,
    exported,
    left_behind,
    set_marks,
    versions_of,
)

DAY = 86_400


@pytest.fixture
def school(store):
    return a_school(store, pupil_count=2)


@pytest.fixture
def keeping(store, tmp_path, clock):
    """A wiring that keeps versions for thirty days."""
    return a_wiring(store, tmp_path / "home", clock, retention_days=30)


def aged(w, sha256, seconds=GRACE_S + 60):
    path = w.artifacts.path(sha256)
    then = path.stat().st_mtime - seconds
    os.utime(path, (then, then))
    return path


def three_versions(w, school):
    for mark in (500, 1_000, 1_500):
        set_marks(w.store, school.booklet_ids, mark)
        exported(w, school.division_id)
    return versions_of(w, school.division_id)


def test_an_orphan_is_swept_once_it_is_old_and_a_version_never_is(w, school):
    exported(w, school.division_id)
    (version,) = versions_of(w, school.division_id)
    kept = aged(w, version.sha256)
    orphan = w.artifacts.path(w.artifacts.put(b"nobody's"))
    assert upkeep.purge(w) == Purged(0, 0, 0)
    aged(w, orphan.stem)
    assert upkeep.purge(w) == Purged(0, 1, 0)
    assert (kept.exists(), orphan.exists()) == (True, False)


def test_an_orphan_that_is_put_again_is_as_new(w):
    sha256 = w.artifacts.put(b"made again")
    aged(w, sha256)
    w.artifacts.put(b"made again")
    assert upkeep.purge(w) == Purged(0, 0, 0)
    assert w.artifacts.path(sha256).exists()


def test_without_a_retention_every_version_is_kept(w, school, clock):
    for version in three_versions(w, school):
        aged(w, version.sha256)
    clock.move(10_000 * DAY)
    assert upkeep.purge(w) == Purged(0, 0, 0)


@pytest.mark.parametrize(("seconds", "expired"), [(-1, 0), (0, 0), (1, 2)])
def test_versions_past_their_keeping_go_but_the_newest_stays(
    keeping, school, clock, seconds, expired
):
    w = keeping
    versions = three_versions(w, school)
    for version in versions:
        aged(w, version.sha256)
    clock.move(30 * DAY + seconds)
    assert upkeep.purge(w).expired_count == expired
    there = [w.artifacts.path(version.sha256).exists() for version in versions]
    assert there == [not expired, not expired, True]
    assert upkeep.serve(w, versions[-1])


def test_an_expired_version_is_refused_as_such_even_to_who_read_its_row_before(
    keeping, school, clock
):
    w = keeping
    before = three_versions(w, school)[0]
    aged(w, before.sha256)
    clock.move(31 * DAY)
    upkeep.purge(w)
    after = versions_of(w, school.division_id)[0]
    for row in (before, after):
        with pytest.raises(ArtifactExpired, match="durée de conservation"):
            upkeep.serve(w, row)


def test_bytes_that_a_newer_version_shares_stay(keeping, school, clock):
    w = keeping
    for mark in (500, 1_000, 500):
        set_marks(w.store, school.booklet_ids, mark)
        exported(w, school.division_id)
    first, second, third = versions_of(w, school.division_id)
    assert first.sha256 == third.sha256
    for version in (first, second):
        aged(w, version.sha256)
    clock.move(31 * DAY)
    assert upkeep.purge(w) == Purged(0, 1, 2)
    assert upkeep.serve(w, third)


@pytest.mark.faults
def test_a_scrub_names_each_file_that_is_missing_or_altered(w, store, school):
    divisions = [school.division_id]
    divisions += [a_school(store, division_code=f"1S{n}").division_id for n in range(2)]
    for division_id in divisions:
        exported(w, division_id)
    altered, missing, whole = (versions_of(w, one)[0] for one in divisions)
    path = w.artifacts.path(altered.sha256)
    path.write_bytes(path.read_bytes() + b" ")
    w.artifacts.path(missing.sha256).unlink()
    w.artifacts.put(b"nobody's")
    found = upkeep.scrub(w)
    assert (found.file_count, found.orphan_count) == (3, 1)
    assert {name for name, _ in found.unusable} == {altered.file_name, missing.file_name}
    with pytest.raises(ArtifactUnusable):
        upkeep.serve(w, altered)
    assert upkeep.serve(w, whole)


def test_temporaries_of_interrupted_writes_go(w, school):
    exported(w, school.division_id)
    (version,) = versions_of(w, school.division_id)
    left = w.artifacts.path(version.sha256).parent / ".tmp-left"
    left.write_bytes(b"half")
    assert upkeep.purge(w) == Purged(0, 0, 0)
    os.utime(left, (0, 0))
    assert upkeep.purge(w) == Purged(1, 0, 0)
    assert left_behind(w) == []


def test_files_given_to_be_imported_go_after_their_hour(w, clock):
    files = WaitingFiles(w.settings.home / FOLDER)
    arrival = files.arrival(w.now())
    kept = files.keep(arrival, 1, {"name": "x"}, w.now())
    upkeep.purge(w)
    assert kept.path.exists()
    clock.move(KEPT_S + 1)
    upkeep.purge(w)
    assert not kept.path.exists()
