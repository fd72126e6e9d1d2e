from __future__ import annotations

import datetime as dt
import re
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from pipeline.demo_school import write_demo_files
from pipeline.domain.mef import Mef
from pipeline.errors import UnreadableFile
from pipeline.exchange.problems import Problem, ProblemSeverity
from pipeline.exchange.roots import PUPILS
from pipeline.exchange.siecle import read_siecle
from pipeline.exchange.siecle_pupil import SieclePupil
from pipeline.exchange.xml_stream import elements
from tests.exchange.builders import LAST_YEAR, document, pupil, siecle, structures, zipped

WANTED = ("PARAMETRES", "DONNEES/ELEVES/ELEVE", "DONNEES/STRUCTURES/STRUCTURES_ELEVE")
BILLION = "<!DOCTYPE BEE_ELEVES [<!ENTITY a0 'ha'>{}]>".format(
    "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
)


def test_a_pupil_is_read_with_its_division(tmp_path: Path) -> None:
    found = read_siecle(siecle(tmp_path))
    assert (found.uai, found.start_year, found.produced_on) == (
        "0999999Z",
        2025,
        dt.date(2025, 9, 15),
    )
    assert found.problems == ()
    assert list(found.pupils()) == [
        SieclePupil(
            1234567, "INE1234567", "EXEMPLE", "Camille", Mef("2472552032"), "24725520320", "ST",
            None, "1MELEC1",
        )
    ]  # fmt: skip


@pytest.mark.parametrize("before", ["", LAST_YEAR])
def test_last_years_mef_and_division_are_never_taken(tmp_path: Path, before: str) -> None:
    text = document(pupil(before=before, CODE_MEF=None), places="")
    (found,) = read_siecle(siecle(tmp_path, text)).pupils()
    assert (found.mef, found.mef_code, found.division_code) == (None, "", None)


def test_this_years_mef_wins_whatever_the_order(tmp_path: Path) -> None:
    (found,) = read_siecle(siecle(tmp_path, document(pupil(before=LAST_YEAR)))).pupils()
    assert found.mef == Mef("2472552032")


def test_a_mef_that_is_none_is_kept_raw_and_told(tmp_path: Path) -> None:
    found = read_siecle(siecle(tmp_path, document(pupil(CODE_MEF="247"))))
    assert [(one.mef, one.mef_code) for one in found.pupils()] == [(None, "247")]
    assert [one.code for one in found.problems] == ["mef_unreadable"]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"NOM_USAGE": "USUEL", "NOM": "VIEUX"}, "EXEMPLE"),
        ({"NOM_DE_FAMILLE": None, "NOM_USAGE": "USUEL", "NOM": "VIEUX"}, "USUEL"),
        ({"NOM_DE_FAMILLE": " ", "NOM": "VIEUX"}, "VIEUX"),
    ],
)
def test_the_name_falls_back(tmp_path: Path, tags: dict[str, str | None], expected: str) -> None:
    (found,) = read_siecle(siecle(tmp_path, document(pupil(**tags)))).pupils()
    assert found.last_name == expected


def test_accents_apostrophes_and_markup_survive_the_declared_encoding(tmp_path: Path) -> None:
    text = document(pupil(NOM_DE_FAMILLE="D'ŒUVRÉ &amp; &lt;Fils&gt;", PRENOM="Zoë"))
    (found,) = read_siecle(siecle(tmp_path, text)).pupils()
    assert (found.last_name, found.first_name) == ("D'ŒUVRÉ & <Fils>", "Zoë")


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([("1MELECG1", "G")], None),
        ([("Inactifs", "D")], None),
        ([("INACTIFS", "D"), ("61", "D")], "61"),
        ([("1AGORA É&amp;2", "D")], "1AGORA É&2"),
    ],
)
def test_only_a_real_division_counts(
    tmp_path: Path, codes: list[tuple[str, str]], expected: str | None
) -> None:
    text = document(places=structures(1234567, *codes))
    (found,) = read_siecle(siecle(tmp_path, text)).pupils()
    assert found.division_code == expected


def test_of_several_divisions_the_first_is_kept_and_told(tmp_path: Path) -> None:
    text = document(places=structures(1234567, ("A", "D"), ("B", "D")))
    found = read_siecle(siecle(tmp_path, text))
    assert [one.division_code for one in found.pupils()] == ["A"]
    assert [one.code for one in found.problems] == ["several_divisions"]


