"""The pictures of the main pages: `make pictures` takes them again from the invented schools."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "store"))  # rowsbuilder, as conftest.py does

from pipeline import export_run
from tests.browser import equipment
from tests.browser.entering import Site, serving
from tests.browser.place import installation
from tests.usecases.exporting import ask
from tests.web import school

WINDOW = {"width": 1040, "height": 760}


def take(folder: Path) -> None:
    """Write one picture a page into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as driver:
        made = Path(place) / "made"
        ids = school.make(made)
        browser = driver.chromium.launch(
            executable_path=equipment.chromium(), args=list(equipment.FLAGS)
        )
        with serving(made, ids, Path(place) / "home", browser) as site:
            _of_people(site, folder)
        _of_health(Path(place) / "whole", browser, folder)
        browser.close()


def _of_people(site: Site, folder: Path) -> None:
    own = site.ids.own
    for name, who, path in (
        ("divisions", "head", f"/lsl/{own.uai}/{own.start_year}/{own.diploma}/divisions"),
        ("division", "head", f"/divisions/{own.division_id}"),
        ("suivi", "head", _under_way(site)),
        ("livret", "teacher", f"/livrets/{own.booklets['orange']}"),
        ("grille", "teacher", f"/divisions/{own.division_id}/grille?champ=moyenne-1"),
        ("ecarts", "head", f"/versions/{own.artifact_id}/ecarts"),
    ):
        page = site.visit(who, path, viewport=WINDOW)
        _keep(page, folder / f"{name}.png")


def _of_health(home: Path, browser: Browser, folder: Path) -> None:
    """The health of real processes."""
    with installation(home, f"sqlite:///{home / 'lslpro.db'}") as place:
        page = browser.new_context(locale="fr-FR", viewport=WINDOW).new_page()
        page.goto(place.url)
        page.get_by_label("Adresse électronique").fill("administrator@lslpro.test")
        page.get_by_label("Mot de passe").fill(school.PASSWORD)
        page.get_by_role("button", name="Se connecter").click()
        page.goto(f"{place.url}/administration/sante")
        expect(page.locator("h1")).to_have_text("Santé")
        _keep(page, folder / "sante.png")


def _keep(page: Page, path: Path) -> None:
    page.screenshot(path=path)
    page.context.close()


def _under_way(site: Site) -> str:
    """Two divisions asked for, one of them done."""
    done, waiting = (ask(site.w, site.ids.own.divisions[code]) for code in ("1MELEC1", "TCUIS1"))
    export_run.run(site.w, [done])
    return f"/suivi?d={done}&d={waiting}"


if __name__ == "__main__":
    take(Path(sys.argv[1]))
