"""The configuration and the nights on pages."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from pipeline import export_run, nightly
from pipeline.domain.periods import Level
from pipeline.levels import listed
from pipeline.wiring import Wiring
from tests.usecases.exporting import all_jobs, execute
from tests.web.browsing import Browser
from tests.web.permissions.head import choice
from tests.web.school import Ids
from tests.web.test_head_pages import page, plain


@pytest.fixture
def url(ids: Ids) -> str:
    return "/lsl/{uai}/{annee}/{diplome}/configuration".format(**choice(ids.own))


def level(w: Wiring, ids: Ids):
    (found,) = [row for row in listed(w.store, ids.own.uai) if row.diploma_code == ids.own.diploma]
    assert found.level == Level.PREMIERE
    return found


def form(html: str) -> dict[str, str]:
    """What a browser would send of the page's form."""
    sent = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', html))
    for kind, name, rest in re.findall(r'<input type="(radio|checkbox)" name="([^"]+)"([^>]*)>',
                                       html):  # fmt: skip
        if " checked" in rest and " disabled" not in rest:
            value = re.search('value="([^"]*)"', rest)
            sent[name] = value[1] if value else "on"
        assert kind
    return sent


def emptied(w: Wiring, ids: Ids) -> None:
    """Nothing entered in the level."""
    of_division = "booklet_id IN (SELECT id FROM booklet WHERE division_id = :id)"
    for table in ("rating", "period_average", "teacher", "evaluation", "pfmp", "project"):
        execute(w.store, f"DELETE FROM {table} WHERE {of_division}", id=ids.own.division_id)


def test_the_periodicity_is_locked_with_the_count_of_booklets(as_head: Browser, url: str) -> None:
    html = page(as_head, url)
    assert "9 livrets contiennent déjà des données" in plain(html)
    for tag in re.findall(r'<input type="radio"[^>]*>', html):
        assert " disabled" in tag


def test_choices_are_saved_and_a_locked_periodicity_stays(
    as_head: Browser, w: Wiring, ids: Ids, url: str
) -> None:
    sent = form(page(as_head, url)) | {"pfmp-premiere": "on"}
    answer = as_head.post_form(url, sent)
    assert answer.headers["location"] == url
    assert "Configuration enregistrée." in plain(page(as_head, url))
    found = level(w, ids)
    assert (found.exports_pfmp, found.exports_project, found.periodicity) == (
        True,
        False,
        "semester",
    )


def test_a_forged_periodicity_is_refused_with_its_reason(
    as_head: Browser, w: Wiring, ids: Ids, url: str
) -> None:
    forged = {"periodicite-premiere": "trimester", "pfmp-premiere": "on"}
    answer = as_head.post_form(url, form(page(as_head, url)) | forged)
    assert answer.status_code == 409
    assert "9 livret(s) contiennent déjà des données" in plain(answer.text)
    assert level(w, ids).exports_pfmp is False


def test_a_stale_form_is_refused_by_its_reason(
    as_head: Browser, as_ddfpt: Browser, w: Wiring, ids: Ids, url: str
) -> None:
    stale = form(page(as_head, url)) | {"projet-premiere": "on"}
    as_ddfpt.post_form(url, form(page(as_ddfpt, url)) | {"pfmp-premiere": "on"})
    stale.pop("csrf")
    answer = as_head.post_form(url, stale)
    assert answer.status_code == 409
    assert "a changé depuis l'affichage" in plain(answer.text)
    assert level(w, ids).exports_project is False


def test_before_any_entry_the_periodicity_is_free(
    as_head: Browser, w: Wiring, ids: Ids, url: str
) -> None:
    emptied(w, ids)
    html = page(as_head, url)
    assert " disabled" not in html
    as_head.post_form(url, form(html) | {"periodicite-premiere": "trimester"})
    assert level(w, ids).periodicity == "trimester"


@pytest.mark.parametrize("spoiled", [{"periodicite-premiere": "year"}, {"vu-premiere": ""},
                                     {"vu-premiere": "semester,0,0,x"}])  # fmt: skip
def test_a_form_that_is_none_of_ours_changes_nothing(
    as_head: Browser, w: Wiring, ids: Ids, url: str, spoiled: dict[str, str]
) -> None:
    before = level(w, ids)
    sent = form(page(as_head, url)) | {"pfmp-premiere": "on"} | spoiled
    assert as_head.post_form(url, sent).status_code == 422
    assert level(w, ids) == before


# ---- nights


def test_a_night_tells_ones_own_divisions_and_what_to_do(
    as_head: Browser, as_other_head: Browser, w: Wiring, ids: Ids
) -> None:
    assert "Aucune nuit" in plain(page(as_head, "/nuits"))
    assert nightly.begin(w, dt.date(2026, 11, 24))
    export_run.run(w, [row.id for row in all_jobs(w)])
    html = page(as_head, "/nuits")
    words = plain(html)
    assert "24/11/2026 lslpro-draft-1 3 1 1 1 0 0" in words
    assert "1AGORA É&2 : refusé (aucun élève exportable)" in words
    assert "Complétez au moins un livret" in words
    assert f'href="/divisions/{ids.own.divisions["1AGORA É&2"]}"' in html
    assert f'href="/divisions/{ids.other.divisions["1AGORA É&2"]}"' not in html
