"""Putting a file that is interrupted: a temporary or the whole file, never a part of it."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from pipeline.artifacts import TEMPORARY, digest
from pipeline.errors import ArtifactsUnavailable

DATA = b"<lsl>" + b"x" * 5_000 + b"</lsl>"
NAME = "LSLPRO_0999999Z_2025_1MELEC1_lsl-1.0_v001.xml"
PUT = """
import sys
from pathlib import Path
from pipeline.artifacts import Artifacts
print(Artifacts(Path(sys.argv[1])).put(sys.stdin.buffer.read()))
"""


def put_and_die(folder, point):
    """Put the data in another process that dies at the point; its end."""
    environment = os.environ | {"LSLPRO_CRASH_AT": point}
    command = [sys.executable, "-W", "error", "-c", PUT, str(folder)]
    return subprocess.run(command, input=DATA, env=environment, capture_output=True, check=False)


@contextmanager
def room(size):
    """A disk on which no file grows beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.faults
@pytest.mark.parametrize(
    ("point", "size"),
    [
        ("file_half_written", len(DATA) // 2),
        ("file_written", len(DATA)),
        ("file_stored", len(DATA)),
    ],
)
def test_a_kill_leaves_a_temporary_or_the_whole_file_and_the_next_put_works(
    artifacts, folder, files, point, size
):
    is_final = point == "file_stored"
    assert put_and_die(folder, point).returncode == -signal.SIGKILL
    (left,) = (path for path in folder.rglob("*") if path.is_file())
    assert (left.stat().st_size, left.name == f"{digest(DATA)}.xml") == (size, is_final)
    assert left.name.startswith(TEMPORARY) is not is_final
    assert artifacts.read(artifacts.put(DATA), NAME) == DATA
    assert artifacts.sweep_temporary(-1) == (0 if is_final else 1)
    assert files() == [f"{digest(DATA)}.xml"]


def test_without_a_point_the_other_process_puts_the_file(artifacts, folder):
    ended = put_and_die(folder, "")
    assert (ended.returncode, ended.stdout.decode().strip()) == (0, digest(DATA))
    assert artifacts.read(digest(DATA), NAME) == DATA


@pytest.mark.faults
@pytest.mark.parametrize("size", [0, 1, len(DATA) // 2, len(DATA) - 1])
def test_a_full_disk_is_unavailable_leaves_nothing_and_works_once_there_is_room(
    artifacts, size, files
):
    with room(size), pytest.raises(ArtifactsUnavailable, match="Dépôt des fichiers indisponible"):
        artifacts.put(DATA)
    assert files() == []
    with room(len(DATA)):
        artifacts.put(DATA)
    assert files() == [f"{digest(DATA)}.xml"]


@pytest.mark.faults
def test_a_full_disk_does_not_touch_what_is_there(artifacts, files):
    artifacts.put(DATA)
    with room(0):
        assert artifacts.put(DATA) == digest(DATA)
        with pytest.raises(ArtifactsUnavailable):
            artifacts.put(DATA + b"other")
    assert artifacts.read(digest(DATA), NAME) == DATA
    assert len(files()) == 1


@pytest.mark.faults
def test_a_final_name_taken_by_a_folder_is_unavailable_and_leaves_nothing(artifacts, files):
    artifacts.path(digest(DATA)).mkdir(parents=True)
    with pytest.raises(ArtifactsUnavailable):
        artifacts.put(DATA)
    assert files() == []


@pytest.mark.faults
def test_a_refusal_tells_neither_the_path_nor_the_bytes(artifacts, folder):
    with room(0), pytest.raises(ArtifactsUnavailable) as caught:
        artifacts.put(DATA)
    assert str(folder) not in str(caught.value)
