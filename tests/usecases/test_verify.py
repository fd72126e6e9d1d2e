"""Telling which version a file is: by its bytes first, its name second."""

from __future__ import annotations

import pytest
from rowsbuilder import a_school

from pipeline.verify import Verdict, Verification, verify
from tests.usecases.exporting import (
    DRAFT,
    PLAIN,
    data_of,
    execute,
    exported,
    set_marks,
    versions_of,
)

HOSTILE = [
    "../../etc/passwd", "'; DROP TABLE artifact; --", "%", "_", "", ".", "é" * 300, "a\nb.xml",
    "<script>", "LSLPRO_%_v001_%.xml", "\u202etxt.xml", "😀.xml",
]  # fmt: skip


@pytest.fixture
def school(store):
    return a_school(store, pupil_count=2)


@pytest.fixture
def version(w, school):
    """The only version of a division."""
    exported(w, school.division_id)
    (found,) = versions_of(w, school.division_id)
    return found


def of(version, **changes):
    """What an intact file of the version is told to be."""
    told = Verification(
        Verdict.INTACT, "1MELEC1", version.profile, version.version, version.file_name
    )
    return Verification(
        **{name: getattr(told, name) for name in Verification.__slots__} | changes
    )  # fmt: skip


def modified(version):
    return of(version, result=Verdict.MODIFIED)


def test_the_bytes_under_their_name_are_intact(w, version):
    assert verify(w.store, version.file_name, data_of(w, version)) == of(version)


def test_the_bytes_under_another_name_are_intact_and_renamed(w, version):
    found = verify(w.store, "export (1).xml", data_of(w, version))
    assert found == of(version, renamed=True)


def test_an_older_version_is_intact_and_names_the_newest(w, school, version):
    for mark in (1000, 1100):
        set_marks(w.store, school.booklet_ids, mark)
        exported(w, school.division_id)
    one, two, three = versions_of(w, school.division_id)
    found = [verify(w.store, each.file_name, data_of(w, each)) for each in (one, two, three)]
    assert found == [of(one, superseded_by=3), of(two, superseded_by=3), of(three)]


def test_a_version_of_one_profile_supersedes_none_of_another(w, school, version):
    exported(w, school.division_id, PLAIN)
    set_marks(w.store, school.booklet_ids, 1000)
    exported(w, school.division_id, PLAIN)
    draft, one, two = sorted(
        versions_of(w, school.division_id), key=lambda each: (each.profile != DRAFT, each.version)
    )
    found = [verify(w.store, each.file_name, data_of(w, each)) for each in (draft, one, two)]
    assert [(each.profile, each.superseded_by) for each in found] == [
        (DRAFT, None), (PLAIN, 2), (PLAIN, None)
    ]  # fmt: skip


@pytest.mark.faults
def test_a_file_under_the_name_of_another_version_is_told_by_its_bytes(w, school, version):
    set_marks(w.store, school.booklet_ids, 1000)
    exported(w, school.division_id)
    one, two = versions_of(w, school.division_id)
    assert verify(w.store, one.file_name, data_of(w, two)) == of(two, renamed=True)
    swapped = verify(w.store, two.file_name, data_of(w, one))
    assert swapped == of(one, renamed=True, superseded_by=2)


@pytest.mark.faults
def test_one_byte_changed_anywhere_is_modified(w, version):
    data = data_of(w, version)
    for position in {*range(0, len(data), 97), 1, len(data) - 1}:
        for bit in (1, 128):
            spoiled = bytearray(data)
            spoiled[position] ^= bit
            found = verify(w.store, version.file_name, bytes(spoiled))
            assert found == modified(version), position


@pytest.mark.faults
@pytest.mark.parametrize("mark", [" (1)", "(12)", " - Copie", " - Copie (2)", " - Copy"])
def test_a_second_copy_of_a_version_is_told_by_the_name_of_the_first(w, version, mark):
    name, data = version.file_name.replace(".xml", f"{mark}.xml"), data_of(w, version)
    assert verify(w.store, name, data) == of(version, renamed=True)
    assert verify(w.store, name, data + b" ") == modified(version)


@pytest.mark.faults
def test_a_file_cut_or_lengthened_is_modified(w, version):
    data = data_of(w, version)
    bom, crlf = b"\xef\xbb\xbf", data.replace(b"\n", b"\r\n")
    for spoiled in (data + b"\n", bom + data, data[:-1], data[:1], b"", crlf, data + data):
        assert verify(w.store, version.file_name, spoiled) == modified(version)


@pytest.mark.faults
@pytest.mark.parametrize("data", [b"", b"<lsl/>", b"\x00" * 1000])
def test_a_file_of_no_known_name_and_bytes_is_unknown(w, version, data):
    for name in ("other.xml", *HOSTILE):
        assert verify(w.store, name, data) == Verification(Verdict.UNKNOWN), name


@pytest.mark.faults
def test_a_huge_name_is_a_name_like_another(w, version):
    name = "n" * 1_000_000
    assert verify(w.store, name, b"") == Verification(Verdict.UNKNOWN)
    assert verify(w.store, name, data_of(w, version)) == of(version, renamed=True)


@pytest.mark.faults
@pytest.mark.parametrize("spoil", [str.lower, lambda name: f" {name}", lambda name: name[:-4]])
def test_a_name_that_is_nearly_a_versions_is_none(w, version, spoil):
    assert verify(w.store, spoil(version.file_name), b"x").result == Verdict.UNKNOWN


@pytest.mark.faults
def test_the_same_bytes_in_two_divisions_are_told_apart_by_the_name(w, store, school):
    """A pupil who moves takes along all that his file holds: the division is not in it."""
    first = a_school(store, pupil_count=1, division_code="1A")
    second = a_school(store, pupil_count=0, division_code="1B")
    exported(w, first.division_id)
    execute(store, "UPDATE booklet SET division_id = :division WHERE id = :id",
            division=second.division_id, id=first.booklet_ids[0])  # fmt: skip
    exported(w, second.division_id)
    (of_first,), (of_second,) = (versions_of(w, one.division_id) for one in (first, second))
    assert of_first.sha256 == of_second.sha256
    found = [verify(store, one.file_name, data_of(w, one)) for one in (of_first, of_second)]
    assert [(one.division, one.renamed) for one in found] == [("1A", False), ("1B", False)]


@pytest.mark.faults
def test_the_same_bytes_in_two_versions_are_told_apart_by_the_name(w, school):
    for mark in (1000, 1100, 1000):
        set_marks(w.store, school.booklet_ids, mark)
        exported(w, school.division_id)
    one, _, three = versions_of(w, school.division_id)
    data = data_of(w, one)
    found = [verify(w.store, name, data) for name in (one.file_name, three.file_name, "x.xml")]
    assert [(each.version, each.superseded_by) for each in found] == [(1, 3), (3, None), (3, None)]


@pytest.mark.faults
def test_a_version_whose_stored_file_is_gone_is_still_told(w, version):
    data = data_of(w, version)
    w.artifacts.path(version.sha256).unlink()
    assert verify(w.store, version.file_name, data) == of(version)
