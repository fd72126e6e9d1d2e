"""Asking for files on pages: one job a form, live progress, cancel, ask again."""

from __future__ import annotations

import json
import re

import pytest

from pipeline import export_run
from pipeline.domain.states import JobState
from pipeline.queue import Message
from pipeline.wiring import Wiring
from tests.usecases.exporting import all_jobs, ask, execute, poison, run_messages
from tests.web.browsing import Browser
from tests.web.permissions.head import FORM, choice
from tests.web.school import Ids
from tests.web.test_head_pages import page, plain


@pytest.fixture
def url(ids: Ids) -> str:
    return f"/divisions/{ids.own.division_id}"


def job_of(answer) -> str:
    assert answer.status_code == 303, answer.text[:300]
    return str(answer.headers["location"]).removeprefix("/demandes/")


def key_of(html: str) -> str:
    found = re.search(r'name="cle" value="([^"]+)"', html)
    assert found
    return found[1]


def new_jobs(w: Wiring) -> list[str]:
    return [row.id for row in all_jobs(w) if row.requested_by.startswith("user:")]


# ---- one division


def test_from_the_button_to_the_file(
    as_head: Browser, w: Wiring, sent: list[Message], url: str
) -> None:
    key = key_of(page(as_head, url))
    job_id = job_of(as_head.post_form(f"{url}/exports", {"cle": key, "profil": "lsl-1.0"}))
    html = page(as_head, f"/demandes/{job_id}")
    assert "0 / 10 (0 %)" in plain(html)
    assert '<progress id="barre" max="10" value="0">' in html
    run_messages(w, sent)
    html = page(as_head, f"/demandes/{job_id}")
    assert "10 / 10 (100 %)" in plain(html)
    assert "8 exportés sur 10" in plain(html)
    address = re.search(r'href="(/versions/\d+/fichier)"', html)
    assert address
    assert as_head.get(address[1]).headers["content-type"] == "application/xml"


def test_a_double_click_makes_one_job(as_head: Browser, w: Wiring, url: str) -> None:
    first = job_of(as_head.post_form(f"{url}/exports", FORM))
    export_run.run(w, [first])
    assert job_of(as_head.post_form(f"{url}/exports", FORM)) == first
    assert new_jobs(w) == [first]


def test_each_showing_of_a_form_has_a_key_of_its_own(as_head: Browser, url: str) -> None:
    assert key_of(page(as_head, url)) != key_of(page(as_head, url))


def test_a_key_that_served_for_another_division_is_refused_in_plain_words(
    as_head: Browser, w: Wiring, ids: Ids, url: str
) -> None:
    job_of(as_head.post_form(f"{url}/exports", FORM))
    other = f"/divisions/{ids.own.divisions['TCUIS1']}"
    answer = as_head.post_form(f"{other}/exports", FORM)
    assert answer.status_code == 409
    assert "Ce formulaire a déjà servi" in plain(answer.text)
    assert len(new_jobs(w)) == 1


@pytest.mark.parametrize(
    "spoiled", [{"cle": ""}, {"cle": "\0" * 20}, {"cle": "k" * 65}, {"profil": "x" * 41}]
)
def test_a_form_that_is_none_of_ours_makes_no_job(
    as_head: Browser, w: Wiring, url: str, spoiled: dict[str, str]
) -> None:
    assert as_head.post_form(f"{url}/exports", FORM | spoiled).status_code == 422
    assert new_jobs(w) == []


def test_a_profile_that_is_none_makes_no_job(as_head: Browser, w: Wiring, url: str) -> None:
    assert as_head.post_form(f"{url}/exports", FORM | {"profil": "../x"}).status_code == 404
    assert new_jobs(w) == []


def test_a_form_of_another_site_makes_no_job(as_head: Browser, w: Wiring, url: str) -> None:
    assert as_head.post(f"{url}/exports", data=FORM).status_code == 403
    assert new_jobs(w) == []


# ---- several divisions


def test_all_divisions_are_asked_for_and_followed_together(
    as_head: Browser, w: Wiring, sent: list[Message], ids: Ids
) -> None:
    base = "/lsl/{uai}/{annee}/{diplome}".format(**choice(ids.own))
    answer = as_head.post_form(f"{base}/exports", FORM)
    followed = answer.headers["location"]
    assert "Export en cours : suivre" in plain(page(as_head, f"{base}/divisions"))
    run_messages(w, sent)
    assert "Terminé : 1 fichier prêt." in plain(page(as_head, followed))


def two_jobs(w: Wiring, ids: Ids) -> list[str]:
    return [ask(w, ids.own.divisions[code]) for code in ("1MELEC1", "TCUIS1")]


def test_progress_over_divisions_is_true_while_it_runs(
    as_head: Browser, w: Wiring, ids: Ids
) -> None:
    jobs = two_jobs(w, ids)
    url = "/suivi?" + "&".join(f"d={one}" for one in jobs)
    assert "0 / 20 (0 %)" in plain(page(as_head, url))
    export_run.run(w, jobs[:1])
    words = plain(page(as_head, url))
    assert "Divisions terminées : 1 sur 2. Élèves traités : 10 / 20 (50 %)." in words
    export_run.run(w, jobs[1:])
    assert "Terminé : 2 fichiers prêts." in plain(page(as_head, url))


