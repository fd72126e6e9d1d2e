"""Logging in and out, invitations, and one's own account."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from pipeline import tokens
from pipeline.errors import NotLoggedIn
from pipeline.wiring import Wiring
from tests.usecases.exporting import Clock
from tests.web.browsing import Browser
from tests.web.conftest import Visitor
from tests.web.school import PASSWORD, Ids
from web import session_cookie as cookies
from web.pages.login import local

HEAD = "head@lslpro.test"
NEW = "une autre phrase, bien longue"


def log_in(browser: Browser, login: str = HEAD, password: str = PASSWORD, **more: str):
    csrf = browser.csrf_of("/connexion")
    data = {"csrf": csrf, "login": login, "password": password} | more
    return browser.post("/connexion", data=data)


def test_a_head_logs_in_and_comes_where_he_wanted(site: Browser) -> None:
    sent_to_log_in = site.get("/compte?x=1")
    assert sent_to_log_in.headers["location"] == "/connexion?suite=%2Fcompte%3Fx%3D1"
    answer = log_in(site, suite="/compte?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/compte?x=1")
    assert "Mon compte" in site.get("/compte").text


@pytest.mark.parametrize(
    ("login", "password"),
    [("personne@lslpro.test", PASSWORD), (HEAD, "autre chose"), ("", ""), (HEAD, "x" * 5000)],
)
def test_a_refused_log_in_does_not_tell_why(site: Browser, login: str, password: str) -> None:
    answer = log_in(site, login, password)
    assert answer.status_code == 401
    assert "Adresse électronique ou mot de passe non reconnus" in answer.text
    assert "set-cookie" not in answer.headers


def test_what_was_typed_as_a_login_is_shown_escaped(site: Browser) -> None:
    answer = log_in(site, '"><script>alert(1)</script>')
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_too_many_tries_are_told_how_long_to_wait(site: Browser) -> None:
    for _ in range(20):
        answer = log_in(site, HEAD, "autre chose")
        if answer.status_code != 401:
            break
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert re.search(r"attendez \d+ (seconde|minute)", answer.text)
    assert log_in(site).status_code == 429  # the right password waits too


def test_a_log_in_gives_a_session_that_nobody_chose(
    site: Browser, visitor: Visitor, ids: Ids
) -> None:
    planted = ids.people["teacher"].token  # a session of the attacker's own
    csrf = site.csrf_of("/connexion")
    site.hold(cookies.SESSION, planted)
    data = {"csrf": csrf, "login": HEAD, "password": PASSWORD}
    assert site.post("/connexion", data=data).status_code == 303
    assert "head@lslpro.test" in site.get("/compte").text
    attacker = visitor("teacher")
    assert attacker.get("/compte").status_code == 303  # and the planted one has ended


def test_a_session_cookie_that_we_did_not_sign_is_nobody(site: Browser, ids: Ids) -> None:
    name = cookies.name(site.settings, cookies.SESSION)
    site.cookies.set(name, ids.people["head"].token)
    assert site.get("/compte").headers["location"].startswith("/connexion")


def test_a_log_out_ends_the_session_itself(as_head: Browser, visitor: Visitor) -> None:
    answer = as_head.post_form("/deconnexion")
    assert answer.headers["location"] == "/connexion"
    assert "Votre session est fermée." in as_head.get("/connexion").text
    assert "Votre session est fermée." not in as_head.get("/connexion").text  # once
    assert visitor("head").get("/compte").status_code == 303  # the cookie of before, kept


def test_a_log_out_everywhere_ends_the_other_browsers_too(
    as_head: Browser, visitor: Visitor
) -> None:
    other = visitor("anonymous")
    log_in(other)
    assert other.get("/compte").status_code == 200
    assert as_head.post_form("/compte/deconnexion-partout").status_code == 303
    assert as_head.get("/compte").status_code == other.get("/compte").status_code == 303


def test_one_session_is_ended_from_another(as_head: Browser, visitor: Visitor) -> None:
    other = visitor("anonymous")
    log_in(other)
    number = re.search(r"/compte/sessions/(\d+)/fin", as_head.get("/compte").text)
    assert number
    as_head.post_form(f"/compte/sessions/{number[1]}/fin")
    assert other.get("/compte").status_code == 303
    assert as_head.get("/compte").status_code == 200


def test_a_session_of_another_account_is_not_ended(as_teacher: Browser, as_head: Browser) -> None:
    for number in range(1, 10):
        as_teacher.post_form(f"/compte/sessions/{number}/fin")
    assert as_head.get("/compte").status_code == 200


def test_an_idle_session_ends(as_head: Browser, clock: Clock) -> None:
    clock.move(2 * 3600)
    assert as_head.get("/compte").status_code == 303


def test_a_page_that_only_watches_does_not_keep_a_session(as_head: Browser, clock: Clock) -> None:
    for _ in range(3):
        clock.move(2400)
        as_head.get("/compte/x", headers={"accept": "text/event-stream"})
    assert as_head.get("/compte").status_code == 303


def test_the_token_of_a_session_is_replaced_on_the_way(as_head: Browser, clock: Clock) -> None:
    name = cookies.name(as_head.settings, cookies.SESSION)
    before = as_head.cookies[name]
    clock.move(16 * 60)
    assert as_head.get("/compte").status_code == 200
    assert as_head.cookies[name] != before
    clock.move(60)
    assert as_head.get("/compte").status_code == 200


def test_an_error_page_renews_the_token_too(as_head: Browser, clock: Clock) -> None:
    name = cookies.name(as_head.settings, cookies.SESSION)
    before = as_head.cookies[name]
    clock.move(16 * 60)
    assert as_head.get("/rien").status_code == 404
    assert as_head.cookies[name] != before


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)",
        "https://evil.example", "evil.example", "\\\\evil.example", "/%0d%0aX: y\r\nX: y", "",
        " //evil.example", "/\x00", "/connexion?suite=/connexion", "///evil", "/é" + "x" * 2000,
    ],
)  # fmt: skip
def test_only_a_path_of_ours_is_gone_to_after_a_log_in(site: Browser, address: str) -> None:
    assert log_in(site, suite=address).headers["location"] == "/"
    assert site.get("/connexion", params={"suite": address}).headers["location"] == "/"


@pytest.mark.parametrize("address", ["/", "/divisions/2", "/suivi?d=a&d=b", "/lsl/0/2026/2/x%20y"])
def test_a_path_of_ours_is_kept(address: str) -> None:
    assert local(address) == address


def test_an_invitation_gives_a_password_once(site: Browser, ids: Ids) -> None:
    url = f"/invitation/{ids.invitation}"
    assert "Inès INVITÉE" in site.get(url).text
    form = {"csrf": site.csrf_of(url), "password": NEW, "again": NEW}
    assert site.post(url, data=form).headers["location"] == "/connexion"
    assert log_in(site, "invitee@lslpro.test", NEW).status_code == 303
    gone = site.get(url)
    assert gone.status_code == 410
    assert "Demandez-en une nouvelle" in gone.text


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [("court", "court", "12 caractères"), (NEW, f"{NEW}.", "ne sont pas les mêmes")],
)
def test_a_refused_password_leaves_the_invitation_good(
    site: Browser, ids: Ids, password: str, again: str, said: str
) -> None:
    url = f"/invitation/{ids.invitation}"
    form = {"csrf": site.csrf_of(url), "password": password, "again": again}
    answer = site.post(url, data=form)
    assert answer.status_code == 422
    assert said in answer.text
    assert password not in answer.text
    assert site.get(url).status_code == 200


def test_an_old_invitation_is_not_usable(site: Browser, ids: Ids, clock: Clock) -> None:
    clock.move(dt.timedelta(days=8).total_seconds())
    assert site.get(f"/invitation/{ids.invitation}").status_code == 410


def test_a_password_is_changed_by_who_knows_it(as_head: Browser, visitor: Visitor) -> None:
    wrong = {"current": "autre chose", "password": NEW, "again": NEW}
    answer = as_head.post_form("/compte/mot-de-passe", wrong)
    assert answer.status_code == 422
    assert "n’est pas celui-là" in answer.text
    assert as_head.post_form("/compte/mot-de-passe", wrong | {"current": PASSWORD}).is_redirect
    assert log_in(visitor("anonymous"), HEAD, NEW).status_code == 303
    assert as_head.get("/compte").status_code == 200


def test_an_api_token_is_shown_once_and_ends_when_revoked(as_head: Browser, w: Wiring) -> None:
    form = {"label": "tableau <b>", "scope": ["read"], "days": "30"}
    made = as_head.post_form("/compte/jetons", form)
    secret = re.search(r"<code>(lslpro_[\w-]+)</code>", made.text)
    assert secret
    again = as_head.get("/compte").text
    assert secret[1] not in again
    assert "tableau &lt;b&gt;" in again
    number = re.search(r"/compte/jetons/(\d+)/suppression", again)
    assert number
    assert as_head.post_form(f"/compte/jetons/{number[1]}/suppression").status_code == 303
    with pytest.raises(NotLoggedIn):
        tokens.resolve(w, secret[1])


def test_a_token_beyond_the_role_is_refused(as_teacher: Browser) -> None:
    form = {"label": "essai", "scope": ["administer"], "days": "30"}
    answer = as_teacher.post_form("/compte/jetons", form)
    assert answer.status_code == 422
    assert "parmi ceux de votre rôle" in answer.text


@pytest.mark.parametrize(
    ("who", "where"),
    [
        ("head", "/diplomes"),
        ("ddfpt", "/diplomes"),
        ("teacher", "/saisie"),
        ("administrator", "/administration"),
    ],
)
def test_each_role_begins_where_it_works(visitor: Visitor, who: str, where: str) -> None:
    assert visitor(who).get("/").headers["location"] == where
