"""Who is in the file: INE, moves, repeaters, those gone, and whose school they are of."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from rowsbuilder import a_school, compute_lights

from pipeline.store import rows as t
from tests.exchange.builders import document, pupil, siecle
from tests.pains.chores import (
    YEAR,
    division_ids,
    document_of,
    file_of,
    got,
    import_siecle,
    newest,
    pupils_of,
)
from tests.usecases.exporting import complete, execute


@pytest.fixture
def school(store):
    """1MELEC1 with the pupils 1001 to 1003, all green."""
    return a_school(store)


def students(w):
    with w.store.reading() as connection:
        return sorted(map(tuple, connection.execute(sa.select(t.student))))


def test_pain_02_a_pupil_whose_ine_changed_or_is_unknown_stays_in_the_file(
    office, w, school, tmp_path
):
    spoiled = {
        1001: pupil(1001, ID_NATIONAL="AUTREINE"), 1002: pupil(1002, ID_NATIONAL=None),
        1003: pupil(1003),
    }  # fmt: skip
    assert import_siecle(office, tmp_path, spoiled).json["updated"] == 3
    assert list(pupils_of(w, school.division_id)) == [1001, 1002, 1003]


def test_pain_03_a_pupil_is_known_to_lsl_by_the_siecle_id_and_no_ine_travels(w, school):
    assert list(pupils_of(w, school.division_id)) == [1001, 1002, 1003]
    data = file_of(w, school.division_id).decode()
    held = [ine for _, _, _, ine, *_ in students(w)]
    assert len(held) == 3
    assert not [ine for ine in held if ine in data]


def test_pain_09_a_pupil_who_changes_class_is_in_one_file_with_all_that_was_entered(
    office, w, school, tmp_path
):
    before = pupils_of(w, school.division_id)
    stay = {key: pupil(key) for key in before}
    told = import_siecle(office, tmp_path, stay, {1002: "1MELEC2"}).json["changes"]
    assert "Élève 1002 : passe de 1MELEC1 à 1MELEC2." in [one["message"] for one in told]
    divisions = division_ids(w)
    assert list(pupils_of(w, divisions["1MELEC1"])) == [1001, 1003]
    (moved,) = document_of(w, divisions["1MELEC2"]).pupils
    was, now = before[1002].years[0].evaluations[0], moved.years[0].evaluations[0]
    assert (now.averages, now.ratings, now.appreciation, now.teachers) == (
        was.averages, was.ratings, was.appreciation, was.teachers,
    )  # fmt: skip


def test_pain_10_a_repeater_has_a_booklet_of_his_own_for_each_year(office, w, store, tmp_path):
    a_school(store, pupil_count=1, start_year=2024)
    school = a_school(store, pupil_count=1)
    assert import_siecle(office, tmp_path, {n: pupil(n) for n in (1001, 1002)}).json["added"] == 1
    assert list(pupils_of(w, school.division_id)) == [1002]
    with store.reading() as connection:
        b = t.booklet.c
        mine = t.booklet.join(t.student)
        found = sa.select(b.id).select_from(mine).where(
            t.student.c.siecle_id == 1001, b.start_year == 2025
        )  # fmt: skip
        repeated = connection.execute(found).scalar_one()
    complete(store, [repeated])
    years = pupils_of(w, school.division_id)[1001].years
    assert [year.start_year for year in years] == [2025]


def test_pain_19_an_ine_held_twice_is_refused_and_both_pupils_are_named(
    office, w, school, tmp_path
):
    before = students(w)
    twice = {n: pupil(n, ID_NATIONAL="MEMEINE") for n in (1001, 1002)}
    answer = import_siecle(office, tmp_path, twice)
    assert (answer.code, answer.out) == (1, "")
    assert "Élève 1002 : même INE que l'élève 1001." in answer.err
    assert "MEMEINE" not in answer.err
    assert students(w) == before


def test_pain_20_each_refusal_names_its_pupil_by_the_siecle_id(office, w, school, tmp_path):
    path = tmp_path / "livrets.csv"
    path.write_text("siecle_id;moyenne_1;9001\n1001;21;3\n1002;12;7\n1003;12;3\n")
    answer = office("import", "booklets", str(path), *YEAR)
    assert answer.code == 1
    told = [line for line in answer.err.splitlines() if "ligne" in line]
    assert len(told) == 2
    assert "ligne 2, élève 1001 : " in told[0]
    assert "ligne 3, élève 1002 : " in told[1]
    execute(w.store, "DELETE FROM rating WHERE booklet_id = :id", id=school.booklet_ids[0])
    compute_lights(w.store)
    said = office("preflight", "1MELEC1").out
    assert "1001" in said
    assert "1002" not in said


def test_pain_21_the_file_of_the_sister_school_is_refused_and_changes_nothing(
    office, w, school, tmp_path
):
    before = students(w)
    sister = document(pupil(7)).replace("0999999Z", "0999998Y")
    answer = office("import", "siecle", str(siecle(tmp_path, sister)), *YEAR)
    assert answer.code == 1
    assert "0999998Y" in answer.err
    assert "0999999Z" in answer.err
    assert students(w) == before


def test_pain_22_a_pupil_who_left_is_in_no_file_though_siecle_still_says_his_class(
    office, w, school, tmp_path
):
    here = {
        1001: pupil(1001), 1002: pupil(1002, DATE_SORTIE="05/01/2026"), 1003: pupil(1003)
    }  # fmt: skip
    assert import_siecle(office, tmp_path, here).json["gone"] == 1
    assert list(pupils_of(w, school.division_id)) == [1001, 1003]


def test_pain_23_last_years_siecle_file_is_refused_and_makes_nobody_gone(
    office, w, school, tmp_path
):
    old = document(pupil(1001)).replace("2025</ANNEE", "2024</ANNEE")
    answer = office("import", "siecle", str(siecle(tmp_path, old)), *YEAR)
    assert answer.code == 1
    assert "2024" in answer.err
    assert list(pupils_of(w, school.division_id)) == [1001, 1002, 1003]


@pytest.mark.parametrize("birth", [None, "", "31/02/2009", "inconnue"])
def test_pain_26_a_birth_date_that_is_none_stops_no_import(office, w, tmp_path, birth):
    answer = import_siecle(office, tmp_path, {1: pupil(1, DATE_NAISS=birth)})
    assert (answer.code, answer.json["added"], answer.json["problems"]) == (0, 1, [])


def test_pain_27_codes_of_digits_alone_stay_text_with_their_zeros(office, w, store, tmp_path):
    a_school(store, pupil_count=2, division_code="61")
    assert import_siecle(office, tmp_path, {n: pupil(n) for n in (1001, 1002)},
                         {1001: "61", 1002: "061"}).code == 0  # fmt: skip
    divisions = division_ids(w)
    assert {code: list(pupils_of(w, divisions[code])) for code in ("61", "061")} == {
        "61": [1001], "061": [1002],
    }  # fmt: skip
    names = {got(office, tmp_path, code).name.split("_")[3] for code in ("61", "061")}
    assert names == {"61", "061"}


def test_pain_31_a_long_class_code_is_kept_whole_and_its_file_is_nobody_elses(
    office, w, school, tmp_path
):
    long = {1001: "1BACPROMELEC-ATELIER-NORD", 1002: "1BACPROMELEC-ATELIER-SUD"}
    assert import_siecle(office, tmp_path, {n: pupil(n) for n in long}, long).code == 0
    divisions = division_ids(w)
    assert {code: list(pupils_of(w, divisions[code])) for code in long.values()} == {
        code: [key] for key, code in long.items()
    }
    assert len({newest(w, divisions[code]).file_name for code in long.values()}) == 2
