"""Imports by the page: tried, then made of the same bytes; what is wrong is told in plain words."""

from __future__ import annotations

import asyncio
import io
import re
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from httpx import Response

from pipeline import accounts, invitations, sessions
from pipeline.demo_school import write_demo_files
from pipeline.domain.accounts import Role
from pipeline.store import rows as t
from pipeline.waiting import KEPT_EACH, KEPT_S, LARGEST_BYTES
from pipeline.wiring import Wiring
from tests.exchange import exports
from tests.polling import wait_until
from tests.usecases.exporting import Clock
from tests.web.browsing import Browser
from tests.web.school import PASSWORD, Ids, Person
from web.world import waiting_of

URL = "/administration/imports"
HEADER = "annee;diplome;libelle_diplome;niveau;position;code;reference;libelle\n"
FRAMEWORKS = f"{HEADER}2026;99999;Essai;premiere;1;9001;C1;Préparer\n".encode()
PARAMETERS = exports.PARAMETERS.replace("2025", "2026")


def give(browser: Browser, name: str, content: bytes, **data: str) -> Response:
    chosen = {"etablissement": "0999999Z", "annee": "2026"} | data
    return browser.post_form(URL, chosen, files={"fichier": (name, content)})


def tried(browser: Browser, name: str, content: bytes, **data: str) -> tuple[str, str]:
    """The address of the dry run, and its page."""
    answer = give(browser, name, content, **data)
    assert answer.status_code == 303, answer.text
    place = answer.headers["location"]
    return place, browser.get(place).text


def confirm(browser: Browser, place: str) -> str:
    answer = browser.post_form(place)
    assert answer.status_code == 303, answer.text
    return browser.get(answer.headers["location"]).text


def demo(folder: Path) -> bytes:
    return write_demo_files(folder / "demo").siecle.read_bytes()


def rows(w: Wiring, table: sa.Table = t.student) -> list[Any]:
    with w.store.reading() as connection:
        return list(connection.execute(sa.select(table)).all())


def events(w: Wiring, action: str) -> list[Any]:
    return [row for row in rows(w, t.audit_event) if row.action == action]


def waiting(w: Wiring) -> list[Path]:
    folder = w.settings.home / "waiting"
    return sorted(folder.glob("*.bin")) if folder.exists() else []


def another_administrator(w: Wiring, visitor: Any) -> Browser:
    made = accounts.add(
        w, by="tests", login="second@lslpro.test", name="Second", role=Role.ADMINISTRATOR
    )
    invitations.accept(w, made.token, PASSWORD)
    opened = sessions.log_in(w, "second@lslpro.test", PASSWORD, address="192.0.2.9")
    browser: Browser = visitor("anonymous")
    browser.person = Person(made.account_id, "second@lslpro.test", opened.token, opened.csrf)
    browser.hold("lslpro_session", opened.token)
    return browser


def test_a_file_is_tried_then_imported(as_admin: Browser, w: Wiring, tmp_path: Path) -> None:
    content = demo(tmp_path).replace(b"<PRENOM>", b"<PRENOM>A", 1)
    before = rows(w)
    place, page = tried(as_admin, "ElevesSansAdresses.xml", content)
    assert "C’est un essai" in page
    assert "le fichier des élèves de SIECLE" in page
    assert "pupil_corrected" in page
    assert rows(w) == before
    assert not [row for row in events(w, "siecle_imported") if row.actor.startswith("user:")]
    made = confirm(as_admin, place)
    assert "L’import est fait." in made
    assert rows(w) != before
    (event,) = [row for row in events(w, "siecle_imported") if row.actor.startswith("user:")]
    assert event.actor == f"user:{as_admin.person.account_id}"  # type: ignore[union-attr]


def test_a_file_that_changes_nothing_is_said_so(
    as_admin: Browser, w: Wiring, tmp_path: Path
) -> None:
    place, page = tried(as_admin, "eleves.xml", demo(tmp_path))
    assert "Rien ne changerait" in page
    assert f'action="{place}"' not in page


def test_confirming_twice_imports_once(as_admin: Browser, w: Wiring) -> None:
    place, _ = tried(as_admin, "r.csv", FRAMEWORKS)
    first, second = confirm(as_admin, place), confirm(as_admin, place)
    assert "L’import est fait." in first
    assert "L’import est fait." in second
    assert len([one for one in events(w, "frameworks_imported") if "user" in one.actor]) == 1