def test_a_leaving_date_is_read(tmp_path: Path) -> None:
    (found,) = read_siecle(siecle(tmp_path, document(pupil(DATE_SORTIE="05/11/2025")))).pupils()
    assert found.left_on == dt.date(2025, 11, 5)


@pytest.mark.parametrize("day", ["31/02/2025", "2025-11-05", "bientôt", "٠١/٠٢/٢٠٢٥", "1/2/25"])
def test_a_malformed_leaving_date_is_a_warning(tmp_path: Path, day: str) -> None:
    text = document(pupil(DATE_SORTIE=day), declared="UTF-8")
    found = read_siecle(siecle(tmp_path, text, encoding="utf-8"))
    assert [one.left_on for one in found.pupils()] == [None]
    assert [(one.severity, one.code) for one in found.problems] == [("warning", "date_unreadable")]


def test_an_empty_leaving_date_is_none(tmp_path: Path) -> None:
    found = read_siecle(siecle(tmp_path, document(pupil(DATE_SORTIE=""))))
    assert ([one.left_on for one in found.pupils()], found.problems) == ([None], ())


def test_a_malformed_export_date_is_a_warning(tmp_path: Path) -> None:
    found = read_siecle(siecle(tmp_path, document().replace("15/09/2025", "hier")))
    assert found.produced_on is None
    assert [one.code for one in found.problems] == ["date_unreadable"]


@pytest.mark.parametrize("key", [None, "", "abc", "0", "-4", "99999999999"])
def test_a_pupil_without_a_usable_id_is_an_error_by_line(tmp_path: Path, key: str | None) -> None:
    found = read_siecle(siecle(tmp_path, document(pupil(key) + pupil())))
    assert [one.siecle_id for one in found.pupils()] == [1234567]
    (problem,) = found.problems
    assert (problem.severity, problem.code) == (ProblemSeverity.ERROR, "siecle_id_missing")
    assert problem.message.startswith("Ligne 5 ")


def test_every_double_is_named(tmp_path: Path) -> None:
    pupils = pupil(1) + pupil(1) + pupil(2, ID_NATIONAL="INE1") + pupil(3, ID_NATIONAL="ine1 ")
    found = read_siecle(siecle(tmp_path, document(pupils)))
    assert [(one.code, one.siecle_id) for one in found.problems] == [
        ("siecle_id_twice", 1),
        ("ine_twice", 2),
        ("ine_twice", 3),
    ]
    assert all(one.severity is ProblemSeverity.ERROR for one in found.problems)


def test_pupils_without_an_ine_are_no_doubles(tmp_path: Path) -> None:
    pupils = pupil(1, ID_NATIONAL=None) + pupil(2, ID_NATIONAL="")
    found = read_siecle(siecle(tmp_path, document(pupils)))
    assert ([one.ine for one in found.pupils()], found.problems) == ([None, None], ())


def test_no_problem_tells_a_name_or_an_ine(tmp_path: Path) -> None:
    spoiled = {"DATE_SORTIE": "SECRET", "CODE_MEF": "SECRET!", "ID_NATIONAL": "SECRETINE"}
    pupils = pupil(1, PRENOM="", **spoiled) + pupil(2, **spoiled) + pupil("SECRET", **spoiled)
    problems: tuple[Problem, ...] = read_siecle(siecle(tmp_path, document(pupils))).problems
    assert len(problems) >= 6
    for hidden in ("SECRET", "EXEMPLE", "Camille"):
        assert not any(hidden in one.message for one in problems)


@pytest.mark.parametrize(
    ("root", "named"),
    [("EDT_STS", "emploi du temps"), ("STS_EDT", "STS"), ("BEE_NOMENCLATURES", "Nomenclature"),
     ("autre", "autre fichier XML")],
)  # fmt: skip
def test_another_export_is_refused_by_what_it_is(tmp_path: Path, root: str, named: str) -> None:
    with pytest.raises(UnreadableFile, match=named) as caught:
        read_siecle(siecle(tmp_path, document(root=root)))
    assert root in str(caught.value)


