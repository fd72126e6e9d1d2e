"""`lslpro diff` by its real door."""

from __future__ import annotations

import pytest

from pipeline import export_run
from pipeline.cli import common

DIVISION = "1MELEC1"
FIRST, SECOND = f"{DIVISION}@1", f"{DIVISION}@2"


def produced(lslpro, *options):
    """Ask for a file and be the worker."""
    assert lslpro("export", DIVISION, *options).code == 0
    export_run.run(common.wiring(), [lslpro("jobs", "list", "--json").json[0]["id"]])


@pytest.fixture
def edited(school):
    """A first version, then another mark; the id of the booklet and of its pupil."""
    produced(school)
    pupils = school("status", DIVISION, "--json").json
    booklet = next(str(one["id"]) for one in pupils if one["light"] == "green")
    assert school("booklet", "set", booklet, "--average", "1=3,25").code == 0
    return booklet, school("booklet", "show", booklet, "--json").json["siecle_id"]


def own(fields):
    return [one for one in fields if not one["name"].startswith("group_")]


def test_a_version_is_compared_with_the_data_of_now_by_default(school, edited):
    _, siecle_id = edited
    for given in ((FIRST,), (FIRST, "now"), (FIRST, f"{DIVISION}@now")):
        answer = school("diff", *given, "--json")
        assert (answer.code, answer.err) == (0, "")
        told = {one["siecle_id"]: own(one["fields"]) for one in answer.json["pupils"]}
        (field,) = told[siecle_id]
        assert (field["label"], field["after"]) == ("moyenne, période 1", "3.25")
        assert [one for one in told.values() if one] == [[field]]


def test_the_table_names_pupils_by_id_and_fields_in_french_and_the_group_once(school, edited):
    _, siecle_id = edited
    out = school("diff", FIRST).out
    assert f"{siecle_id}" in out
    assert "3,25" in out
    assert out.count("moyenne du groupe") == 1
    names = [one["last_name"] for one in school("status", DIVISION, "--json").json]
    assert not [name for name in names if name in out]


def test_two_versions_and_their_files_are_told_alike(school, edited, tmp_path):
    produced(school)
    files = []
    for number in ("1", "2"):
        got = school("artifacts", "get", DIVISION, number, "--to", str(tmp_path))
        files.append(str(tmp_path / got.out.strip().rsplit("/", 1)[-1]))
    by_number = school("diff", FIRST, SECOND, "--json").json
    for given in (files, (FIRST, files[1]), (files[0], SECOND)):
        found = school("diff", *given, "--json").json
        assert (found["header"], found["pupils"]) == ([], by_number["pupils"])
    assert "Aucune différence." in school("diff", files[1]).out
    assert len(by_number["pupils"]) > 1


def test_a_file_in_another_profile_is_compared_in_what_both_carry(school, tmp_path):
    produced(school)
    produced(school, "--profile", "lsl-1.0")
    got = school("artifacts", "get", DIVISION, "1", "--profile", "lsl-1.0", "--to", str(tmp_path))
    path = str(tmp_path / got.out.strip().rsplit("/", 1)[-1])
    assert "Aucune différence." in school("diff", path, f"{DIVISION}@now").out
    answer = school("diff", path, FIRST, "--profile", "lslpro-draft-1")
    assert "ne porte pas la PFMP ni le projet" in answer.out


@pytest.mark.faults
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nulle.xml",), "Attendu DIVISION@VERSION"),
        (("n" * 3_000,), "Attendu DIVISION@VERSION"),
        ((".",), "Attendu DIVISION@VERSION"),
        (("now",), "Attendu DIVISION@VERSION"),
        ((f"{DIVISION}@7",), "Versions de 1MELEC1 (lslpro-draft-1) : aucune."),
        (("NULLE@1",), "Divisions connues"),
        ((f"{DIVISION}@now", "--profile", "nul"), "Profils connus"),
    ],
)
def test_what_cannot_be_compared_is_refused_on_one_line(school, arguments, told):
    answer = school("diff", *arguments)
    assert (answer.code, answer.out) == (1, "")
    assert told in answer.err
    assert answer.err.count("\n") == 1


@pytest.mark.faults
def test_a_file_of_another_origin_needs_its_division_named(school, tmp_path):
    produced(school)
    got = school("artifacts", "get", DIVISION, "1", "--to", str(tmp_path))
    path = tmp_path / got.out.strip().rsplit("/", 1)[-1]
    path.write_bytes(path.read_bytes().replace(b"LSLPRO<", b"PRONOTE<"))
    answer = school("diff", str(path))
    assert (answer.code, "DIVISION@now" in answer.err) == (1, True)
    (header,) = school("diff", str(path), f"{DIVISION}@now", "--json").json["header"]
    assert (header["before"], header["after"]) == ("PRONOTE", "LSLPRO")


@pytest.mark.faults
def test_an_invalid_file_is_refused_with_every_fault_and_no_value(school, tmp_path):
    produced(school)
    got = school("artifacts", "get", DIVISION, "1", "--to", str(tmp_path))
    path = tmp_path / got.out.strip().rsplit("/", 1)[-1]
    path.write_bytes(path.read_bytes().replace(b'"071100"', b'"SECRET"'))
    answer = school("diff", str(path), FIRST)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.count("SCHEMAV_CVC_PATTERN_VALID : valeur hors du format attendu") > 1
    assert "SECRET" not in answer.err
