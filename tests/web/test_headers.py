"""The headers and cookies of every answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web import school
from tests.web.browsing import Browser
from tests.web.conftest import Visitor
from tests.web.school import PASSWORD
from web import session_cookie as cookies
from web.app import make_app
from web.downloads import disposition, send_file
from web.templating import static
from web.views import section

URLS = ("/connexion", "/", "/rien", "/api/v1/rien", "/static/site.css", "/static/rien", "/compte/")
PLAIN = "http://127.0.0.1:8000"


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("who", ["anonymous", "head"])
def test_every_answer_has_strict_headers(visitor: Visitor, url: str, who: str) -> None:
    headers = visitor(who).get(url).headers
    policy = headers["content-security-policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert not any("unsafe" in one or "*" in one or "http" in one for one in policy)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["strict-transport-security"]
    is_file = url == "/static/site.css"
    assert headers["cache-control"] == ("no-cache" if is_file else "no-store")


def test_a_file_of_the_site_is_kept_only_under_its_digest(as_head: Browser) -> None:
    address = static("site.css")
    assert as_head.get(address).headers["cache-control"].startswith("public, max-age=31536000")
    found = as_head.get("/static/entry-save.js")  # a module imports it by its name alone
    assert found.headers["cache-control"] == "no-cache"
    again = as_head.get("/static/entry-save.js", headers={"If-None-Match": found.headers["etag"]})
    assert (again.status_code, again.headers["cache-control"]) == (304, "no-cache")
    assert as_head.get("/static/rien.js?v=1").headers["cache-control"] == "no-store"


def test_a_page_has_no_inline_script_style_or_handler(as_head: Browser) -> None:
    for url in ("/connexion", "/compte", "/rien"):
        text = as_head.get(url).text
        assert not any(word in text for word in ("<script>", "<style", " style=", " onclick"))


def _cookies_of_a_log_in(url: str, tmp_path: Path, made: Path, clock: object) -> list[str]:
    settings = school.settings_of(made, url)
    w = school.wiring_of(settings, [], clock)  # type: ignore[arg-type]
    browser = Browser(make_app(w), settings)
    form = {"csrf": browser.visit_csrf(), "login": "head@lslpro.test", "password": PASSWORD}
    answer = browser.post("/connexion", data=form)
    w.store.engine.dispose()
    assert answer.status_code == 303
    return answer.headers.get_list("set-cookie")


@pytest.mark.parametrize(
    ("url", "prefix", "is_secure"), [(school.SITE, "__Host-", True), (PLAIN, "", False)]
)
def test_the_cookies_are_ours_alone(
    w: object, tmp_path: Path, clock: object, url: str, prefix: str, *, is_secure: bool
) -> None:
    found = _cookies_of_a_log_in(url, tmp_path, tmp_path / "home", clock)
    session = next(one for one in found if cookies.SESSION in one)
    assert session.startswith(f"{prefix}lslpro_session=")
    flags = session.split("; ")[1:]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(flags)
    assert ("Secure" in flags) == is_secure
    assert not any(flag.startswith("Domain") for flag in flags)


def test_over_plain_http_nothing_is_promised_for_https(
    w: object, tmp_path: Path, clock: object
) -> None:
    settings = school.settings_of(tmp_path / "home", PLAIN)
    made = school.wiring_of(settings, [], clock)  # type: ignore[arg-type]
    answer = Browser(make_app(made), settings).get("/connexion")
    made.store.engine.dispose()
    assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize(
    ("name", "plain", "true"),
    [
        ("LSLPRO_v001.xml", "LSLPRO_v001.xml", ""),
        ("a b.xml", "a_b.xml", "a%20b.xml"),
        ("été.xls", "ete.xls", "%C3%A9t%C3%A9.xls"),
        ('"; x="\r\nSet-Cookie: a=b', "__x_Set-Cookie_a_b", "%3B%20x%3DSet-Cookie%20a%3Db"),
        ("../../etc/passwd", "etcpasswd", ""),
        ("\u202egnp.exe", "gnp.exe", ""),
        ("", "fichier", ""),
        ("...", "fichier", ""),
    ],
)
def test_a_name_cannot_leave_its_header(name: str, plain: str, true: str) -> None:
    more = f"; filename*=UTF-8''{true}" if true else ""
    assert disposition(name) == f'attachment; filename="{plain}"{more}'


def test_a_file_is_given_with_its_digest() -> None:
    sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    answer = send_file(b"hello", "a.xml", sha256, "application/xml")
    assert answer.headers["etag"] == f'"{sha256}"'
    assert answer.headers["repr-digest"] == "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:"
    assert answer.headers["content-length"] == "5"


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("/divisions/2", "Divisions"),
        ("/lsl/0999999Z/2026/25520/divisions", "Divisions"),
        ("/lsl/0999999Z/2026/25520/configuration", "Configuration"),
        ("/livrets/3", "Saisie"),
        ("/divisions/2/grille", "Saisie"),
        ("/administration/comptes", "Administration"),
        ("/compte", ""),
        ("/", ""),
    ],
)
def test_a_page_stands_under_a_word_of_the_menu(path: str, word: str) -> None:
    assert section(path) == word
