"""The entry of booklets in a real Chromium: alone, two on one booklet, by keys, without script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from pipeline.domain.text import normalise
from tests.browser.entering import saved, violations
from tests.usecases.exporting import execute

TRICKY = (
    "", "  é\u0301cole ", "e\u0301", "👩‍🏭 ok", "a\r\nb\rc\n", "\u000b\u000cx", "x\u0001y\u0000",
    "\u2028fin\u00a0", "ligne\t", "\ufeffbom", "\u200bzéro",
)  # fmt: skip


def test_a_teacher_s_hour(site):
    page = site.visit("teacher", "/saisie")
    page.click("text=1MELEC1")
    page.click("text=MAQUETTE Raphaël")
    expect(page.locator("#voyant")).to_have_text("Rouge : non exportable")
    for group in page.locator("fieldset.degrees").all():
        group.get_by_label("3 maîtrisées", exact=True).check()
    page.fill("#moyenne-1", "12,5")
    page.fill("#enseignant-1-nom", "DURAND")
    page.fill("#enseignant-1-prenom", "Inès")
    page.fill("#appreciation", "Des progrès nets.")
    expect(page.locator("#voyant")).to_have_text("Orange : exportable, incomplet")
    page.fill("#pfmp-synthese", "Bonne intégration.")
    page.fill("#pfmp-enseignant-nom", "MARTIN")
    page.fill("#pfmp-enseignant-prenom", "Léo")
    page.locator("#pfmp-semaines").focus()
    expect(page.locator("#voyant")).to_have_text("Vert : complet")
    expect(page.locator("#manques")).to_contain_text("Toutes les données ont été renseignées.")
    saved(page)
    here = page.url
    page.click("text=Enregistrer et élève suivant")
    page.wait_for_url(lambda url: url != here)
    page.go_back()
    expect(page.locator("#moyenne-1")).to_have_value("12,5")
    expect(page.locator("#appreciation-compte")).to_have_text("17 caractères sur 300")


def test_two_teachers_on_one_booklet(site):
    page, other = site.booklet("teacher"), site.booklet("head")
    other.fill("#moyenne-2", "4")
    other.fill("#appreciation", "Du chef.")
    saved(other)
    page.fill("#moyenne-1", "3")
    page.locator("#moyenne-1").blur()
    saved(page)
    expect(page.locator("#nouvelles")).to_contain_text("Head D’ESSAI a modifié")
    expect(page.locator("#moyenne-2")).to_have_value("4")
    page.fill("#appreciation", "Du professeur.")
    saved(page)
    other.fill("#appreciation", "Du chef, encore.")
    clash = other.locator("fieldset.clash")
    expect(clash).to_contain_text("Teacher D’ESSAI a modifié l’appréciation générale à 13 h 00.")
    expect(clash.locator("q")).to_have_text("Du professeur.")
    expect(other.locator("#etat")).to_contain_text("Non enregistré")
    other.fill("#moyenne-2", "5")
    other.locator("#moyenne-2").blur()
    expect(other.locator("#etat")).to_contain_text("Non enregistré : un champ à revoir.")
    expect(site.booklet("teacher").locator("#appreciation")).to_have_value("Du professeur.")
    other.click("text=Garder la vôtre")
    saved(other)
    expect(site.booklet("teacher").locator("#appreciation")).to_have_value("Du chef, encore.")


def test_the_other_value_may_be_preferred(site):
    page, other = site.booklet("teacher"), site.booklet("head")
    other.fill("#enseignant-1-nom", "CHEF")
    other.locator("#appreciation").focus()
    saved(other)
    page.fill("#enseignant-1-nom", "PROF")
    page.locator("#appreciation").focus()
    page.click("text=Prendre l’autre")
    expect(page.locator("#enseignant-1-nom")).to_have_value("CHEF")
    expect(page.locator("fieldset.clash")).to_have_count(0)
    saved(page)


def test_the_keyboard_alone_suffices(site):
    page = site.visit("teacher", "/saisie")
    for name in ("1MELEC1", "MAQUETTE Raphaël"):
        _tab_to(page, name)
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_contain_text(name)
    first = page.locator("fieldset.degrees").first
    _tab_to_field(page, first)
    page.keyboard.press("4")
    expect(first.locator("input:checked")).to_have_value("4")
    page.keyboard.press("Tab")
    page.keyboard.press("2")
    second = page.locator("fieldset.degrees").nth(1)
    expect(second.locator("input:checked")).to_have_value("2")
    _tab_to_field(page, page.locator("[data-field=appreciation]"))
    page.keyboard.type("Tapé au clavier.")
    page.keyboard.press("Control+Enter")
    saved(page)
    here = page.url
    for _ in range(60):
        if page.evaluate("document.activeElement.name") == "suite":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != here)


def _tab_to(page, text):
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == text:
            return
    raise AssertionError(text)


def _tab_to_field(page, box):
    for _ in range(80):
        page.keyboard.press("Tab")
        if box.evaluate("box => box.contains(document.activeElement)"):
            return
    raise AssertionError


def test_without_javascript_all_is_there(site):
    page = site.booklet("teacher", java_script_enabled=False)
    other = site.booklet("head", java_script_enabled=False)
    other.fill("#appreciation", "Du chef.")
    other.click("#enregistrer")
    expect(other.locator(".notice-success")).to_contain_text("Enregistré à 13 h 00.")
    page.fill("#appreciation", "Du professeur.")
    page.fill("#moyenne-1", "99")
    page.click("#enregistrer")
    expect(page.locator("#moyenne-1-faute")).to_contain_text("attendu un nombre de 0 à 20")
    page.fill("#moyenne-1", "9")
    page.click("#enregistrer")
    page.get_by_label("Garder la vôtre").check()
    page.click("#enregistrer")
    expect(page.locator("#appreciation")).to_have_value("Du professeur.")
    expect(page.locator("#moyenne-1")).to_have_value("9")


def test_what_is_typed_is_kept_while_the_network_is_away(site):
    page = site.booklet("teacher")
    page.context.set_offline(True)
    page.fill("#appreciation", "Hors ligne.")
    expect(page.locator("#etat")).to_contain_text("Non enregistré : pas de connexion.")
    expect(page.locator("#appreciation")).to_have_value("Hors ligne.")
    with page.expect_event("dialog") as warned:
        page.close(run_before_unload=True)
    assert warned.value.type == "beforeunload"
    warned.value.dismiss()
    page.context.set_offline(False)
    saved(page)
    expect(site.booklet("head").locator("#appreciation")).to_have_value("Hors ligne.")


def test_what_is_typed_before_the_script_has_come_is_saved_too(site):
    page = site.visit("teacher", "/saisie")
    held = []
    script = re.compile(r"/static/entry-save\.js")
    page.route(script, lambda route: held.append(route))  # noqa: PLW0108 - it marks what it is given
    with page.expect_request(script):
        page.goto(f"{site.url}/livrets/{site.ids.own.booklets['red']}", wait_until="commit")
    page.fill("#appreciation", "Tapé trop tôt.")
    page.locator("fieldset.degrees").last.get_by_label("4 bien maîtrisées", exact=True).check()
    held[0].continue_()
    saved(page)
    again = site.booklet("head", "red")
    expect(again.locator("#appreciation")).to_have_value("Tapé trop tôt.")
    expect(again.locator("fieldset.degrees").last.locator("input:checked")).to_have_value("4")


def test_an_answer_that_got_lost_does_not_clash_with_oneself(site):
    page = site.booklet("teacher")
    lost = []

    def lose(route):
        if route.request.method == "PATCH" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route(re.compile("/livrets/"), lose)
    page.fill("#appreciation", "Envoyé, sans réponse.")
    expect(page.locator("#etat")).to_contain_text("Non enregistré")
    page.fill("#appreciation", "Puis complété.")
    saved(page)
    assert lost == [200]
    expect(page.locator("fieldset.clash")).to_have_count(0)
    expect(site.booklet("head").locator("#appreciation")).to_have_value("Puis complété.")


def test_the_counter_counts_as_the_rule_does(site):
    page = site.booklet("teacher")
    counted = page.evaluate(
        "async (texts) => { const { length } = await import('/static/entry-count.js');"
        " return texts.map(length) }",
        list(TRICKY),
    )
    assert counted == [len(normalise(text)[0]) for text in TRICKY]


def test_a_grid_is_filled_with_the_keys(site):
    page = site.visit("teacher", f"/divisions/{site.ids.own.division_id}/grille?champ=moyenne-2")
    cells = page.locator("input.entry-cell")
    cells.first.focus()
    for mark in ("7", "8,5"):
        page.keyboard.press("Control+a")
        page.keyboard.type(mark)
        page.keyboard.press("Enter")
    expect(page.locator("#etat")).to_have_text("2 lignes modifiées, non enregistrées.")
    page.keyboard.press("ArrowUp")
    expect(cells.nth(1)).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".notice-success")).to_contain_text("2 lignes enregistrées à 13 h 00.")
    expect(cells.nth(1)).to_have_value("8,5")


def test_hostile_texts_stay_texts_where_a_script_shows_them(site):
    hostile = "<img src=x onerror=alert(1)><script>alert(1)</script>"
    page, other = site.booklet("teacher"), site.booklet("head")
    spoken = []
    page.on("dialog", lambda dialog: (spoken.append(dialog.message), dialog.dismiss()))
    other.fill("#appreciation", hostile)
    saved(other)
    page.fill("#appreciation", "Autre.")
    expect(page.locator("fieldset.clash q")).to_have_text(hostile)
    assert page.locator("main img, main script").count() == 0
    assert not spoken


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_no_page_is_wider_than_the_screen_and_axe_finds_nothing(site, axe, width):
    size = {"viewport": {"width": width, "height": 740}}
    division, red = site.ids.own.division_id, site.ids.own.booklets["red"]
    page = site.visit("teacher", "/saisie", **size)
    for path in (
        "/saisie", f"/saisie/{division}", f"/divisions/{division}/grille",
        f"/divisions/{division}/grille?champ=moyenne-1", f"/livrets/{red}",
    ):  # fmt: skip
        page.goto(site.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert not violations(page, axe), path


def test_axe_finds_nothing_beside_faults_clashes_and_closed_pages(site, axe):
    page, other = site.booklet("teacher"), site.booklet("head")
    other.fill("#appreciation", "Du chef.")
    saved(other)
    page.fill("#appreciation", "Du professeur.")
    page.fill("#moyenne-1", "99")
    page.locator("#moyenne-1").blur()
    expect(page.locator("#resume li")).to_have_count(2)
    assert not violations(page, axe)
    plain = site.booklet("teacher")
    plain.route(re.compile(r"entry[\w-]*\.js"), lambda route: route.abort())
    plain.reload()
    other.fill("#appreciation", "Du chef, encore.")
    saved(other)
    plain.fill("#appreciation", "Du professeur.")
    plain.fill("#moyenne-2", "vingt")
    plain.click("#enregistrer")
    expect(plain.locator("#resume li")).to_have_count(2)
    assert not violations(plain, axe)
    execute(site.w.store, "UPDATE level_settings SET periodicity = NULL")
    plain.goto(plain.url)
    expect(plain.locator(".notice")).to_contain_text("la périodicité du niveau")
    assert not violations(plain, axe)
