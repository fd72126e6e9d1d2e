from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from pipeline.errors import UnreadableFile
from pipeline.exchange.nomenclature import NomenclatureFile, read_nomenclature
from pipeline.exchange.programmes import MefRow, ProgrammeRow, SubjectRow
from tests.exchange.builders import document, zipped
from tests.exchange.exports import mef, nomenclature, programme, subject, write


def read(folder: Path, text: str, **options: str) -> NomenclatureFile:
    return read_nomenclature(write(folder, "Nomenclature.xml", text, **options))


def codes(found: NomenclatureFile) -> list[str]:
    return [str(one.code) for one in found.problems]


@pytest.mark.parametrize("encoding", ["iso-8859-15", "utf-8"])
def test_a_nomenclature_is_read(tmp_path: Path, encoding: str) -> None:
    found = read(tmp_path, nomenclature(), encoding=encoding)
    assert (found.uai, found.start_year, found.problems) == ("0999999Z", 2025, ())
    label = "1ère pro. Métiers de l'électricité"
    assert found.mefs == (MefRow("2472552032", label, dt.date(2024, 9, 1), None),)
    assert found.subjects == (SubjectRow("071100", "SPECIALITE", "Spécialité"),)
    assert found.programmes == (ProgrammeRow("2472552032", "071100", "S"),)


@pytest.mark.parametrize("order", [1, -1])
def test_a_variant_is_its_reference_mef_whatever_the_order(tmp_path: Path, order: int) -> None:
    mefs = [mef(), mef("24725520322", LIBELLE_EDITION="1ère pro. section européenne")]
    found = read(tmp_path, nomenclature("".join(mefs[::order])))
    assert [(one.code, one.label[:20]) for one in found.mefs] == [
        ("2472552032", "1ère pro. Métiers de")
    ]


def test_an_attached_mef_gives_its_programme_to_the_reference(tmp_path: Path) -> None:
    mefs = mef("24799999990", MEF_RATTACHEMENT="24725520320")
    found = read(tmp_path, nomenclature(mefs, programmes=programme("24799999990")))
    assert [one.code for one in found.mefs] == ["2472552032"]
    assert [one.mef_code for one in found.programmes] == ["2472552032"]


def test_leading_zeros_are_kept_and_given_back(tmp_path: Path) -> None:
    both = subject("71100") + subject("020700")
    found = read(tmp_path, nomenclature(subjects=both, programmes=programme(matter="71100")))
    assert [one.code for one in found.subjects] == ["071100", "020700"]
    assert found.programmes[0].subject_code == "071100"


def test_modalities_that_lsl_does_not_take_are_kept_and_told_once_each(tmp_path: Path) -> None:
    lines = "".join(programme(matter=f"0{n}", modality="NXLRSOF"[n % 7]) for n in range(14))
    found = read(tmp_path, nomenclature(programmes=lines))
    assert len(found.programmes) == 14
    assert codes(found) == ["modality_outside"] * 4
    assert {str(one.severity) for one in found.problems} == {"info"}
    assert found.problems[0].message.startswith("Modalité N gardée")
    assert "(2 fois, d'abord ligne " in found.problems[0].message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (nomenclature(mef("247")), "mef_unreadable"),
        (nomenclature(mef(DATE_FERMETURE="31/02/2026")), "date_unreadable"),
        (nomenclature(subjects=subject("AB1234")), "subject_unreadable"),
        (nomenclature(programmes=programme("")), "mef_unreadable"),
        (nomenclature(programmes=programme(matter="١٢٣")), "subject_unreadable"),
        (nomenclature(programmes=programme(modality="")), "modality_unreadable"),
        (nomenclature(programmes=programme(modality="SO")), "modality_unreadable"),
        (nomenclature(statuses='<STATUT_ELEVE CODE_STATUT="AP"/>'), "status_missing"),
    ],
)
def test_what_cannot_be_used_is_a_warning(tmp_path: Path, text: str, code: str) -> None:
    found = read(tmp_path, text, encoding="utf-8")
    assert [(str(one.severity), str(one.code)) for one in found.problems] == [("warning", code)]


def test_an_archive_reads_like_its_file(tmp_path: Path) -> None:
    plain = write(tmp_path, "Nomenclature.xml", nomenclature())
    archive = zipped(tmp_path, ("Nomenclature.xml", plain.read_bytes()))
    assert read_nomenclature(archive) == read_nomenclature(plain)


def test_a_pupils_file_is_refused_with_the_command_that_takes_it(tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    path.write_bytes(document().encode("iso-8859-15"))
    with pytest.raises(UnreadableFile, match=r"ElevesSansAdresses.*« lslpro import siecle »"):
        read_nomenclature(path)


def test_a_file_without_school_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="PARAMETRES"):
        read(tmp_path, nomenclature(parameters=""))


def test_too_many_elements_are_refused_before_they_are_held(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="trop d'éléments"):
        read(tmp_path, nomenclature(mef(X="<A/>" * 20_001)))