@pytest.mark.parametrize(
    "parameters",
    ["", "<PARAMETRES><UAJ>0999999Z</UAJ></PARAMETRES>",
     "<PARAMETRES><UAJ>999999Z</UAJ><ANNEE_SCOLAIRE>2025</ANNEE_SCOLAIRE></PARAMETRES>",
     "<PARAMETRES><UAJ>0999999Z</UAJ><ANNEE_SCOLAIRE>1999</ANNEE_SCOLAIRE></PARAMETRES>"],
)  # fmt: skip
def test_a_file_without_school_or_year_is_refused(tmp_path: Path, parameters: str) -> None:
    with pytest.raises(UnreadableFile, match="PARAMETRES"):
        read_siecle(siecle(tmp_path, document(parameters=parameters)))


@pytest.mark.parametrize(
    ("doctype", "name"),
    [
        ("<!DOCTYPE BEE_ELEVES>", "EXEMPLE"),
        ('<!DOCTYPE BEE_ELEVES SYSTEM "http://127.0.0.1:9/x.dtd">', "EXEMPLE"),
        ('<!DOCTYPE BEE_ELEVES [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
        ('<!DOCTYPE BEE_ELEVES [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>', "EXEMPLE"),
        (BILLION, "&a9;"),
        (BILLION, '<A B="&a9;"/>'),
    ],
)
def test_a_dtd_is_refused(tmp_path: Path, doctype: str, name: str) -> None:
    text = document(pupil(NOM_DE_FAMILLE=name), doctype=doctype)
    with pytest.raises(UnreadableFile, match="DOCTYPE"):
        read_siecle(siecle(tmp_path, text))


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.99])
def test_a_truncated_file_is_refused_with_its_line(tmp_path: Path, kept: float) -> None:
    text = document("".join(pupil(n) for n in range(1, 3_000)))
    with pytest.raises(UnreadableFile, match=r"ligne [1-9][0-9]+ : .* complet"):
        read_siecle(siecle(tmp_path, text[: int(len(text) * kept)]))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "c'est un fichier vide."),
        ("siecle_id;nom\n1;X\n", "c'est une table de livrets."),
        ("%PDF-1.7", "c'est un document PDF."),
        ("bonjour", "c'est un texte."),
        ("<!DOCTYPE html>\n<html><br></html>", "c'est une page web."),
        ("<BEE_ELEVES>&inconnue;</BEE_ELEVES>", "ligne 1 : "),
    ],
)
def test_what_is_not_xml_is_called_by_its_name(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(UnreadableFile, match=re.escape(told)) as caught:
        read_siecle(siecle(tmp_path, text))
    assert "Fournissez ElevesSansAdresses.xml" in str(caught.value)


@pytest.mark.parametrize("declared", ["UTF-8", "zorglub"])
def test_a_wrong_declared_encoding_is_refused_with_its_line(tmp_path: Path, declared: str) -> None:
    text = document(pupil(PRENOM="Zoé"), declared=declared)
    with pytest.raises(UnreadableFile, match=r"ligne [15] : l'encodage"):
        read_siecle(siecle(tmp_path, text))


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="introuvable"):
        read_siecle(tmp_path / "rien.xml")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_reads_like_its_file(tmp_path: Path, method: int) -> None:
    plain = siecle(tmp_path)
    junk = ("__MACOSX/._Eleves.xml", b"junk")
    archive = zipped(tmp_path, ("d/Eleves.XML", plain.read_bytes()), junk, method=method)
    inside, outside = read_siecle(archive), read_siecle(plain)
    assert inside == outside
    assert list(inside.pupils()) == list(outside.pupils())


@pytest.mark.parametrize("names", [[], ["lisez-moi.txt"], ["a.xml", "b.xml"]])
def test_an_archive_holds_exactly_one_xml(tmp_path: Path, names: list[str]) -> None:
    members = [(name, document().encode("iso-8859-15")) for name in names]
    with pytest.raises(UnreadableFile, match="attendu un"):
        read_siecle(zipped(tmp_path, *members))


def test_an_archive_of_another_method_is_refused(tmp_path: Path) -> None:
    archive = zipped(tmp_path, ("a.xml", b"<BEE_ELEVES/>"), method=zipfile.ZIP_LZMA)
    with pytest.raises(UnreadableFile, match="format inconnu"):
        read_siecle(archive)


