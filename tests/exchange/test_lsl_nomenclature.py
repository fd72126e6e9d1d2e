from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.exchange.lsl_nomenclature import LslFile, read_lsl_nomenclature
from pipeline.exchange.programmes import CompetenceRow, ProgrammeRow
from tests.exchange.exports import (
    competence,
    lsl,
    lsl_mef,
    lsl_subject,
    lsl_year,
    write,
)


def read(folder: Path, text: str) -> LslFile:
    return read_lsl_nomenclature(write(folder, "nomenclature.xml", text, encoding="utf-8"))


def problems(found: LslFile) -> list[tuple[str, str]]:
    return [(str(one.severity), str(one.code)) for one in found.problems]


def test_a_nomenclature_is_read_by_year(tmp_path: Path) -> None:
    both = competence() + competence("9002", "Réaliser") + competence("9001", "Autre", "2026")
    older = lsl_year(lsl_mef(lsl_subject("9001", periods="false")), year="2026")
    found = read(tmp_path, lsl(lsl_year(), older, competences=both))
    assert found.problems == ()
    assert found.competences == (
        CompetenceRow(2025, "9001", "Préparer l'intervention"),
        CompetenceRow(2025, "9002", "Réaliser"),
        CompetenceRow(2026, "9001", "Autre"),
    )
    assert [(one.start_year, one.competence_codes) for one in found.mefs] == [
        (2025, ("9001", "9002")), (2026, ("9001",))
    ]  # fmt: skip
    assert [one.programme for one in found.mefs] == [
        (ProgrammeRow("2472552032", "071100", "S", True),),
        (ProgrammeRow("2472552032", "071100", "S", False),),
    ]


def test_only_the_speciality_gives_competences(tmp_path: Path) -> None:
    option = lsl_subject("9002", modality="O")
    maths = lsl_subject("9002", matter="061300", periods="")
    (found,) = read(tmp_path, lsl(lsl_year(lsl_mef(lsl_subject("9001"), option, maths)))).mefs
    assert found.competence_codes == ("9001",)
    assert [row.has_periods for row in found.programme] == [True, True, None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (lsl(competences=competence() + competence(label="Autre") + competence("9002")),
         ("error", "competence_twice")),
        (lsl(competences=competence()), ("error", "competence_unknown")),
        (lsl(competences=competence() + competence("9002", year="2024")),
         ("error", "competence_unknown")),
        (lsl(lsl_year(year="")), ("error", "year_unreadable")),
        (lsl(lsl_year(lsl_mef(lsl_subject()))), ("warning", "competence_missing")),
        (lsl(lsl_year(lsl_mef(code="247"))), ("warning", "mef_unreadable")),
        (lsl(lsl_year(lsl_mef(lsl_subject("9001"), lsl_subject(matter="X")))),
         ("warning", "subject_unreadable")),
        (lsl(lsl_year(lsl_mef(lsl_subject("9001"), lsl_subject(modality="L")))),
         ("warning", "modality_unreadable")),
        (lsl(competences=competence() + competence("9002") + competence("90")),
         ("warning", "competence_unreadable")),
    ],
)  # fmt: skip
def test_what_contradicts_is_an_error_and_what_cannot_be_read_a_warning(
    tmp_path: Path, text: str, expected: tuple[str, str]
) -> None:
    assert problems(read(tmp_path, text)) == [expected]


def test_the_same_label_twice_is_no_contradiction(tmp_path: Path) -> None:
    said = competence(label="Préparer  l'intervention ") + competence() + competence("9002")
    assert read(tmp_path, lsl(competences=said)).problems == ()


def test_a_namespace_is_no_obstacle(tmp_path: Path) -> None:
    text = lsl().replace("<nomenclaturesLsl>", '<nomenclaturesLsl xmlns="urn:exemple">')
    assert read(tmp_path, text) == read(tmp_path, lsl())


def test_other_tracks_bring_their_programme_only(tmp_path: Path) -> None:
    (found,) = read(tmp_path, lsl(lsl_year(lsl_mef(code="20110019110")))).mefs
    assert not found.mef.has_booklets
    assert len(found.programme) == 1
