"""An administrator in a real Chromium: by keys alone, on a narrow screen, without a script."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pipeline import invitations
from tests.browser.entering import Site, violations

BASE = "/administration"
NARROW = {"width": 320, "height": 640}
HEADER = "annee;diplome;libelle_diplome;niveau;position;code;reference;libelle\n"
FRAMEWORKS = f"{HEADER}2026;99999;Essai;premiere;1;9001;C1;Préparer\n"


@pytest.fixture
def frameworks(tmp_path: Path) -> Path:
    path = tmp_path / "referentiels.csv"
    path.write_text(FRAMEWORKS)
    return path


def admin(site: Site, path: str = "", **options: Any) -> Page:
    return site.visit("administrator", BASE + path, **options)


def tab_to(page: Page, name: str, role: str = "button") -> None:
    """Press Tab until the focus is on that control."""
    wanted = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
    expect(wanted).to_be_visible()
    for _ in range(80):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is out of reach of the Tab key")


def try_file(page: Page, path: Path) -> None:
    page.get_by_label("Établissement", exact=True).select_option("0999999Z")
    page.get_by_label("Fichier", exact=True).set_input_files(path)
    with page.expect_navigation():
        page.get_by_role("button", name="Essayer l’import").click()


def test_a_school_and_an_account_are_made_by_keys_alone(site: Site) -> None:
    page = admin(site)
    tab_to(page, "Établissements", "link")
    page.keyboard.press("Enter")
    tab_to(page, "UAI", "textbox")
    page.keyboard.type("0750655E")
    page.keyboard.press("Tab")
    page.keyboard.type("LP Jean Rostand")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Établissement ajouté.")).to_be_visible()
    tab_to(page, "Comptes", "link")
    page.keyboard.press("Enter")
    tab_to(page, "Créer un compte", "link")
    page.keyboard.press("Enter")
    tab_to(page, "Prénom et nom", "textbox")
    page.keyboard.type("Léa DUPONT")
    page.keyboard.press("Tab")
    page.keyboard.type("lea@exemple.fr")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # the first role
    page.keyboard.press("ArrowDown")  # head of school
    tab_to(page, "LP Jean Rostand (0750655E)", "checkbox")
    page.keyboard.press("Space")
    tab_to(page, "Créer le compte")
    page.keyboard.press("Enter")
    link = page.get_by_label("Lien d’invitation").input_value()
    token = link.rpartition("/")[2]
    assert invitations.look(site.w, token).name == "Léa DUPONT"
    assert token not in page.url


def test_a_fault_is_read_at_its_field_and_what_was_typed_stays(site: Site) -> None:
    page = admin(site, "/comptes/nouveau")
    page.get_by_label("Prénom et nom").fill("Léa DUPONT")
    page.get_by_label("Adresse électronique").fill("lea@exemple.fr")
    page.get_by_role("radio", name="Enseignant").check()
    page.get_by_role("button", name="Créer le compte").click()
    expect(page.get_by_text("Choisissez au moins un établissement.")).to_be_visible()
    expect(page.get_by_label("Prénom et nom")).to_have_value("Léa DUPONT")
    expect(page.get_by_role("radio", name="Enseignant")).to_be_checked()


@pytest.mark.parametrize("scripted", [True, False])
def test_a_file_is_tried_then_imported(site: Site, frameworks: Path, *, scripted: bool) -> None:
    page = admin(site, "/imports", java_script_enabled=scripted)
    try_file(page, frameworks)
    expect(page.get_by_text("C’est un essai : rien n’est enregistré.")).to_be_visible()
    assert re.search(r"/imports/[0-9a-f]{64}$", page.url)
    page.get_by_role("button", name="Importer").press("Enter")
    expect(page.get_by_text("L’import est fait.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("L’import est fait.")).to_be_visible()
    page.get_by_role("navigation", name="Administration").get_by_text("Référentiels").click()
    expect(page.get_by_text("Essai (99999)")).to_be_visible()


def test_a_mistaken_file_is_called_by_what_it_is(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "bulletin.pdf"
    path.write_bytes(b"%PDF-1.7")
    page = admin(site, "/imports")
    try_file(page, path)
    expect(page.get_by_role("alert")).to_contain_text("bulletin.pdf")
    expect(page.get_by_role("alert")).to_contain_text("c’est un document PDF")


def addresses(site: Site) -> list[str]:
    """Of all the administrator's pages that a link leads to."""
    teacher = site.ids.people["teacher"].account_id
    return [
        "", "/etablissements", "/etablissements/0999999Z", "/comptes", "/comptes/nouveau",
        f"/comptes/{teacher}", "/referentiels", "/referentiels/2026/25520/premiere", "/imports",
        "/sante", "/journal",
    ]  # fmt: skip


def test_axe_finds_nothing_and_no_page_is_wider_than_a_narrow_screen(
    site: Site, axe: str, frameworks: Path, tmp_path: Path
) -> None:
    page = admin(site, viewport=NARROW)
    found = {}

    def look(what: str) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth") > NARROW["width"]
        found[what] = [*violations(page, axe), *(["too wide"] if wide else [])]

    for path in addresses(site):
        page.goto(f"{site.url}{BASE}{path}")
        look(path)
    page.goto(f"{site.url}{BASE}/etablissements")
    page.get_by_label("UAI").fill("0750655A")
    page.get_by_label("Nom").fill("LP")
    with page.expect_navigation():
        page.get_by_role("button", name="Ajouter").click()
    look("a school with a fault")
    page.goto(f"{site.url}{BASE}/comptes/{site.ids.people['teacher'].account_id}")
    with page.expect_navigation():
        page.get_by_role("button", name="Faire une nouvelle invitation").click()
    look("an invitation")
    wrong = tmp_path / "faux.csv"
    wrong.write_text(HEADER + "2026;99999;Essai;seconde;1;9001;C1;X\n")
    for path in (frameworks, wrong):
        page.goto(f"{site.url}{BASE}/imports")
        try_file(page, path)
        look(path.name)
    assert {what: faults for what, faults in found.items() if faults} == {}
