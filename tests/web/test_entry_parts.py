"""What a booklet's page offers, by year, level and school: project, exam, teachers of STS."""

from __future__ import annotations

import pytest

from tests.usecases.exporting import execute
from tests.web.forms import booklet, texts


@pytest.fixture
def green(ids):
    return ids.own.booklets["green"]


def test_the_teachers_of_sts_are_offered_and_another_may_be_typed(w, as_teacher, ids, green):
    own = {"uai": ids.own.uai, "year": ids.own.start_year}
    execute(
        w.store,
        "INSERT INTO sts_teacher (school_uai, start_year, sts_id, last_name, first_name)"
        " VALUES (:uai, :year, 'E1', 'DE L''OFFRE', 'Ana')",
        **own,
    )
    execute(
        w.store,
        "INSERT INTO sts_service (school_uai, start_year, sts_id, division_code, subject_code)"
        " VALUES (:uai, :year, 'E1', '1MELEC1', '071100')",
        **own,
    )
    form = booklet(as_teacher, green)
    assert form.page.xpath("//datalist[@id='noms']/option/@value") == ["DE L'OFFRE"]
    assert {one.get("list") for one in form.page.xpath("//input[contains(@id,'-nom')]")} == {"noms"}
    typed = {"enseignant-1-nom": "AUTRE", "enseignant-1-prenom": "Léa"}
    assert form.send(**typed).status_code == 303
    assert booklet(as_teacher, green)["enseignant-1-nom"] == "AUTRE"


@pytest.mark.parametrize(("year", "word"), [(2023, "Chef-d’œuvre"), (2024, "Projet")])
def test_the_project_is_called_as_its_year_calls_it(w, as_teacher, green, year, word):
    execute(w.store, "UPDATE level_settings SET exports_project = true")
    for table in ("level_settings", "division"):
        execute(w.store, f"UPDATE {table} SET start_year = start_year - 2026 + :y", y=year)
    form = booklet(as_teacher, green)
    assert texts(form, "//*[@id='titre-projet']") == [word]
    typed = {"projet-moyenne": "14,25", "projet-appreciation": "Abouti."}
    assert form.send(**typed).status_code == 303
    assert booklet(as_teacher, green)["projet-moyenne"] == "14,25"


def test_without_project_in_the_level_none_is_offered(as_teacher, green):
    assert not booklet(as_teacher, green).page.xpath("//*[@id='projet']")


def test_an_opinion_for_the_exam_is_offered_in_terminale_only(w, as_head, ids, green):
    assert "avis-examen" not in booklet(as_head, green).form.fields
    division = as_head.get(f"/saisie/{ids.own.divisions['TCUIS1']}").text
    terminale = int(division.partition('href="/livrets/')[2].partition('"')[0].partition("#")[0])
    form = booklet(as_head, terminale)
    assert form.send(**{"avis-examen": "F"}).status_code == 303
    assert booklet(as_head, terminale)["avis-examen"] == "F"


def test_what_the_pupil_lacks_is_linked_from_the_list_to_its_field(as_head, ids):
    red = ids.own.booklets["red"]
    division = as_head.get(f"/saisie/{ids.own.division_id}").text
    assert f'<a href="/livrets/{red}#competence-' in division
    assert "Degré de maîtrise non renseigné\u00a0: compétence" in division
