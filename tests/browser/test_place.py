"""The guide's path on a whole installation: every process is real, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.verify import Verdict, verify
from tests.browser.place import Place, installation
from tests.web.school import PASSWORD

SLOW_MS = 60_000  # workers of a loaded machine
NAMES = ("EXEMPLE", "MAQUETTE", "CHIMÈRE", "head@lslpro.test", "D’ESSAI")


@pytest.fixture
def place(sqlite_or_postgresql: str, tmp_path: Path) -> Iterator[Place]:
    """The installation."""
    with installation(tmp_path / "place", sqlite_or_postgresql) as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def sqlite_or_postgresql(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of the test's own; the SQLite one is empty yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'place' / 'lslpro.db'}"
    url: str = request.getfixturevalue("postgresql_url")
    return url


def enter(chromium: Browser, place: Place, who: str) -> Page:
    """Log in, in a window of one's own."""
    page = chromium.new_context(locale="fr-FR", accept_downloads=True).new_page()
    page.set_default_timeout(SLOW_MS)
    page.goto(place.url)
    page.get_by_label("Adresse électronique").fill(f"{who}@lslpro.test")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    return page


@pytest.mark.timeout(300)
def test_a_mark_typed_by_a_teacher_is_in_the_file_that_a_head_downloads(
    place: Place, chromium: Browser
) -> None:
    teacher = enter(chromium, place, "teacher")
    teacher.goto(f"{place.url}/livrets/{place.ids.own.booklets['green']}")
    teacher.locator("#moyenne-1").fill("3,21")
    teacher.locator("#moyenne-2").focus()
    expect(teacher.locator("form[data-etat=enregistre]")).to_have_count(1, timeout=SLOW_MS)

    head = enter(chromium, place, "head")
    head.goto(f"{place.url}/divisions/{place.ids.own.division_id}")
    expect(head.locator("#comptes")).not_to_contain_text("En calcul", timeout=SLOW_MS)
    expect(head.locator("#verdict")).to_contain_text("Données modifiées depuis la version 2")
    head.get_by_role("button", name="Exporter").click()
    expect(head.locator("#etat")).to_have_text("Terminé : 1 fichier prêt.", timeout=SLOW_MS)
    with head.expect_download() as waited:
        head.get_by_role("link", name="Télécharger").click()
    data = waited.value.path().read_bytes()
    assert b"3.21" in data

    w = place.tree.wiring
    found = verify(w.store, waited.value.suggested_filename, data)
    assert (found.result, found.superseded_by) == (Verdict.INTACT, None)
    assert not any(name in place.logs for name in NAMES)
    assert "Traceback" not in place.logs
