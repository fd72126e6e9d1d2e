"""Attacks that were tried on the pages and the API, each once found open."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI

from pipeline import accounts, sessions, tokens
from pipeline.domain.accounts import Role, Scope
from pipeline.wiring import Wiring
from tests.web.browsing import Browser
from tests.web.programs import Program
from tests.web.school import OWN, PASSWORD, Ids
from web.uploads import FORM_BYTES

FORM = "application/x-www-form-urlencoded"
BEYOND = 10**25
NEW = "une autre phrase, bien longue"


def appreciation(browser: Browser, ids: Ids) -> str:
    """What stands in a booklet, as the page's script asks for it."""
    url = f"/livrets/{ids.own.booklet_id}/etat?revision=0"
    answer = browser.get(url, headers={"accept": "application/json"})
    assert answer.status_code == 200
    return str(answer.json()["values"].get("appreciation", ""))


def slowly(first: bytes, meanwhile: Callable[[], None], rest: bytes) -> Iterator[bytes]:
    """A body whose end comes after something else happened."""
    yield first
    meanwhile()
    yield rest


def losing(w: Wiring, ids: Ids) -> Callable[[], None]:
    """The administrator takes the teacher's division away."""
    account_id = ids.people["teacher"].account_id
    return lambda: accounts.change_reach(
        w, account_id, by="tests", role=Role.TEACHER, schools=[OWN]
    )


def test_a_form_that_ends_after_the_division_was_lost_writes_nothing(
    as_teacher: Browser, as_head: Browser, ids: Ids, w: Wiring
) -> None:
    before = appreciation(as_head, ids)
    body = slowly(b"revision=999&lu={}&appr", losing(w, ids), b"eciation=PIRATE")
    headers = {"content-type": FORM, "X-CSRF-Token": as_teacher.csrf}
    answer = as_teacher.post(f"/livrets/{ids.own.booklet_id}", content=body, headers=headers)
    assert answer.status_code == 404
    assert appreciation(as_head, ids) == before


@pytest.mark.parametrize("url", ["/livrets/{}", "/api/v1/booklets/{}"])
def test_a_change_that_ends_after_the_division_was_lost_writes_nothing(
    as_teacher: Browser, as_head: Browser, ids: Ids, w: Wiring, url: str
) -> None:
    before = appreciation(as_head, ids)
    text = {"/livrets/{}": b'values": {"appreciation": "PIRATE"}}'}.get(
        url, b'appreciation": "PIRATE"}'
    )
    headers = {
        "content-type": "application/json", "X-CSRF-Token": as_teacher.csrf,
        "If-Match": '"999"' if url.startswith("/livrets") else "*",
    }  # fmt: skip
    answer = as_teacher.patch(
        url.format(ids.own.booklet_id), content=slowly(b'{"', losing(w, ids), text),
        headers=headers,
    )  # fmt: skip
    assert answer.status_code == 404
    assert appreciation(as_head, ids) == before


def test_a_session_ended_while_its_upload_came_imports_nothing(
    as_admin: Browser, ids: Ids, w: Wiring
) -> None:
    me = sessions.resolve(w, ids.people["administrator"].token).principal

    def closed() -> None:
        sessions.log_out_everywhere(w, me)

    part = b'--x\r\nContent-Disposition: form-data; name="'
    csrf = part + b'csrf"\r\n\r\n' + as_admin.csrf.encode() + b"\r\n"
    file = part + b'fichier"; filename="a.csv"\r\n\r\nx\r\n--x--\r\n'
    headers = {"content-type": "multipart/form-data; boundary=x"}
    body = slowly(csrf, closed, file)
    answer = as_admin.post("/administration/imports", content=body, headers=headers)
    assert answer.headers.get("location", "").startswith("/connexion")


def test_a_length_beside_pieces_lets_no_visitor_send_a_large_file(site: Browser) -> None:
    sent = []

    def pieces() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="fichier"; filename="a"\r\n\r\n'
        for _ in range(30):
            sent.append(1)
            yield b"x" * (FORM_BYTES // 10)
        yield b"\r\n--x--\r\n"

    headers = {
        "content-type": "multipart/form-data; boundary=x", "content-length": "10",
        "transfer-encoding": "chunked",
    }  # fmt: skip
    answer = site.post("/verification", content=pieces(), headers=headers)
    assert answer.status_code == 413


def test_a_form_of_many_files_is_refused(site: Browser) -> None:
    one = b'--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\n\r\n'
    headers = {"content-type": "multipart/form-data; boundary=x"}
    answer = site.post("/connexion", content=one * 900 + b"--x--\r\n", headers=headers)
    assert answer.status_code == 400


def test_a_booklet_with_thousands_of_choices_is_refused_at_once(
    as_teacher: Browser, ids: Ids
) -> None:
    form = {f"choix-a{n}": "autre" for n in range(2_000)} | {f"b{n}": "" for n in range(2_000)}
    began = time.process_time()
    answer = as_teacher.post_form(f"/livrets/{ids.own.booklet_id}", form)
    assert answer.status_code == 422
    assert time.process_time() - began < 2


def test_a_choice_about_choices_breaks_nothing(as_teacher: Browser, ids: Ids) -> None:
    form = {"choix-choix": "autre", "choix-a": "autre"}
    answer = as_teacher.post_form(f"/livrets/{ids.own.booklet_id}", form)
    assert answer.status_code == 303


@pytest.mark.parametrize("url", ["/compte/sessions/{}/fin", "/compte/jetons/{}/suppression"])
@pytest.mark.parametrize("number", [BEYOND, -BEYOND, 2**31])
def test_a_number_that_no_row_can_have_is_no_bug(
    as_teacher: Browser, url: str, number: int
) -> None:
    assert as_teacher.post_form(url.format(number)).status_code == 422


def test_a_key_of_the_journal_before_all_time_is_no_key(as_admin: Browser) -> None:
    key = "0001-01-01T00:00:00+14:00~1"
    assert as_admin.get("/administration/journal", params={"avant": key}).status_code == 200


def test_a_teacher_who_sends_no_files_sends_no_large_one(as_teacher: Browser) -> None:
    files = {"fichier": ("a.xml", b"x" * (FORM_BYTES * 2), "text/xml")}
    form = {"csrf": as_teacher.csrf}
    answer = as_teacher.post("/verification", data=form, files=files)
    assert answer.status_code == 413


def test_a_token_that_sends_no_files_sends_no_large_one(w: Wiring, ids: Ids, app: FastAPI) -> None:
    me = sessions.resolve(w, ids.people["head"].token).principal
    made = tokens.make(w, me, label="x", scopes=[Scope.READ, Scope.ENTER], days=1)
    files = {"file": ("a.xml", b"x" * (FORM_BYTES * 2), "text/xml")}
    assert Program.of(app, made.secret).post("/verify", files=files).status_code == 413


def test_an_invitation_is_void_once_its_holder_changed_the_password(
    as_head: Browser, site: Browser, ids: Ids, w: Wiring
) -> None:
    left = accounts.invite_again(w, ids.people["head"].account_id, by="tests")
    assert site.get(f"/invitation/{left.token}").status_code == 200
    form = {"current": PASSWORD, "password": NEW, "again": NEW}
    assert as_head.post_form("/compte/mot-de-passe", form).status_code == 303
    assert site.get(f"/invitation/{left.token}").status_code == 410
