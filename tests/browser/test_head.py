"""A head of school in a real Chromium: from log-in to the file, live, without a script, by keys."""

from __future__ import annotations

import re

import sqlalchemy as sa
from playwright.sync_api import expect

from pipeline import export_run, recompute
from pipeline.store import rows as t
from tests.browser.entering import violations
from tests.usecases.exporting import all_jobs, ask, set_marks
from tests.web import school

NARROW = {"width": 320, "height": 640}


def run_all(w):
    """Be the worker: run what waits."""
    export_run.run(w, [row.id for row in all_jobs(w) if row.state == "queued"])


def base(ids):
    return f"/lsl/{ids.own.uai}/{ids.own.start_year}/{ids.own.diploma}"


def pages(site):
    """The addresses of all the head's pages."""
    ids = site.ids.own
    waiting = ask(site.w, ids.divisions["TCUIS1"])
    return [
        "/diplomes", f"{base(site.ids)}/divisions", f"{base(site.ids)}/configuration",
        f"/divisions/{ids.division_id}", f"/divisions/{ids.divisions['1AGORA É&2']}",
        f"/demandes/{ids.job_id}", f"/suivi?d={ids.job_id}&d={waiting}",
        f"/versions/{ids.artifact_id}", f"/versions/{ids.artifact_id}/ecarts",
        f"/versions/{ids.artifact_id}/apercu", "/nuits", "/verification",
    ]  # fmt: skip


def downloaded(page, click):
    with page.expect_download() as found:
        click()
    return found.value


def newest(w):
    with w.store.reading() as connection:
        a = t.artifact.c
        return connection.execute(sa.select(t.artifact).order_by(a.id.desc()).limit(1)).one()