def test_a_job_of_another_school_among_them_is_not_found(
    as_head: Browser, w: Wiring, ids: Ids
) -> None:
    url = f"/suivi?d={ids.own.job_id}"
    assert as_head.get(url).status_code == 200
    assert as_head.get(f"{url}&d={ids.other.job_id}").status_code == 404


# ---- cancel and ask again


def test_a_cancelled_job_is_said_so_and_asked_again_in_its_place(
    as_head: Browser, w: Wiring, ids: Ids
) -> None:
    first, second = two_jobs(w, ids)
    answer = as_head.post_form(f"/demandes/{first}/annulation", {"d": [first, second]})
    assert answer.headers["location"] == f"/suivi?d={first}&d={second}"
    html = page(as_head, answer.headers["location"])
    assert "Annulé" in plain(html)
    again = {"d": [first, second], "cle": key_of(html)}
    answer = as_head.post_form(f"/demandes/{first}/relance", again)
    repeated = as_head.post_form(f"/demandes/{first}/relance", again)
    assert answer.headers["location"] == repeated.headers["location"]
    (new,) = new_jobs(w)
    assert answer.headers["location"] == f"/suivi?d={new}&d={second}"


def test_an_ended_job_is_not_cancelled_and_a_waiting_one_not_asked_again(
    as_head: Browser, w: Wiring, ids: Ids
) -> None:
    answer = as_head.post_form(f"/demandes/{ids.own.job_id}/annulation")
    assert answer.status_code == 409
    assert "déjà terminée" in plain(answer.text)
    waiting = ask(w, ids.own.division_id)
    answer = as_head.post_form(f"/demandes/{waiting}/relance", FORM)
    assert answer.status_code == 409
    assert "pas terminée" in plain(answer.text)


def test_where_one_goes_after_a_cancel_is_never_another_site(
    as_head: Browser, w: Wiring, ids: Ids
) -> None:
    waiting = ask(w, ids.own.division_id)
    answer = as_head.post_form(f"/demandes/{waiting}/annulation", {"d": "//evil.example/"})
    assert answer.headers["location"] == "/demandes/%2F%2Fevil.example%2F"


def test_a_failed_job_says_what_to_do(as_head: Browser, w: Wiring, ids: Ids) -> None:
    poison(w.store, ids.own.division_id)
    job_id = ask(w, ids.own.division_id)
    export_run.run(w, [job_id])
    words = plain(page(as_head, f"/demandes/{job_id}"))
    assert "Échec : fichier refusé au contrôle" in words
    assert "prévenez l’administrateur" in words


def test_a_cancel_of_a_running_job_is_said_to_be_asked_for(
    as_head: Browser, w: Wiring, ids: Ids
) -> None:
    job_id = ask(w, ids.own.division_id)
    execute(w.store, "UPDATE export_job SET state = :state, token = 'x' WHERE id = :id",
            state=JobState.RUNNING, id=job_id)  # fmt: skip
    assert "En cours" in plain(page(as_head, f"/demandes/{job_id}"))
    as_head.post_form(f"/demandes/{job_id}/annulation")
    assert "Annulation demandée" in plain(page(as_head, f"/demandes/{job_id}"))


# ---- without a script, and with one


def test_without_a_script_the_page_reloads_until_all_ended(
    as_head: Browser, w: Wiring, ids: Ids
) -> None:
    waiting = ask(w, ids.own.division_id)
    refresh = '<noscript><meta http-equiv="refresh" content="3"></noscript>'
    html = page(as_head, f"/demandes/{waiting}")
    assert refresh in html
    assert f'data-events="/evenements/demandes?d={waiting}"' in html
    html = page(as_head, f"/demandes/{ids.own.job_id}")
    assert refresh not in html
    assert "data-events" not in html


def events(text: str) -> list[dict[str, object]]:
    return [json.loads(line.removeprefix("data: ")) for line in text.splitlines()
            if line.startswith("data: ")]  # fmt: skip


def test_events_tell_how_far_jobs_are_and_end_with_them(as_head: Browser, ids: Ids) -> None:
    answer = as_head.get(f"/evenements/demandes?d={ids.own.job_id}")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.rstrip().endswith("event: fin\ndata: {}")
    assert events(answer.text)[0] == {
        "done": 10, "total": 10, "ended": 1, "states": {ids.own.job_id: "ready"},
        "words": "10 / 10 (100 %)",
    }  # fmt: skip


def test_events_of_lights_tell_counts_and_no_name(as_head: Browser, ids: Ids) -> None:
    answer = as_head.get(f"/evenements/divisions/{ids.own.division_id}?duree=0")
    (told,) = events(answer.text)
    assert {name: told[name] for name in ("red", "orange", "green", "pending")} == {
        "red": 2, "orange": 2, "green": 6, "pending": 0,
    }  # fmt: skip
    assert set(told) == {"red", "orange", "green", "pending", "mark"}


def test_events_are_refused_before_they_begin(as_other_head: Browser, ids: Ids) -> None:
    for url in (f"demandes?d={ids.own.job_id}", f"divisions/{ids.own.division_id}"):
        assert as_other_head.get(f"/evenements/{url}").status_code == 404