def test_two_clicks_at_once_import_once(as_admin: Browser, visitor: Any, w: Wiring) -> None:
    place, _ = tried(as_admin, "r.csv", FRAMEWORKS)
    clients = [visitor("administrator") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda one: one.post_form(place).status_code, clients))
    assert answers == [303] * 4
    assert len([one for one in events(w, "frameworks_imported") if "user" in one.actor]) == 1


def test_what_moved_meanwhile_is_computed_again(as_admin: Browser, visitor: Any, w: Wiring) -> None:
    place, page = tried(as_admin, "r.csv", FRAMEWORKS)
    assert "Modifiés" in page
    other = another_administrator(w, visitor)
    confirm(other, tried(other, "autre.csv", FRAMEWORKS)[0])
    assert "rien n’a changé, tout y était déjà" in confirm(as_admin, place)


def test_a_file_is_of_who_gave_it(as_admin: Browser, visitor: Any, w: Wiring) -> None:
    place, _ = tried(as_admin, "r.csv", FRAMEWORKS)
    other = another_administrator(w, visitor)
    assert other.get(place).status_code == 404
    assert other.post_form(place).status_code == 404
    assert other.post_form(f"{place}/essai").status_code == 404
    assert as_admin.get(place).status_code == 200
    assert not [one for one in events(w, "frameworks_imported") if "user" in one.actor]


@pytest.mark.parametrize("after_s", [KEPT_S, KEPT_S + 1])
def test_a_file_waits_an_hour(as_admin: Browser, w: Wiring, clock: Clock, after_s: int) -> None:
    place, _ = tried(as_admin, "r.csv", FRAMEWORKS)
    clock.move(after_s)
    is_there = after_s == KEPT_S
    assert as_admin.get(place).status_code == (200 if is_there else 404)
    assert as_admin.post_form(place).status_code == (303 if is_there else 404)
    assert waiting_of(w).sweep(w.now()) == (0 if is_there else 1)
    assert len(waiting(w)) == is_there


def test_only_the_newest_files_of_one_person_wait(as_admin: Browser, w: Wiring) -> None:
    for rank in range(KEPT_EACH + 2):
        tried(as_admin, "r.csv", FRAMEWORKS + b"\n" * rank)
    assert len(waiting(w)) == KEPT_EACH


