"""The place of the files: a content once, whole under its final name, refused when damaged."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.artifacts import TEMPORARY, Artifacts, digest
from pipeline.errors import ArtifactsUnavailable, ArtifactUnusable

DATA = b"<lsl>" + b"x" * 5_000 + b"</lsl>"
NAME = "LSLPRO_0999999Z_2025_1MELEC1_lsl-1.0_v001.xml"


@pytest.mark.parametrize("data", [DATA, b"", b"\x00", "é".encode(), b"\r\n"])
def test_what_was_put_is_read_to_the_byte(artifacts, data):
    assert artifacts.read(artifacts.put(data), NAME) == data


def test_the_name_of_a_file_is_the_digest_of_its_bytes(artifacts, folder, files):
    sha256 = artifacts.put(DATA)
    assert sha256 == digest(DATA)
    assert artifacts.path(sha256) == folder / sha256[:2] / f"{sha256}.xml"
    assert files() == [f"{sha256}.xml"]


def test_the_same_content_is_kept_once_and_not_written_again(artifacts, files):
    path = artifacts.path(artifacts.put(DATA))
    before = path.stat()
    artifacts.put(DATA)
    assert path.stat().st_ino == before.st_ino
    assert path.stat().st_mtime_ns > before.st_mtime_ns  # as new for who removes old ones
    assert len(files()) == 1


@pytest.mark.faults
@pytest.mark.parametrize("damage", [b"", DATA[:-1], DATA + b" ", DATA.replace(b"x", b"y", 1)])
def test_a_damaged_file_is_refused_and_healed_by_the_next_put(artifacts, damage):
    sha256 = artifacts.put(DATA)
    artifacts.path(sha256).write_bytes(damage)
    with pytest.raises(ArtifactUnusable, match=f"{NAME} : .* altéré") as caught:
        artifacts.read(sha256, NAME)
    assert caught.value.code == "artifact_unusable"
    assert artifacts.put(DATA) == sha256
    assert artifacts.read(sha256, NAME) == DATA


@pytest.mark.faults
def test_a_missing_file_is_refused_and_told_what_heals_it(artifacts):
    sha256 = artifacts.put(DATA)
    artifacts.path(sha256).unlink()
    with pytest.raises(ArtifactUnusable, match=r"disparu du dépôt.* nouvel export le rétablit"):
        artifacts.read(sha256, NAME)
    artifacts.put(DATA)
    assert artifacts.read(sha256, NAME) == DATA


@pytest.mark.faults
def test_a_file_that_cannot_be_read_is_unavailable_not_damaged(artifacts):
    sha256 = artifacts.put(DATA)
    artifacts.path(sha256).unlink()
    artifacts.path(sha256).mkdir()
    with pytest.raises(ArtifactsUnavailable):
        artifacts.read(sha256, NAME)


@pytest.mark.parametrize(("age_s", "swept"), [(59, 0), (61, 1), (3_600, 1)])
def test_temporaries_are_swept_once_they_are_old(artifacts, folder, age_s, swept):
    artifacts.put(DATA)
    left = folder / "ab" / f"{TEMPORARY}1234"
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"half")
    then = left.stat().st_mtime - age_s
    os.utime(left, (then, then))
    assert artifacts.sweep_temporary(60) == swept
    assert left.exists() is not bool(swept)
    assert artifacts.read(digest(DATA), NAME) == DATA


def test_a_sweep_takes_no_file_under_a_final_name_and_no_folder_that_is_not_there(artifacts, files):
    assert artifacts.sweep_temporary(-1) == 0
    path = artifacts.path(artifacts.put(DATA))
    os.utime(path, (0, 0))
    assert artifacts.sweep_temporary(60) == 0
    assert files() == [path.name]


@pytest.mark.faults
def test_eight_that_put_the_same_bytes_at_once_leave_one_whole_file(artifacts, files):
    gate = Barrier(8)

    def put(_):
        gate.wait(10)
        return artifacts.put(DATA)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(put, range(8))) == {digest(DATA)}
    assert files() == [f"{digest(DATA)}.xml"]
    assert artifacts.read(digest(DATA), NAME) == DATA


@pytest.mark.faults
def test_a_reader_never_sees_a_part_while_others_put_and_damage(artifacts):
    """A writer heals what another damages by renaming; a reader gets the bytes or a refusal."""
    sha256 = artifacts.put(DATA)
    gate = Barrier(2)
    found = set()

    def damage_and_heal():
        gate.wait(10)
        for _ in range(100):
            artifacts.path(sha256).unlink(missing_ok=True)
            artifacts.put(DATA)

    def read():
        gate.wait(10)
        for _ in range(300):
            try:
                found.add(artifacts.read(sha256, NAME))
            except ArtifactUnusable as error:
                found.add(str(error))

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(one) for one in (damage_and_heal, read)]
        assert [one.result() for one in done] == [None, None]
    assert DATA in found
    assert all(one == DATA or "disparu du dépôt" in one for one in found)


@given(st.binary(max_size=200))
def test_the_path_of_any_content_lies_in_the_folder(data):
    folder = Path("/srv/artifacts")
    path = Artifacts(folder).path(digest(data))
    assert (path.parent.parent, ".." in path.parts) == (folder, False)


@pytest.mark.faults
@pytest.mark.parametrize("hostile", ["../../secret", "..", "/etc/passwd", "", "é" * 64, "x" * 300])
def test_a_digest_that_is_none_serves_no_byte_of_another_file(artifacts, tmp_path, hostile):
    (tmp_path / "secret.xml").write_bytes(b"secret")
    artifacts.put(DATA)
    with pytest.raises((ArtifactUnusable, ArtifactsUnavailable)):
        artifacts.read(hostile, NAME)