def test_the_guide_s_path_from_log_in_to_the_file(site):
    page = site.chromium.new_context(locale="fr-FR", accept_downloads=True).new_page()
    page.goto(f"{site.url}/divisions/{site.ids.own.division_id}")
    page.get_by_label("Adresse électronique").fill("head@lslpro.test")
    page.get_by_label("Mot de passe").fill(school.PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("link", name="Changer de diplôme").click()
    page.get_by_role("link", name="Métiers de l'électricité").click()
    page.get_by_role("navigation", name="Menu principal").get_by_text("Configuration").click()
    expect(page.get_by_text("9 livrets contiennent déjà des données")).to_be_visible()
    page.get_by_role("navigation", name="Menu principal").get_by_text("Divisions").click()
    page.get_by_role("link", name="1MELEC1", exact=True).click()
    expect(page.locator("#verdict")).to_contain_text("Export possible : 8 élèves sur 10.")
    page.get_by_label("LSL 1.0 (schéma public d'import)").check()
    page.get_by_role("button", name="Exporter").click()
    expect(page.locator("#avancement")).to_contain_text("0 / 10 (0 %)")
    run_all(site.w)
    expect(page.locator("#etat")).to_have_text("Terminé : 1 fichier prêt.")
    file = downloaded(page, page.get_by_role("link", name="Télécharger").click)
    version = newest(site.w)
    assert (version.profile, file.suggested_filename) == ("lsl-1.0", version.file_name)
    assert file.path().read_bytes() == site.w.artifacts.read(version.sha256, "")


def test_an_export_is_followed_live_without_any_reload(site):
    ids = [ask(site.w, site.ids.own.divisions[code]) for code in ("1MELEC1", "TCUIS1")]
    page = site.visit("head", "/suivi?" + "&".join(f"d={one}" for one in ids))
    page.evaluate("window.same = true")
    for job_id, told in zip(ids, ("10 / 20 (50 %)", "20 / 20 (100 %)"), strict=True):
        export_run.run(site.w, [job_id])
        expect(page.locator("#avancement")).to_contain_text(told)
    expect(page.locator("#etat")).to_have_text("Terminé : 2 fichiers prêts.")
    assert page.locator("progress").evaluate("bar => bar.value / bar.max") == 1
    assert page.evaluate("window.same")


def test_a_cancel_and_an_asking_again_by_keys_alone(site):
    job_id = ask(site.w, site.ids.own.division_id)
    page = site.visit("head", f"/demandes/{job_id}")
    tab_to(page, f"#annuler-{job_id}")
    page.keyboard.press("Enter")
    expect(page.locator("#etat")).to_have_text("Terminé : 1 demande annulée.")
    tab_to(page, f"#relancer-{job_id}")
    page.keyboard.press("Enter")
    expect(page.locator("#avancement")).to_contain_text("0 / 10 (0 %)")
    assert len(all_jobs(site.w)) == 6


def tab_to(page, selector):
    """Press the tab key until the element has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches({selector!r})"):
            return
    raise AssertionError(selector)


def test_the_export_by_keys_alone(site):
    page = site.visit("head", f"/divisions/{site.ids.own.division_id}")
    tab_to(page, "[name=profil]")
    page.keyboard.press("ArrowUp")
    tab_to(page, "#exporter")
    page.keyboard.press("Enter")
    expect(page.locator("#avancement")).to_contain_text("0 / 10 (0 %)")
    run_all(site.w)
    expect(page.locator("#etat")).to_have_text("Terminé : 1 fichier prêt.")
    tab_to(page, "a[download]")
    file = downloaded(page, lambda: page.keyboard.press("Enter"))
    assert file.suggested_filename == newest(site.w).file_name


def test_settings_differences_and_the_mark_of_an_upload_by_keys_alone(site):
    page = site.visit("head", f"{base(site.ids)}/configuration")
    tab_to(page, "[name=projet-premiere]")
    page.keyboard.press("Space")
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    expect(page.locator(".notice-success")).to_be_visible()
    expect(page.locator("[name=projet-premiere]")).to_be_checked()

    version = f"/versions/{site.ids.own.artifact_id}"
    page.goto(site.url + version)
    tab_to(page, f"[href='{version}/ecarts']")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("De la version 1 à la version 2")
    page.go_back()
    tab_to(page, f"form[action='{version}/envoi'] button")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Envoi marqué le")).to_be_visible()


def test_an_all_red_division_has_a_grey_button_that_says_why(site):
    page = site.visit("head", f"/divisions/{site.ids.own.divisions['1AGORA É&2']}")
    button = page.get_by_role("button", name="Exporter")
    expect(button).to_be_disabled()
    expect(button).to_have_accessible_description(
        "Export impossible. Tous les élèves sont en rouge : complétez au moins un livret, ce qui "
        "manque est dit ci-dessous pour chacun."
    )
    page.get_by_text("Le détail").first.click()
    page.get_by_role("link", name="Aucun enseignant").first.click()
    expect(page).to_have_url(re.compile(r"/livrets/\d+#enseignants$"))


def test_lights_follow_while_the_page_is_looked_at(site):
    page = site.visit("head", f"/divisions/{site.ids.own.division_id}")
    expect(page.locator("#comptes")).to_contain_text("Vert : 6")
    page.locator(f"#livret-{site.ids.own.booklets['green']}").focus()
    set_marks(site.w.store, [site.ids.own.booklets["green"]], 1900)
    expect(page.locator("#comptes")).to_contain_text("En calcul : 1")
    recompute.inline(site.w.store, limits=site.w.limits, now=site.w.now)
    expect(page.locator("#comptes")).not_to_contain_text("En calcul")
    expect(page.locator("#verdict")).to_contain_text("Données modifiées depuis la version 2")
    expect(page.locator(f"#livret-{site.ids.own.booklets['green']}")).to_be_focused()


def test_without_a_script_the_page_follows_by_itself(site):
    page = site.visit("head", f"/divisions/{site.ids.own.division_id}", java_script_enabled=False)
    page.get_by_role("button", name="Exporter").click()
    expect(page.locator("#avancement")).to_contain_text("0 / 10 (0 %)")
    set_marks(site.w.store, [site.ids.own.booklets["green"]], 1900)
    run_all(site.w)
    expect(page.locator("#etat")).to_have_text("Terminé : 1 fichier prêt.")
    file = downloaded(page, page.get_by_role("link", name="Télécharger").click)
    assert file.suggested_filename == newest(site.w).file_name
    page.goto(f"{site.url}/verification")
    page.get_by_label("Fichier à vérifier").set_input_files(file.path())
    page.get_by_role("button", name="Vérifier", exact=True).click()
    expect(page.locator("#contenu")).to_contain_text("c’est la version 3 de 1MELEC1, intacte")


def test_a_file_dropped_on_the_page_is_told(site):
    data = site.w.artifacts.read(site.ids.own.sha256, "").decode()
    page = site.visit("head", "/verification")
    given = page.evaluate_handle(
        "text => { const given = new DataTransfer();"
        " given.items.add(new File([text], 'copie.xml')); return given; }",
        data,
    )
    page.dispatch_event("form[data-drop]", "drop", {"dataTransfer": given})
    expect(page.locator("#contenu")).to_contain_text("copie.xml : c’est la version 2 de 1MELEC1")


def test_no_page_is_wider_than_a_narrow_screen(site):
    page = site.visit("head", "/diplomes", viewport=NARROW)
    wide = []
    for path in pages(site):
        page.goto(site.url + path)
        if page.evaluate("document.documentElement.scrollWidth") > NARROW["width"]:
            wide.append(path)
    assert wide == []


def test_axe_finds_no_fault_on_any_page(site, axe):
    page = site.visit("head", "/diplomes")
    found = {}
    for path in pages(site):
        page.goto(site.url + path)
        found[path] = violations(page, axe)
    assert {path: one for path, one in found.items() if one} == {}


def test_the_pages_meet_the_policy_of_scripts_and_styles(site):
    page = site.visit("head", "/diplomes")
    told = []
    page.on("console", lambda one: told.append(one.text) if one.type == "error" else None)
    for path in pages(site):
        page.goto(site.url + path)
    assert told == []
