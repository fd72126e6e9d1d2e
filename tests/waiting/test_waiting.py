"""Files that wait: bounded together, whole or gone, swept whoever left them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from pipeline.errors import ImportUnderWay, NotFound, StorageFull, UnreadableFile
from pipeline.waiting import KEPT_S, WaitingFiles

NOW = dt.datetime(2026, 5, 20, 8, 0, tzinfo=dt.UTC)
OWNER, OTHER = 7, 8


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "waiting"


@pytest.fixture
def files(folder: Path) -> WaitingFiles:
    return WaitingFiles(folder, largest_bytes=10, total_bytes=1_000)


def give(files: WaitingFiles, content: bytes, owner: int = OWNER, now: dt.datetime = NOW) -> str:
    arrival = files.arrival(now)
    try:
        arrival.write(content)
        return files.keep(arrival, owner, {"name": "x"}, now).sha256
    finally:
        arrival.give_up()


def test_a_file_is_found_by_its_owner_alone(files: WaitingFiles) -> None:
    sha256 = give(files, b"abc")
    assert files.find(OWNER, sha256, NOW).path.read_bytes() == b"abc"
    with pytest.raises(NotFound):
        files.find(OTHER, sha256, NOW)


def test_two_people_give_the_same_bytes(files: WaitingFiles) -> None:
    mine, theirs = give(files, b"abc"), give(files, b"abc", OTHER)
    files.note(files.find(OWNER, mine, NOW), made={"ok": 1})
    assert "made" not in files.find(OTHER, theirs, NOW).about


@pytest.mark.parametrize("size", [9, 10, 11])
def test_a_file_has_a_largest_size(files: WaitingFiles, folder: Path, size: int) -> None:
    if size <= 10:
        assert give(files, b"x" * size)
        return
    with pytest.raises(UnreadableFile):
        give(files, b"x" * size)
    assert list(folder.iterdir()) == []


def test_all_together_have_one_too(folder: Path) -> None:
    files = WaitingFiles(folder, largest_bytes=10, total_bytes=60)
    give(files, b"abc")
    with pytest.raises(StorageFull):
        give(files, b"x" * 10, OTHER)
    later = NOW + dt.timedelta(seconds=KEPT_S + 1)
    assert give(files, b"y" * 10, OTHER, later)  # the hour is over: there is room


def test_what_a_broken_upload_left_is_swept_and_what_comes_is_not(
    files: WaitingFiles, folder: Path
) -> None:
    arrival = files.arrival(NOW)
    arrival.write(b"abc")
    (folder / ".part-left").write_bytes(b"by a process that died")
    assert files.sweep(NOW) == 1
    assert arrival.path.exists()
    arrival.give_up()
    assert list(folder.iterdir()) == []


def test_an_unreadable_note_is_swept(files: WaitingFiles, folder: Path) -> None:
    sha256 = give(files, b"abc")
    (folder / f"{OWNER}-{sha256}.json").write_text("{")
    with pytest.raises(NotFound):
        files.find(OWNER, sha256, NOW)
    assert files.sweep(NOW) == 1
    assert list(folder.iterdir()) == []


def test_one_import_at_a_time(files: WaitingFiles) -> None:
    give(files, b"abc")
    with files.alone(0.0), pytest.raises(ImportUnderWay), files.alone(0.0):
        pass
    with files.alone(0.0):
        assert files.sweep(NOW) == 0
