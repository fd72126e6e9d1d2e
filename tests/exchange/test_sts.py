from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import UnreadableFile
from pipeline.exchange.sts import StsFile, StsServiceRow, StsTeacherRow, read_sts
from tests.exchange.exports import individual, service, sts, sts_division, sts_group, write


def read(folder: Path, text: str) -> StsFile:
    return read_sts(write(folder, "sts_emp_0999999Z_2025.xml", text))


def ids(found: StsFile) -> list[str]:
    return [one.sts_id for one in found.teachers]


def codes(found: StsFile) -> list[str]:
    return [str(one.code) for one in found.problems]


def test_a_teacher_is_read_with_the_service(tmp_path: Path) -> None:
    found = read(tmp_path, sts())
    assert (found.uai, found.start_year, found.problems) == ("0999999Z", 2025, ())
    assert found.teachers == (StsTeacherRow("7001", "PROF7001", "Inès"),)
    assert found.services == (StsServiceRow("1MELEC1", "071100", "7001"),)


@pytest.mark.parametrize(
    ("function", "has_service", "kept"),
    [("ENS", False, True), ("ENS", True, True), (None, False, False), (None, True, True),
     ("", True, True), ("DIR", False, False), ("DIR", True, True)],
)  # fmt: skip
def test_without_function_only_a_service_keeps_one(
    tmp_path: Path,
    function: str | None,
    has_service: bool,  # noqa: FBT001
    kept: bool,  # noqa: FBT001
) -> None:
    services = service("7002") if has_service else service()
    text = sts(individual() + individual("7002", FONCTION=function), sts_division("A", services))
    assert ("7002" in ids(read(tmp_path, text))) == kept


def test_a_group_gives_its_services_to_each_of_its_divisions(tmp_path: Path) -> None:
    groups = sts_group("G1", ("A", "B"), service(matter="20700"))
    found = read(tmp_path, sts(divisions="", groups=groups))
    assert found.services == (
        StsServiceRow("A", "020700", "7001"),
        StsServiceRow("B", "020700", "7001"),
    )


def test_a_group_without_division_is_told(tmp_path: Path) -> None:
    found = read(tmp_path, sts(divisions="", groups=sts_group("G1", ())))
    assert (found.services, codes(found)) == ((), ["group_without_division"])


def test_one_number_of_two_types_is_two_teachers(tmp_path: Path) -> None:
    both = individual("7") + individual("7", "local")
    division = sts_division("A", service("7"), service("7", kind="local", matter="020700"))
    found = read(tmp_path, sts(both, division))
    assert ids(found) == ["7", "local-7"]
    assert [one.sts_id for one in found.services] == ["local-7", "7"]


def test_what_cannot_be_used_is_told_by_sts_id_and_never_by_name(tmp_path: Path) -> None:
    people = individual() + individual("7002", PRENOM=None) + individual("x y", NOM_USAGE="SECRET")
    services = service("7002", "9999"), service(matter="ABC")
    found = read(tmp_path, sts(people, sts_division("A", service(), *services)))
    assert sorted(codes(found)) == [
        "subject_unreadable", "teacher_unknown", "teacher_unknown", "teacher_unreadable",
        "teacher_unreadable",
    ]  # fmt: skip
    said = " ".join(one.message for one in found.problems)
    assert "Individu 7002 sans nom ou prénom" in said
    assert "enseignant 9999 absent" in said
    assert "SECRET" not in said
    assert "PROF" not in said


def test_the_wrong_export_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"emploi du temps destiné à STS.*Exports"):
        read(tmp_path, sts(root="EDT_STS"))


@pytest.mark.parametrize("origin", [{"uai": ""}, {"year": "1999"}])
def test_a_file_without_school_or_year_is_refused(tmp_path: Path, origin: dict[str, str]) -> None:
    with pytest.raises(UnreadableFile, match="PARAMETRES"):
        read(tmp_path, sts(**origin))
