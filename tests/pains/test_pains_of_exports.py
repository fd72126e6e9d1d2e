"""The files produced: what is missing in them, their numbers, names, versions and fate."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
import sqlalchemy as sa
from rowsbuilder import a_school, compute_lights

from pipeline import levels
from pipeline.domain.periods import Level
from pipeline.domain.states import JobState
from pipeline.store import rows as t
from pipeline.xml.read_back import read_back
from tests.exchange.builders import pupil
from tests.pains.chores import (
    STRICT,
    division_ids,
    document_of,
    file_of,
    got,
    import_siecle,
    newest,
    pupils_of,
    root_of,
)
from tests.usecases.exporting import PLAIN, execute, exported, set_marks

SAFE_NAME = re.compile(r"[A-Za-z0-9_.-]+\.xml")


@pytest.fixture
def school(store):
    """1MELEC1 with the pupils 1001 to 1003, all green."""
    return a_school(store)


def averages(w, school):
    """By pupil, what the file says of each period."""
    found = pupils_of(w, school.division_id)
    return {key: dict(one.years[0].evaluations[0].averages) for key, one in found.items()}


def test_pain_01_one_missing_appreciation_leaves_the_file_valid_and_is_named(office, w, school):
    without = "UPDATE evaluation SET appreciation = NULL WHERE booklet_id = :id"
    execute(w.store, without, id=school.booklet_ids[0])
    found = pupils_of(w, school.division_id)
    texts = {key: one.years[0].evaluations[0].appreciation for key, one in found.items()}
    assert [key for key, text in texts.items() if text is None] == [1001]
    assert len(texts) == 3
    compute_lights(w.store)
    rows = {one["siecle_id"]: one for one in office("status", "1MELEC1", "--json").json}
    lights = {key: one["light"] for key, one in rows.items()}
    assert lights == {1001: "orange", 1002: "green", 1003: "green"}
    assert "appreciation_missing" in str(rows[1001]["gaps"])


def test_pain_07_percentages_of_thirds_total_100(w, school):
    for booklet_id, mark in zip(school.booklet_ids, (500, 1000, 1500), strict=True):
        set_marks(w.store, [booklet_id], mark)
    group = document_of(w, school.division_id).pupils[0].years[0].evaluations[0].group
    shares = (group.below_8, group.from_8_to_12, group.from_12)
    assert sorted(shares) == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]
    assert sum(shares) == 100


def test_pain_08_a_period_is_minus_one_where_others_have_a_mark_and_absent_where_none_has(
    w, school
):
    first = school.booklet_ids[0]
    execute(w.store, "DELETE FROM period_average WHERE period = 2 AND booklet_id = :id", id=first)
    execute(w.store, "DELETE FROM period_average WHERE period = 3")
    told = averages(w, school)
    assert all(set(one) == {1, 2} for one in told.values())
    assert [key for key, one in told.items() if one[2] is None] == [1001]
    (second, *_) = root_of(w, school.division_id).xpath("//eleve[@id='1001']//periode[@numero='2']")
    assert second.get("moyenne") == "-1"


def test_pain_11_a_year_of_which_nothing_is_held_makes_no_empty_block(w, store, clock):
    before = a_school(store, pupil_count=1, start_year=2024, complete=False)
    now = a_school(store, pupil_count=1, division_code="T1", level=Level.TERMINALE)
    with store.writing() as unit:
        moved = sa.update(t.booklet).where(t.booklet.c.id == now.booklet_ids[0])
        unit.connection.execute(moved.values(student_id=before.student_ids[0]))
    levels.choose(
        store, "0999999Z", 2025, "25520", Level.TERMINALE, periodicity=None, exports_pfmp=None,
        exports_project=None, exports_previous_year=True, actor="tests", now=clock(),
    )  # fmt: skip
    years = root_of(w, now.division_id).findall(".//scolarite")
    assert [(one.get("annee-scolaire"), len(one.findall("evaluation"))) for one in years] == [
        ("2025", 1)
    ]
    empty = a_school(store, division_code="VIDE", complete=False)
    assert exported(w, empty.division_id, PLAIN).state is JobState.REFUSED


def test_pain_12_an_apostrophe_in_a_name_goes_through_unharmed(office, w, school, tmp_path):
    names = {"NOM_DE_FAMILLE": "D'ŒUVRE", "PRENOM": "M'Barka"}
    pupils = {1001: pupil(1001, **names), 1002: pupil(1002), 1003: pupil(1003)}
    assert import_siecle(office, tmp_path, pupils).code == 0
    shown = office("booklet", "set", str(school.booklet_ids[0]), "--teacher", "O'NEIL, L’Hôte")
    assert shown.code == 0
    rows = {one["siecle_id"]: one["last_name"]
            for one in office("status", "1MELEC1", "--json").json}  # fmt: skip
    assert rows[1001] == "D'ŒUVRE"
    (teacher,) = pupils_of(w, school.division_id)[1001].years[0].evaluations[0].teachers
    assert (teacher.last_name, teacher.first_name) == ("O'NEIL", "L’Hôte")


def test_pain_13_our_files_are_utf8_and_say_so_and_other_encodings_read_the_same(w, school):
    data = file_of(w, school.division_id)
    assert data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    assert "élève" in data.decode("utf-8")
    text = data.decode().replace("UTF-8", "ISO-8859-15", 1).replace("’", "'")
    other = read_back(text.encode("iso-8859-15"), "x.xml", w.profiles).document
    assert other == read_back(data.replace("’".encode(), b"'"), "x.xml", w.profiles).document


@pytest.mark.parametrize("saved", ["annotated", "reindented", "other line ends"])
def test_pain_14_a_file_that_was_opened_and_saved_is_told_from_the_one_produced(
    office, w, school, tmp_path, saved
):
    newest(w, school.division_id)
    path = got(office, tmp_path, "1MELEC1")
    assert office("verify", str(path), "--json").json["result"] == "intact"
    data = path.read_bytes()
    path.write_bytes(
        {
            "annotated": data + b"<!-- vu -->\n",
            "reindented": data.replace(b"  <", b"    <"),
            "other line ends": data.replace(b"\n", b"\r\n"),
        }[saved]
    )
    answer = office("verify", str(path), "--json")
    assert (answer.code, answer.json["result"]) == (1, "modified")
    assert "Ne l'envoyez pas" in office("verify", str(path)).out


def test_pain_15_two_exports_of_a_division_bear_their_number_and_the_older_is_told(
    office, w, school, tmp_path
):
    newest(w, school.division_id)
    set_marks(w.store, school.booklet_ids[:1], 1500)
    newest(w, school.division_id)
    first, second = (got(office, tmp_path, "1MELEC1", version) for version in (1, 2))
    assert ("_v001_" in first.name, "_v002_" in second.name) == (True, True)
    told = [office("verify", str(path), "--json").json for path in (first, second)]
    assert [one["superseded_by"] for one in told] == [2, None]
    newest(w, school.division_id)  # nothing changed: no third file to mix up
    assert office("artifacts", "show", "1MELEC1", "3", *STRICT).code == 1


def test_pain_16_a_file_of_another_software_than_the_last_one_sent_is_told_before(
    office, w, school, tmp_path
):
    newest(w, school.division_id)
    path = got(office, tmp_path, "1MELEC1")
    assert "prévenez d'abord l'assistance" in " ".join(office("preview", str(path)).out.split())
    assert office("sent", "1MELEC1", "1", *STRICT).code == 0
    assert office("preview", str(path), "--json").json["changes_software"] is False
    assert "prévenez" not in office("preview", str(path)).out
    path.write_bytes(path.read_bytes().replace(b"EDITEUR-NON-ACCREDITE", b"AUTRE-EDITEUR"))
    said = " ".join(office("preview", str(path)).out.split())
    assert "dernier envoi vient de l'éditeur « EDITEUR-NON-ACCREDITE »" in said
    assert "prévenez d'abord l'assistance" in said


def test_pain_18_a_file_name_can_be_kept_by_every_system(office, w, school, tmp_path):
    odd = {1001: "1A:É/2", 1002: "T MELEC?", 1003: "con.xml*"}
    assert import_siecle(office, tmp_path, {n: pupil(n) for n in odd}, odd).code == 0
    divisions = division_ids(w)
    names = [newest(w, divisions[code]).file_name for code in odd.values()]
    assert all(SAFE_NAME.fullmatch(name) for name in names), names
    assert len({name.casefold() for name in names}) == 3


def test_pain_32_the_report_of_lsl_is_kept_beside_the_version_it_is_of(office, w, school, tmp_path):
    newest(w, school.division_id)
    report = tmp_path / "LSL_Bilan_import_2026-05-20.xls"
    report.write_bytes(b"\xd0\xcf\x11\xe0 bilan")
    assert office("sent", "1MELEC1", "1", *STRICT, "--report", str(report)).code == 0
    got(office, tmp_path / "plus tard", "1MELEC1")
    (kept,) = (tmp_path / "plus tard").glob("*_bilan_1.xls")
    assert kept.read_bytes() == report.read_bytes()
