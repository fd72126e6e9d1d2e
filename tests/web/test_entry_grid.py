"""The page of a grid: rows saved together, told apart when something is wrong."""

from __future__ import annotations

import pytest

from tests.web.forms import booklet, given_back, texts


@pytest.fixture
def url(ids):
    return f"/divisions/{ids.own.division_id}/grille?champ=moyenne-1"


@pytest.fixture
def green(ids):
    return ids.own.booklets["green"]


@pytest.fixture
def red(ids):
    return ids.own.booklets["red"]


def grid(browser, url):
    return given_back(browser, browser.get(url), "grille")


def test_rows_are_saved_together(as_teacher, url, green, red):
    answer = grid(as_teacher, url).send(**{f"valeur-{green}": "3,5", f"valeur-{red}": "4"})
    assert answer.status_code == 303
    told = as_teacher.get(answer.headers["location"]).text
    assert "2 lignes enregistrées à 13\u00a0h\u00a000." in told
    shown = grid(as_teacher, url)
    assert (shown[f"valeur-{green}"], shown[f"valeur-{red}"]) == ("3,5", "4")


def test_a_fault_is_at_its_row_and_nothing_is_saved(as_teacher, url, green, red):
    answer = grid(as_teacher, url).send(**{f"valeur-{green}": "3,5", f"valeur-{red}": "vingt"})
    assert answer.status_code == 422
    shown = given_back(as_teacher, answer, "grille")
    assert (shown[f"valeur-{green}"], shown[f"valeur-{red}"]) == ("3,5", "vingt")
    assert shown.page.xpath("//input[@aria-invalid='true']/@id") == [f"valeur-{red}"]
    assert grid(as_teacher, url)[f"valeur-{green}"] != "3,5"
    assert shown.send(**{f"valeur-{red}": "20"}).status_code == 303
    assert grid(as_teacher, url)[f"valeur-{green}"] == "3,5"


@pytest.mark.parametrize(("choice", "kept"), [("mienne", "2"), ("autre", "1")])
def test_a_clash_is_asked_at_its_row(  # noqa: PLR0917
    as_teacher, as_head, url, green, red, choice, kept
):
    form = grid(as_teacher, url)
    booklet(as_head, green).send(**{"moyenne-1": "1"})
    answer = form.send(**{f"valeur-{green}": "2", f"valeur-{red}": "4"})
    assert answer.status_code == 409
    shown = given_back(as_teacher, answer, "grille")
    assert shown.send().status_code == 409
    assert texts(shown, "//fieldset[@class='clash']/p") == [
        "Head D’ESSAI a modifié la moyenne du 1er semestre à 13 h 00."
    ]
    assert texts(shown, "//fieldset[@class='clash']//q") == ["2", "1"]
    shown.tick(f"choix-{green}", choice)
    assert shown.send().status_code == 303
    last = grid(as_teacher, url)
    assert (last[f"valeur-{green}"], last[f"valeur-{red}"]) == (kept, "4")


def test_a_competence_is_shown_in_words(as_teacher, ids, green):
    code = booklet(as_teacher, green).page.xpath("//fieldset[contains(@class,'degrees')]/@id")[0]
    url = f"/divisions/{ids.own.division_id}/grille?champ={code}"
    assert grid(as_teacher, url).send(**{f"valeur-{green}": "2"}).status_code == 303
    row = f"//tr[.//input[@name='valeur-{green}']]//span[@data-word]"
    assert texts(grid(as_teacher, url), row) == ["insuffisamment maîtrisées"]


def test_an_unchanged_grid_says_so(as_teacher, url):
    answer = grid(as_teacher, url).send()
    assert "Aucune ligne n’était modifiée." in as_teacher.get(answer.headers["location"]).text