@pytest.mark.parametrize("spoil", ["cut", "flip"])
def test_a_damaged_archive_is_refused(tmp_path: Path, spoil: str) -> None:
    content = document("".join(pupil(n) for n in range(1, 500))).encode("iso-8859-15")
    archive = zipped(tmp_path, ("a.xml", content))
    raw = bytearray(archive.read_bytes())
    middle = len(raw) // 2
    if spoil == "cut":
        del raw[middle:]
    else:
        raw[middle : middle + 20] = bytes(20)
    archive.write_bytes(raw)
    with pytest.raises(UnreadableFile):
        read_siecle(archive)


@pytest.mark.parametrize("spoilt", [0x00, 0x7F, 0xFF])
def test_no_byte_of_an_archive_lets_another_error_through(tmp_path: Path, spoilt: int) -> None:
    archive = zipped(tmp_path, ("é.xml", b"<BEE_ELEVES/>"), method=zipfile.ZIP_STORED)
    raw = archive.read_bytes()
    refused = 0
    for at in range(2, len(raw)):
        archive.write_bytes(raw[:at] + bytes([spoilt]) + raw[at + 1 :])
        try:
            list(elements(archive, PUPILS, WANTED))
        except UnreadableFile:
            refused += 1
    assert refused > len(raw) // 3


def test_a_workbook_is_no_archive_of_an_export(tmp_path: Path) -> None:
    book = zipped(tmp_path, ("xl/workbook.xml", b"<workbook/>"))
    with pytest.raises(UnreadableFile, match=r"c'est un classeur. Fournissez ElevesSansAdresses"):
        read_siecle(book)


def test_a_zip_bomb_is_refused_before_it_inflates(tmp_path: Path) -> None:
    text = document().replace("<OPTIONS/>", f"<OPTIONS>{' ' * 20_000_000}</OPTIONS>")
    archive = zipped(tmp_path, ("a.xml", text.encode()))
    assert archive.stat().st_size < 40_000
    with pytest.raises(UnreadableFile, match="trop volumineux"):
        read_siecle(archive)


@pytest.mark.parametrize(("margin", "refused"), [(-1, True), (0, False), (1, False)])
def test_the_size_is_bounded(tmp_path: Path, margin: int, refused: bool) -> None:  # noqa: FBT001
    path = siecle(tmp_path)
    walk = elements(path, PUPILS, WANTED, largest_bytes=path.stat().st_size + margin)
    if not refused:
        assert list(walk)
        return
    with pytest.raises(UnreadableFile, match="trop volumineux"):
        list(walk)


def _peak(path: Path) -> int:
    tracemalloc.start()
    try:
        count = sum(len(element) > 0 for _, element in elements(path, PUPILS, WANTED))
        assert count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_two_thousand_pupils_are_read(tmp_path: Path) -> None:
    ids = range(1, 2_001)
    text = document("".join(map(pupil, ids)), "".join(map(structures, ids)))
    found = read_siecle(siecle(tmp_path, text))
    assert [one.siecle_id for one in found.pupils()] == list(ids)
    assert {one.division_code for one in found.pupils()} == {"1MELEC1"}
    assert found.problems == ()


def test_elements_are_freed_as_the_file_is_read(tmp_path: Path) -> None:
    ids = range(1, 2_001)
    text = document("".join(map(pupil, ids)), "".join(map(structures, ids)))
    kept = [
        0 if (parent := element.getparent()) is None else len(parent)
        for _, element in elements(siecle(tmp_path, text), PUPILS, WANTED)
    ]
    assert max(kept) < 500  # the parser is at most one block of 32 kB ahead
    assert _peak(tmp_path / "ElevesSansAdresses.xml") < 1_000_000


@pytest.mark.parametrize("start_year", [2025, 2026])
def test_the_demo_file_is_clean(tmp_path: Path, start_year: int) -> None:
    path = write_demo_files(tmp_path, start_year).siecle
    found = read_siecle(path)
    assert path.read_bytes().startswith(b"<?xml version='1.0' encoding='ISO-8859-15'?>")
    assert (found.uai, found.start_year, found.problems) == ("0999999Z", start_year, ())
    divisions = {one.division_code for one in found.pupils() if one.left_on is None}
    assert divisions == {"1MELEC1", "TCUIS1", "1AGORA É&2"}
    assert sum(one.left_on is not None for one in found.pupils()) == 1
    assert {one.status_code for one in found.pupils()} == {"ST", "AP"}
    assert len({(one.last_name, one.first_name) for one in found.pupils()}) == len(found.mefs)