def test_what_waits_is_private_and_whole(as_admin: Browser, w: Wiring) -> None:
    place, _ = tried(as_admin, "r.csv", FRAMEWORKS)
    (path,) = waiting(w)
    assert path.read_bytes() == FRAMEWORKS
    modes = {one.stat().st_mode & 0o777 for one in path.parent.iterdir()}
    assert modes == {0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700
    path.write_bytes(FRAMEWORKS.replace(b"9001", b"9002"))
    assert as_admin.post_form(place).status_code == 404


def test_another_year_is_told_and_chosen_without_giving_the_file_again(
    as_admin: Browser, w: Wiring, tmp_path: Path
) -> None:
    content = demo(tmp_path).replace(b"<PRENOM>", b"<PRENOM>A", 1)
    place, page = tried(as_admin, "eleves.xml", content, annee="2025")
    assert "vous avez choisi l’année 2025-2026" in page
    assert f'action="{place}"' not in page
    answer = as_admin.post_form(f"{place}/essai", {"etablissement": "0999999Z", "annee": "2026"})
    assert f'action="{place}"' in as_admin.get(answer.headers["location"]).text


def test_another_school_is_told(as_admin: Browser, tmp_path: Path) -> None:
    _, page = tried(as_admin, "eleves.xml", demo(tmp_path), etablissement="0888888Y")
    assert "vous avez choisi l’établissement 0888888Y" in page
    _, page = tried(as_admin, "eleves.xml", demo(tmp_path), etablissement="")
    assert "choisissez l’établissement dont il vient" in page


def test_a_refused_import_cannot_be_forced(as_admin: Browser, w: Wiring, tmp_path: Path) -> None:
    before = rows(w)
    place, _ = tried(as_admin, "eleves.xml", demo(tmp_path), etablissement="0888888Y")
    assert "vous avez choisi" in confirm(as_admin, place)
    assert rows(w) == before


KINDS = {
    "nomenclature": ("Nomenclature.xml", exports.nomenclature(parameters=PARAMETERS)),
    "lsl": ("nomenclature.xml", exports.lsl()),
}


@pytest.mark.parametrize("name", KINDS)
def test_other_kinds_are_known_by_their_first_bytes(
    as_admin: Browser, w: Wiring, name: str
) -> None:
    file_name, text = KINDS[name]
    content = f'<?xml version="1.0" encoding="utf-8"?>\n{text}'.encode()
    place, page = tried(as_admin, "sans-extension", content)
    assert "C’est un essai" in page, page
    assert "L’import est fait." in confirm(as_admin, place), file_name


def test_structures_are_compared_and_not_imported(as_admin: Browser, w: Wiring) -> None:
    text = exports.structures_file(parameters=PARAMETERS)
    place, page = tried(as_admin, "Structures.xml", f'<?xml version="1.0"?>{text}'.encode())
    assert "Comparaison faite" in page
    assert "division_unknown" in page
    assert f'action="{place}"' not in page


def zip_of(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


REFUSED = {
    "pdf": (b"%PDF-1.7", "un document PDF"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "un ancien classeur"),
    "workbook": (zip_of(xl__workbook_dot_xml=b"<workbook/>"), "un classeur"),
    "booklets": (b"siecle_id;moyenne_1\n1;12\n", "ne se dépose pas ici"),
    "empty": (b"", "un fichier vide"),
    "text": (b"bonjour", "un texte"),
    "csv": (b"a;b;c\n1;2;3\n", "dont les colonnes sont inconnues"),
    "html": (b"<!DOCTYPE html><html><body>Erreur</body></html>", "une page web"),
    "lsl": (b'<lsl schemaVersion="1.0"></lsl>', "un fichier produit pour LSL"),
    "edt": (b"<EDT_STS/>", "un emploi du temps destiné à STS"),
    "other": (b"<note><a/></note>", "un autre fichier XML"),
    "zip": (zip_of(readme_dot_txt=b"x"), "une archive ZIP"),
    "broken": (b"PK\x03\x04" + b"\0" * 50, "une archive ZIP"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_imported_is_called_by_what_it_is(
    as_admin: Browser, w: Wiring, name: str
) -> None:
    content, what = REFUSED[name]
    answer = give(as_admin, "fichier", content)
    assert answer.status_code == 422
    assert what in answer.text
    assert "lslpro " not in re.sub(r"<style.*?</style>", "", answer.text)
    assert waiting(w) == []


BROKEN = {
    "dtd": b'<!DOCTYPE BEE_ELEVES [<!ENTITY a "b">]><BEE_ELEVES>&a;</BEE_ELEVES>',
    "truncated": b"<BEE_ELEVES><PARAMETRES>",
    "no origin": b"<BEE_ELEVES><PARAMETRES/></BEE_ELEVES>",
    "bomb": zip_of(e_dot_xml=b"<BEE_ELEVES>" + b" " * 30_000_000 + b"</BEE_ELEVES>"),
    "columns": HEADER.replace(";libelle\n", ";libelle;autre\n").encode() + b"2026\n",
    "lines": HEADER.encode() + b"2026;99999;Essai;seconde;1;9001;C1;X\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_at_the_dry_run(as_admin: Browser, w: Wiring, name: str) -> None:
    before = rows(w), rows(w, t.framework)
    place, page = tried(as_admin, "mon fichier.xml", BROKEN[name])
    assert 'class="notice notice-error"' in page
    assert "mon fichier.xml" in page
    assert ".part-" not in page
    assert "lslpro " not in page
    assert f'action="{place}"' not in page
    assert (rows(w), rows(w, t.framework)) == before


def test_a_hostile_name_is_inert(as_admin: Browser) -> None:
    name = '../../<script>alert(1)</script>\u202e"\r\nX: y' + "é" * 1_000 + ".csv"
    _, page = tried(as_admin, name, FRAMEWORKS)
    assert "<script>alert" not in page
    assert "\u202e" not in page


def test_hostile_lines_are_inert(as_admin: Browser) -> None:
    line = '2026;99999;<script>alert(1)</script>;premiere;1;9001;C1;"<img src=x onerror=y>"\n'
    place, page = tried(as_admin, "r.csv", HEADER.encode() + line.encode())
    assert "<script>alert" not in page
    confirm(as_admin, place)
    listed = as_admin.get("/administration/referentiels?diplome=99999").text
    detail = as_admin.get("/administration/referentiels/2026/99999/premiere").text
    assert "&lt;script&gt;" in listed
    assert "<script>alert" not in listed
    assert "<img" not in detail


def test_many_lines_are_paged_and_bounded(as_admin: Browser, w: Wiring, tmp_path: Path) -> None:
    lines = "".join(f"2026;99999;Essai;seconde;{n};9001;C1;X\n" for n in range(1, 6_001))
    place, page = tried(as_admin, "r.csv", HEADER.encode() + lines.encode())
    assert "Les 5000 premières lignes sont montrées" in page
    assert page.count("<tr>") <= 101
    assert "Page 1 sur 50" in page
    last = as_admin.get(f"{place}?page=9999").text
    assert "Page 50 sur 50" in last


def test_nothing_chosen_is_told(as_admin: Browser) -> None:
    answer = as_admin.post_form(URL, {"etablissement": "0999999Z", "annee": "2026"})
    assert answer.status_code == 422
    assert "Choisissez un fichier." in answer.text


@pytest.mark.parametrize(
    ("who", "status"), [("head", 403), ("ddfpt", 403), ("teacher", 403), ("anonymous", 303)]
)
def test_the_right_is_checked_before_the_body_is_read(
    app: FastAPI, visitor: Any, who: str, status: int
) -> None:
    assert asyncio.run(_upload_of(app, visitor(who))) == (status, 0)


def test_who_may_has_his_body_read(app: FastAPI, as_admin: Browser) -> None:
    assert asyncio.run(_upload_of(app, as_admin))[1] > 0  # the check above can fail


async def _upload_of(app: FastAPI, browser: Browser) -> tuple[int, int]:
    """Offer an upload to the application itself: its answer, and how often it asked for bytes."""
    statuses, asked = [], 0
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    headers = {"host": "lslpro.test", "cookie": cookie, "content-length": "1000"}
    headers["content-type"] = "multipart/form-data; boundary=x"
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
        "scheme": "https", "path": URL, "raw_path": URL.encode(), "query_string": b"",
        "root_path": "", "client": ("192.0.2.1", 1), "server": ("lslpro.test", 443),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        nonlocal asked
        asked += 1
        return {"type": "http.request", "body": b"--x\r\n", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(scope, receive, send)
    return statuses[0], asked


def test_a_form_of_elsewhere_imports_nothing(as_admin: Browser, w: Wiring) -> None:
    files = {"fichier": ("r.csv", FRAMEWORKS)}
    assert as_admin.post(URL, data={"csrf": "faux"}, files=files).status_code == 403
    place, _ = tried(as_admin, "r.csv", FRAMEWORKS)
    assert as_admin.post(place, data={"csrf": "faux"}).status_code == 403
    assert not [one for one in events(w, "frameworks_imported") if "user" in one.actor]


def test_a_file_too_large_is_refused_and_leaves_nothing(as_admin: Browser, w: Wiring) -> None:
    answer = give(as_admin, "gros.xml", b"<BEE_ELEVES>" + b" " * LARGEST_BYTES)
    assert answer.status_code in {413, 422}
    assert waiting(w) == []
    assert not list((w.settings.home / "waiting").glob(".part-*"))
    answer = give(as_admin, "gros.xml", b"<BEE_ELEVES>" + b" " * (LARGEST_BYTES + 200_000))
    assert answer.status_code == 413


@pytest.mark.parametrize("reference", ["x", "0" * 64, "..%2f..%2fetc%2fpasswd", "%00", "é" * 64])
def test_a_reference_that_is_none_is_not_found(as_admin: Browser, reference: str) -> None:
    assert as_admin.get(f"{URL}/{reference}").status_code == 404
    assert as_admin.post_form(f"{URL}/{reference}").status_code == 404


def test_another_import_under_way_is_told_and_pages_answer(
    as_admin: Browser, visitor: Any, w: Wiring, ids: Ids
) -> None:
    place, _ = tried(as_admin, "r.csv", FRAMEWORKS)
    answers: list[int] = []
    with waiting_of(w).alone(0.0):
        thread = threading.Thread(
            target=lambda: answers.append(visitor("administrator").post_form(place).status_code)
        )
        thread.start()
        assert as_admin.get("/administration").status_code == 200  # meanwhile
        assert answers == []
    wait_until(lambda: answers == [303], 20, "the import to go on")
    thread.join()
    assert "L’import est fait." in as_admin.get(place).text
