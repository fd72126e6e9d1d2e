"""The import commands by their real door: reports, dry runs, wrong files."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.cli.import_report import SHOWN
from tests.exchange.builders import document, pupil, siecle, structures
from tests.exchange.exports import nomenclature, sts, write

MANY = SHOWN + 5


@pytest.fixture
def many(tmp_path):
    return school(tmp_path)


def school(folder, **spoilt):
    """A file of many pupils in two divisions."""
    ids = range(1, MANY + 1)
    places = "".join(structures(n, ("1MELEC2" if n > 2 else "1MELEC1", "D")) for n in ids)
    pupils = "".join(pupil(n, **spoilt) for n in ids)
    return str(siecle(folder, document(pupils, places)))


def siecle_import(lslpro, path, *options):
    return lslpro("import", "siecle", path, "--year", "2025", *options)


def test_a_dry_run_says_what_would_change_and_the_import_then_says_the_same(lslpro, many):
    tried = siecle_import(lslpro, many, "--dry-run", "--json").json
    assert (tried.pop("dry_run"), tried["added"]) == (True, MANY)
    done = siecle_import(lslpro, many, "--json").json
    assert (done.pop("dry_run"), done) == (False, tried)
    assert done["changes"][0] == {
        "siecle_id": 1, "severity": "info", "code": "pupil_added",
        "message": "Élève 1 : ajouté en 1MELEC1.",
    }  # fmt: skip


def test_those_who_are_added_are_counted_by_division(lslpro, many):
    out = siecle_import(lslpro, many, "--dry-run").out
    assert f"ajoutés : {MANY}" in out
    assert [line.split() for line in out.splitlines() if "1MELEC" in line] == [
        ["1MELEC1", "2"], ["1MELEC2", str(MANY - 2)]
    ]  # fmt: skip
    assert "Élève 1" not in out
    assert "rien n'a été gardé" in out
    assert "rien n'a été gardé" not in siecle_import(lslpro, many).out


def test_people_read_a_bounded_table_and_how_much_more_there_is(lslpro, many, tmp_path):
    siecle_import(lslpro, many)
    out = siecle_import(lslpro, school(tmp_path, PRENOM="Dominique")).out
    assert out.count("pupil_corrected") == SHOWN
    assert f"et {MANY - SHOWN} autres" in out


def test_one_added_who_has_left_already_has_a_line(lslpro, tmp_path):
    pupils = pupil(1) + pupil(2, DATE_SORTIE="05/09/2025")
    path = siecle(tmp_path, document(pupils, structures(1) + structures(2)))
    out = " ".join(siecle_import(lslpro, str(path)).out.split())
    assert "Élève 2 : ajouté en 1MELEC1, déjà parti." in out
    assert "Élève 1" not in out


def test_what_needs_a_look_comes_first(lslpro, tmp_path):
    both = document(pupil(1) + pupil(2), structures(1) + structures(2))
    siecle_import(lslpro, str(siecle(tmp_path, both)))
    spoilt = pupil(1, PRENOM="Dominique") + pupil(2)
    text = document(spoilt, structures(1) + structures(2, ("Inactifs", "D")))
    lines = siecle_import(lslpro, str(siecle(tmp_path, text))).out.splitlines()
    severities = [line.split()[0] for line in lines if "Élève" in line]
    assert severities == ["attention", "attention", "attention", "information"]


def test_last_years_file_is_refused_with_the_option_that_takes_it(lslpro, many):
    answer = lslpro("import", "siecle", many, "--year", str(dt.date.max.year))
    assert (answer.code, answer.out) == (1, "")
    assert "--year 2025" in answer.err


def test_the_teachers_of_sts_are_offered_for_a_division(lslpro, tmp_path):
    assert siecle_import(lslpro, str(siecle(tmp_path))).code == 0
    assert "lslpro import sts" in lslpro("teachers", "1MELEC1").out
    path = str(write(tmp_path, "sts_emp.xml", sts()))
    assert "Enseignants" in lslpro("import", "sts", path, "--year", "2025").out
    assert lslpro("teachers", "1MELEC1", "--json").json == [
        {"last_name": "PROF7001", "first_name": "Inès"}
    ]
    assert "PROF7001" in lslpro("teachers", "1MELEC1").out


def test_a_nomenclature_says_what_it_did_to_each_table(lslpro, tmp_path):
    path = str(write(tmp_path, "Nomenclature.xml", nomenclature()))
    answer = lslpro("import", "nomenclature", path, "--year", "2025", "--json").json
    assert {name: one["added"] for name, one in answer["tables"].items()} == {
        "mef": 1, "subject": 1, "programme": 1, "diploma": 0
    }  # fmt: skip
    assert "Programmes" in lslpro("import", "nomenclature", path, "--year", "2025").out
