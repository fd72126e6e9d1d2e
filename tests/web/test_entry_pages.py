"""The pages of entry by plain forms: what they show, save, refuse and ask."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from pipeline.labels import MASTERIES
from tests.usecases.exporting import execute, statements_of
from tests.web.forms import booklet, given_back, texts


@pytest.fixture
def green(ids):
    return ids.own.booklets["green"]


@pytest.fixture
def red(ids):
    return ids.own.booklets["red"]


def test_a_teacher_finds_his_division_its_pupils_and_their_booklets(as_teacher, ids, green):
    saisie = as_teacher.get("/saisie")
    assert f'href="/saisie/{ids.own.division_id}"' in saisie.text
    assert f'href="/saisie/{ids.own.divisions["TCUIS1"]}"' not in saisie.text
    division = as_teacher.get(f"/saisie/{ids.own.division_id}")
    assert f'href="/livrets/{green}"' in division.text
    assert "Rouge\u00a0: non exportable" in division.text
    assert as_teacher.get(f"/livrets/{green}").status_code == 200


def test_a_head_chooses_a_diploma(as_head, ids):
    everything = as_head.get("/saisie").text
    assert "TCUIS1" in everything
    chosen = as_head.get(f"/saisie?diplome={ids.own.diploma}").text
    assert "1MELEC1" in chosen
    assert "TCUIS1" not in chosen


def test_the_degrees_have_the_words_of_the_guide(as_teacher, green):
    form = booklet(as_teacher, green)
    first = texts(form, "(//fieldset[contains(@class,'degrees')])[1]//label")
    assert first == [*(f"{n} {word}" for n, word in MASTERIES.items()), "non évaluée"]


def test_only_the_periods_of_the_periodicity_are_offered(as_teacher, green):
    form = booklet(as_teacher, green)
    assert {"moyenne-1", "moyenne-2"} <= set(form.form.fields)
    assert "moyenne-3" not in form.form.fields


def test_each_gap_is_linked_to_an_anchor_of_the_page(as_teacher, red):
    form = booklet(as_teacher, red)
    links = form.page.xpath("//div[@id='manques']//a/@href")
    assert links
    assert all(form.page.xpath(f"//*[@id='{link[1:]}']") for link in links)


@pytest.mark.parametrize("anchor", ["enseignants", "pfmp", "appreciation", "moyenne-1", "avis"])
def test_the_anchors_that_other_pages_link_to_are_there(as_teacher, green, anchor):
    assert len(booklet(as_teacher, green).page.xpath(f"//*[@id='{anchor}']")) == 1


def test_no_id_stands_twice_and_every_label_has_its_input(as_teacher, green):
    page = booklet(as_teacher, green).page
    found = page.xpath("//@id")
    assert len(found) == len(set(found))
    assert all(page.xpath(f"//*[@id='{one}']") for one in page.xpath("//label/@for"))
    described = [one for names in page.xpath("//@aria-describedby") for one in names.split()]
    assert set(described) <= set(found)


def test_a_form_is_saved_and_told(as_teacher, green):
    form = booklet(as_teacher, green)
    form.tick("engagements", "C")
    answer = form.send(**{"moyenne-1": "7,25", "appreciation": "Bien."})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/livrets/{green}")
    again = as_teacher.get(f"/livrets/{green}")
    assert "Enregistré à 13\u00a0h\u00a000." in again.text
    shown = given_back(as_teacher, again)
    assert (shown["moyenne-1"], shown["appreciation"]) == ("7,25", "Bien.")
    assert texts(shown, "//span[@id='appreciation-compte']") == ["5 caractères sur 300"]


def test_the_next_pupil_follows_a_save(as_teacher, green):
    form = booklet(as_teacher, green)
    following = form.page.xpath("//a[@rel='next']/@href")
    if not following:
        (back,) = form.page.xpath("//a[@rel='prev']/@href")
        form = booklet(as_teacher, int(back.rpartition("/")[2]))
        following = form.page.xpath("//a[@rel='next']/@href")
    answer = form.send("suite", appreciation="Suivant.")
    assert [answer.headers["location"]] == following


def test_a_refused_form_keeps_what_was_typed_and_saves_nothing(as_teacher, green):
    form = booklet(as_teacher, green)
    before = form["moyenne-2"]
    answer = form.send(**{"moyenne-1": "21", "moyenne-2": "5", "appreciation": "x" * 301})
    assert answer.status_code == 422
    shown = given_back(as_teacher, answer)
    assert (shown["moyenne-1"], shown["moyenne-2"]) == ("21", "5")
    (bad,) = shown.page.xpath("//input[@aria-invalid='true']")
    assert bad.get("id") == "moyenne-1"
    assert "moyenne-1-faute" in bad.get("aria-describedby")
    assert texts(shown, "//*[@id='moyenne-1-faute']") == [
        "Moyenne de la période 1 : attendu un nombre de 0 à 20."
    ]
    assert shown.page.xpath("//div[@id='resume']//a/@href") == ["#moyenne-1", "#appreciation"]
    assert texts(shown, "//span[@id='appreciation-compte']") == ["301 caractères sur 300"]
    assert booklet(as_teacher, green)["moyenne-2"] == before
    mended = shown.send(**{"moyenne-1": "20", "appreciation": "Court."})
    assert mended.status_code == 303
    assert booklet(as_teacher, green)["moyenne-2"] == "5"


def test_without_script_two_are_merged_and_told(as_teacher, as_head, green):
    form = booklet(as_teacher, green)
    booklet(as_head, green).send(appreciation="Du chef.")
    answer = form.send(**{"moyenne-1": "6"})
    assert answer.status_code == 303
    page = as_teacher.get(f"/livrets/{green}")
    assert "Head D’ESSAI a modifié l’appréciation générale à 13\u00a0h\u00a000." in page.text
    shown = given_back(as_teacher, page)
    assert (shown["moyenne-1"], shown["appreciation"]) == ("6", "Du chef.")


@pytest.mark.parametrize(("choice", "kept"), [("mienne", "Du professeur."), ("autre", "Du chef.")])
def test_without_script_a_clash_is_asked_until_it_is_answered(
    as_teacher, as_head, green, choice, kept
):
    form = booklet(as_teacher, green)
    booklet(as_head, green).send(appreciation="Du chef.")
    answer = form.send(**{"moyenne-1": "6", "appreciation": "Du professeur."})
    assert answer.status_code == 409
    unanswered = given_back(as_teacher, answer).send()
    assert unanswered.status_code == 409
    shown = given_back(as_teacher, unanswered)
    assert shown["moyenne-1"] == "6"
    assert texts(shown, "//fieldset[@class='clash']//q") == ["Du professeur.", "Du chef."]
    assert booklet(as_head, green)["appreciation"] == "Du chef."
    shown.tick("choix-appreciation", choice)
    assert shown.send().status_code == 303
    assert booklet(as_head, green)["appreciation"] == kept


def test_a_clash_of_teachers_shows_both_lists(as_teacher, as_head, green):
    form = booklet(as_teacher, green)
    booklet(as_head, green).send(**{"enseignant-1-nom": "CHEF"})
    answer = form.send(**{"enseignant-1-nom": "PROF"})
    assert answer.status_code == 409
    shown = given_back(as_teacher, answer)
    shown.tick("choix-enseignants", "autre")
    assert shown.send().status_code == 303
    assert booklet(as_head, green)["enseignant-1-nom"] == "CHEF"


def test_what_was_removed_from_a_text_is_told(as_teacher, green):
    answer = booklet(as_teacher, green).send(raw={"appreciation": "Bien\x0e."})
    assert answer.status_code == 303
    assert (
        "caractères interdits en XML retirés (U+000E)" in as_teacher.get(f"/livrets/{green}").text
    )


def test_before_the_periodicity_is_set_no_form_is_shown(w, as_teacher, as_head, green, ids):
    form = booklet(as_teacher, green)
    execute(w.store, "UPDATE level_settings SET periodicity = NULL")
    for url in (f"/livrets/{green}", f"/saisie/{ids.own.division_id}",
                f"/divisions/{ids.own.division_id}/grille"):  # fmt: skip
        page = as_teacher.get(url).text
        assert "la périodicité du niveau" in page
        assert "C’est le chef d’établissement ou le DDFPT qui la fixe" in page
        assert "moyenne-1" not in page
    assert "/configuration" in as_head.get(f"/livrets/{green}").text
    refused = form.send(**{"moyenne-1": "3"})
    assert refused.status_code == 409
    assert "lslpro levels" not in refused.text


def test_a_pupil_who_left_is_not_found(w, as_teacher, green):
    execute(w.store, "UPDATE booklet SET left_on = '2026-01-01' WHERE id = :id", id=green)
    assert as_teacher.get(f"/livrets/{green}").status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "abc", "9" * 30, "1 OR 1=1"])
def test_an_address_that_names_nothing_is_no_error_of_ours(as_teacher, number):
    for url in ("/livrets/{}", "/saisie/{}", "/divisions/{}/grille", "/livrets/{}/etat"):
        assert as_teacher.get(url.format(number)).status_code in {404, 422}


@pytest.mark.parametrize("lu", ["", "{", "[]", '{"a": 1}', "[" * 9999])
def test_a_form_whose_hidden_values_were_spoiled_overwrites_nothing(as_teacher, as_head, green, lu):
    form = booklet(as_teacher, green)
    booklet(as_head, green).send(appreciation="Du chef.")
    answer = form.send(lu=lu, revision="x", appreciation="Du professeur.")
    assert answer.status_code == 409
    assert booklet(as_head, green)["appreciation"] == "Du chef."


def test_the_pages_send_as_many_statements_for_many_pupils_as_for_few(w, as_head, ids):
    with w.store.reading() as connection:
        rows = connection.execute(
            sa.text("SELECT division_id, count(*) AS n, min(id) AS one FROM booklet"
                    " WHERE left_on IS NULL AND status_code = 'ST' AND division_id IS NOT NULL"
                    " GROUP BY division_id")
        ).all()  # fmt: skip
        found = [row for row in rows if row.division_id in ids.own.divisions.values()]
    few, many = min(found, key=lambda row: row.n), max(found, key=lambda row: row.n)
    execute(w.store, "UPDATE booklet SET left_on = '2026-01-01' WHERE division_id = :d AND id > :i",
            d=few.division_id, i=few.one)  # fmt: skip
    for url in ("/saisie/{0.division_id}", "/divisions/{0.division_id}/grille", "/livrets/{0.one}"):
        counts = []
        for one in (few, many, few, many):
            with statements_of(w.store) as sent:
                assert as_head.get(url.format(one)).status_code == 200
            counts.append(len(sent))
        assert counts[2] == counts[3], url
