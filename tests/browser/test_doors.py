"""Log-in, invitation, account and errors in a real Chromium: by keys, narrow, without a fault."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.entering import Site, violations
from tests.web.school import PASSWORD

NARROW = {"width": 320, "height": 640}


def doors(site: Site) -> dict[str, str]:
    """The pages of everybody, and who looks at each."""
    return {
        "/connexion": "nobody",
        f"/invitation/{site.ids.invitation}": "nobody",
        "/invitation/passee": "nobody",
        "/compte": "head",
        "/rien": "head",
        "/compte/jetons": "teacher",
    }


def window(site: Site, who: str, path: str, **options) -> Page:
    if who != "nobody":
        return site.visit(who, path, **options)
    page = site.chromium.new_context(locale="fr-FR", **options).new_page()
    page.goto(site.url + path)
    return page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_head_logs_in_and_out_by_keys_alone(site: Site) -> None:
    page = window(site, "nobody", "/compte")
    press(page, "Tab")
    expect(page.get_by_text("Aller au contenu")).to_be_focused()
    expect(page.get_by_text("Aller au contenu")).to_be_in_viewport()
    press(page, "Enter", "Tab")
    expect(page.get_by_label("Adresse électronique")).to_be_focused()
    page.keyboard.type("head@lslpro.test")
    press(page, "Tab")
    page.keyboard.type(PASSWORD)
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon compte")
    press(page, "Tab", "Tab", "Tab")
    expect(page.get_by_role("link", name=re.compile("Head"))).to_be_focused()
    press(page, "Tab", "Enter")
    expect(page.get_by_role("status")).to_contain_text("Votre session est fermée.")


def test_the_focus_is_always_seen(site: Site) -> None:
    page = window(site, "head", "/compte")
    seen = set()
    for _ in range(40):
        press(page, "Tab")
        width, name = page.evaluate(
            "() => [getComputedStyle(document.activeElement).outlineWidth,"
            " document.activeElement.tagName + document.activeElement.textContent]"
        )
        if name in seen and name.startswith("BODY"):
            break
        assert name.startswith("BODY") or width == "3px", name
        seen.add(name)
    assert len(seen) > 10


def test_an_invited_person_chooses_a_password_and_logs_in(site: Site) -> None:
    page = window(site, "nobody", f"/invitation/{site.ids.invitation}")
    page.get_by_label("Mot de passe", exact=True).fill("court")
    page.get_by_label("une seconde fois").fill("court")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("12 caractères")
    for label in ("Mot de passe", "Le même, une seconde fois"):
        page.get_by_label(label, exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_label("Adresse électronique").fill("invitee@lslpro.test")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_text("Inès INVITÉE")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_token_is_made_and_revoked(site: Site, *, scripts: bool) -> None:
    page = window(site, "head", "/compte", java_script_enabled=scripts)
    page.get_by_label("Nom du jeton").fill("tableau de bord")
    page.get_by_label("Consulter divisions, voyants et livrets").check()
    page.get_by_role("button", name="Créer le jeton").click()
    expect(page.locator("code")).to_have_text(re.compile(r"lslpro_[\w-]{30,}"))
    page.get_by_role("button", name="Supprimer le jeton tableau de bord").click()
    expect(page.get_by_role("status")).to_contain_text("Jeton supprimé")


def test_axe_finds_nothing_at_the_doors(site: Site, axe: str) -> None:
    found = {}
    for path, who in doors(site).items():
        page = window(site, who, path)
        found[path] = violations(page, axe)
    page = window(site, "nobody", "/connexion")
    page.get_by_label("Adresse électronique").fill("x@y.z")
    page.get_by_label("Mot de passe").fill("faux")
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found["refused"] = violations(page, axe)
    assert not any(found.values()), found


def test_a_narrow_screen_scrolls_one_way_only(site: Site) -> None:
    for path, who in doors(site).items():
        page = window(site, who, path, viewport=NARROW)
        width = page.evaluate("() => document.documentElement.scrollWidth")
        assert width <= NARROW["width"], path


def test_no_page_breaks_its_own_policy(site: Site) -> None:
    said: list[str] = []
    for path, who in doors(site).items():
        page = window(site, who, "/connexion" if who == "nobody" else "/compte")
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(site.url + path)
    assert [one for one in said if not one.startswith("Failed to load resource")] == []
