"""What a hostile page, client or address cannot do."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.store.unit import Store
from pipeline.wiring import Wiring
from tests.web.browsing import Browser
from tests.web.conftest import Visitor
from tests.web.school import PASSWORD, Ids
from web import session_cookie as cookies
from web.app import make_app
from web.main import WithoutTraces
from web.uploads import FORM_BYTES

CHANGES = ("/deconnexion", "/compte/deconnexion-partout", "/compte/jetons")


@pytest.mark.parametrize("url", CHANGES)
@pytest.mark.parametrize("csrf", [None, "", "x", "é", "a" * 5000])
def test_a_form_without_our_value_does_nothing(
    as_head: Browser, url: str, csrf: str | None
) -> None:
    answer = as_head.post(url, data={} if csrf is None else {"csrf": csrf})
    assert answer.status_code == 403
    assert "Rechargez la page" in answer.text
    assert as_head.get("/compte").status_code == 200


def test_the_value_of_another_account_does_nothing(as_head: Browser, ids: Ids) -> None:
    other = ids.people["teacher"].csrf
    assert as_head.post("/deconnexion", data={"csrf": other}).status_code == 403
    assert as_head.post("/deconnexion", headers={"X-CSRF-Token": other}).status_code == 403


def test_the_value_of_a_session_that_ended_does_nothing(as_head: Browser, ids: Ids) -> None:
    old = ids.people["head"].csrf
    as_head.post_form("/deconnexion")
    csrf = as_head.csrf_of("/connexion")
    form = {"csrf": csrf, "login": "head@lslpro.test", "password": PASSWORD}
    assert as_head.post("/connexion", data=form).status_code == 303
    assert as_head.post("/deconnexion", data={"csrf": old}).status_code == 403


def test_the_value_is_also_taken_from_a_header(as_head: Browser, ids: Ids) -> None:
    headers = {"X-CSRF-Token": ids.people["head"].csrf}
    assert as_head.post("/deconnexion", headers=headers).status_code == 303


def test_a_value_in_json_or_plain_text_is_not_looked_at(as_head: Browser, ids: Ids) -> None:
    text = f"csrf={ids.people['head'].csrf}"
    answer = as_head.post("/deconnexion", content=text, headers={"content-type": "text/plain"})
    assert answer.status_code == 403
    assert as_head.post("/deconnexion", json={"csrf": ids.people["head"].csrf}).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_sent_from_elsewhere_does_nothing(as_head: Browser, site: str) -> None:
    answer = as_head.post_form("/deconnexion", headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403


def test_a_log_in_form_needs_the_cookie_that_goes_with_it(site: Browser, visitor: Visitor) -> None:
    form = {"login": "head@lslpro.test", "password": PASSWORD}
    assert site.post("/connexion", data=form).status_code == 403
    theirs = visitor("anonymous").csrf_of("/connexion")
    assert site.post("/connexion", data=form | {"csrf": theirs}).status_code == 403
    site.csrf_of("/connexion")
    assert site.post("/connexion", data=form | {"csrf": theirs}).status_code == 403


def test_a_visitor_cookie_that_we_did_not_sign_is_replaced(site: Browser) -> None:
    name = cookies.name(site.settings, cookies.VISIT)
    site.cookies.set(name, "nonce", domain="lslpro.test")
    assert name in site.get("/connexion").headers["set-cookie"]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:443", "lslpro.test@evil.example", "", "[::1", "a b"]
)
def test_no_answer_repeats_a_hostile_host(site: Browser, host: str) -> None:
    for url in ("/", "/connexion", "/connexion/", "/rien", "/static", "/static/"):
        answer = site.get(url, headers={"Host": host})
        assert answer.status_code < 500
        assert not host or host not in answer.text + str(answer.headers)


def test_a_large_form_is_refused_by_its_length(as_head: Browser) -> None:
    answer = as_head.post_form("/compte/jetons", {"label": "x" * FORM_BYTES})
    assert answer.status_code == 413
    assert "Envoi trop volumineux" in answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_a_large_form_in_pieces_is_refused_as_it_comes(as_head: Browser) -> None:
    read = []

    def pieces() -> Iterator[bytes]:
        yield f"csrf={as_head.csrf}&label=".encode()
        for _ in range(100):
            read.append(1)
            yield b"x" * 100_000

    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = as_head.post("/compte/jetons", content=pieces(), headers=headers)
    assert answer.status_code == 413
    assert "Envoi trop volumineux" in answer.text


def test_a_form_at_the_limit_is_read(as_head: Browser) -> None:
    head = f"csrf={as_head.csrf}&label="
    for size, status in ((FORM_BYTES, 422), (FORM_BYTES + 1, 413)):
        body = head.encode() + b"x" * (size - len(head))
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = as_head.post("/compte/jetons", content=body, headers=headers)
        assert answer.status_code == status


def test_a_form_of_too_many_fields_is_refused(as_head: Browser) -> None:
    body = f"csrf={as_head.csrf}" + "&a=" * 20_000
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert as_head.post("/compte/jetons", content=body, headers=headers).status_code == 400


def test_a_broken_multipart_form_is_refused_plainly(as_head: Browser) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    answer = as_head.post("/compte/jetons", content=b"--y\r\n\r\nrien", headers=headers)
    assert answer.status_code in {400, 403}
    assert "<h1>" in answer.text


@pytest.mark.parametrize("who", ["anonymous", "head"])
def test_a_large_file_is_taken_from_who_is_known_only(visitor: Visitor, who: str) -> None:
    files = {"fichier": ("a.xml", b"x" * (FORM_BYTES * 2), "text/xml")}
    browser = visitor(who)
    answer = browser.post("/verification", data={"csrf": browser.csrf}, files=files)
    assert (answer.status_code == 413) == (who == "anonymous")


def test_a_large_file_with_a_token_that_is_none_is_not_taken(site: Browser) -> None:
    headers = {"Authorization": "Bearer lslpro_x"}
    files = {"file": ("a.xml", b"x" * (FORM_BYTES * 2), "text/xml")}
    assert site.post("/api/v1/verify", files=files, headers=headers).status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static/....//app.py",
        "/static//etc/passwd", "/static/%5c..%5capp.py", "/static/.", "/static/site.css%00.js",
        "/static/%c0%ae%c0%ae/app.py", "/static/" + "a" * 5000,
    ],
)  # fmt: skip
def test_nothing_but_the_static_files_is_served(site: Browser, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code in {303, 404}, answer.text[:200]
    assert "make_app" not in answer.text


@pytest.mark.parametrize(
    ("method", "url", "status", "title"),
    [
        ("GET", "/rien", 404, "Page introuvable"),
        ("GET", "/compte/jetons", 405, "Action impossible ici"),
        ("DELETE", "/compte", 405, "Action impossible ici"),
        ("POST", "/compte/sessions/x/fin", 422, "Saisie à corriger"),
    ],
)
def test_an_error_is_a_page_in_french(
    as_head: Browser, method: str, url: str, status: int, title: str
) -> None:
    data = {"csrf": as_head.csrf} if method == "POST" else None
    answer = as_head.request(method, url, data=data)
    assert answer.status_code == status
    assert f"<h1>{title}</h1>" in answer.text
    assert "Se déconnecter" in answer.text  # the menu is there


def test_a_script_of_a_page_gets_a_problem(site: Browser) -> None:
    answer = site.get("/compte", headers={"accept": "application/json"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_logged_in"


def broken() -> None:
    raise KeyError("MARTIN Lina")


def test_a_bug_gives_a_reference_and_tells_nothing(
    w: Wiring, capsys: pytest.CaptureFixture[str]
) -> None:
    app = make_app(w)
    app.get("/casse")(broken)
    answer = Browser(app, w.settings).get("/casse")
    assert answer.status_code == 500
    assert "Référence\u00a0: " in answer.text
    said = capsys.readouterr().out
    assert "MARTIN" not in answer.text + said
    reference = answer.text.partition("Référence\u00a0: ")[2][:8]
    assert reference in said
    assert answer.headers["content-security-policy"]


def test_an_absent_database_is_told_to_come_back(w: Wiring, ids: Ids, tmp_path: Path) -> None:
    away = Store(f"sqlite:///{tmp_path}", lambda _messages: None)  # a folder is no database
    browser = Browser(make_app(replace(w, store=away)), w.settings, ids.people["head"])
    answer = browser.get("/compte")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "momentanément" in answer.text
    assert browser.get("/rien").status_code == 404


def test_what_uvicorn_says_of_an_error_has_no_trace() -> None:
    logger = logging.getLogger("uvicorn.error")
    record = logger.makeRecord("x", 40, "f", 1, "broken", (), (KeyError, KeyError("MARTIN"), None))
    assert WithoutTraces().filter(record)
    assert "MARTIN" not in logging.Formatter().format(record)


def test_no_log_line_holds_an_address_an_invitation_or_a_name(
    site: Browser, ids: Ids, w: Wiring, capsys: pytest.CaptureFixture[str]
) -> None:
    site.get(f"/invitation/{ids.invitation}?nom=MARTIN")
    site.get("/connexion?suite=%2Fdivisions%2F2")
    site.get("/rien/MARTIN?x=MARTIN")
    site.post("/connexion", data={"login": "MARTIN", "csrf": site.visit_csrf()})
    said = capsys.readouterr().out
    assert said.count("request ") == 4
    assert "/invitation/{token}" in said
    assert not any(word in said for word in (ids.invitation, "MARTIN", "suite"))
