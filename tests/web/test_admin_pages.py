"""The administrator's other pages: what they show, keep, refuse and never show again."""

from __future__ import annotations

import csv
import datetime as dt
import re
from typing import Any

import pytest
import sqlalchemy as sa

from pipeline import invitations
from pipeline.domain.accounts import AccountState
from pipeline.store import audit
from pipeline.store import rows as t
from pipeline.wiring import Wiring
from tests.usecases.exporting import statements_of
from tests.web.browsing import Browser
from tests.web.school import NOW, Ids

BASE = "/administration"
LINK = re.compile(r'value="(https://[^"]+/invitation/([^"]+))"')
HOSTILE = {
    "tag": "<script>alert(1)</script>",
    "quote": '" autofocus onfocus="alert(1)',
    "direction": "\u202eelarutnec",
    "long": "é" * 1_000,
    "template": "{{ 7 * 7 }}{% raw %}",
    "header": "un\r\nSet-Cookie: deux",
    "nul": "a\0b",
    "formula": '=HYPERLINK("x")',
}


def typed(**changed: Any) -> dict[str, Any]:
    return {
        "nom": "Léa DUPONT", "adresse": "lea@exemple.fr", "role": "teacher",
        "etablissements": ["0999999Z"],
    } | changed  # fmt: skip


def account(w: Wiring, login: str) -> Any:
    with w.store.reading() as connection:
        a = t.account
        return connection.execute(sa.select(a).where(a.c.login == login)).first()


def test_the_home_has_a_card_for_each_part(as_admin: Browser) -> None:
    page = as_admin.get(BASE).text
    for part in ("etablissements", "comptes", "referentiels", "imports", "sante", "journal"):
        assert f'href="{BASE}/{part}"' in page
    assert "2 établissements, 6 divisions" in page
    assert "6 actifs, 1 invitation en attente" in page


def test_a_school_is_added_and_renamed(as_admin: Browser) -> None:
    url = f"{BASE}/etablissements"
    answer = as_admin.post_form(url, {"uai": "0750655E", "nom": "LP Jean Rostand"})
    assert answer.headers["location"] == url
    assert "Établissement ajouté." in as_admin.get(url).text
    as_admin.post_form(f"{url}/0750655E", {"nom": "LP Marie Curie"})
    assert "LP Marie Curie" in as_admin.get(url).text


def test_what_was_typed_stays_beside_its_fault(as_admin: Browser) -> None:
    answer = as_admin.post_form(f"{BASE}/etablissements", {"uai": "0750655A", "nom": "LP Rostand"})
    assert answer.status_code == 422
    assert 'value="0750655A"' in answer.text
    assert 'value="LP Rostand"' in answer.text
    assert 'id="uai-fault"' in answer.text
    assert 'name="confirme"' in answer.text
    sure = {"uai": "0750655A", "nom": "LP Rostand", "confirme": "1"}
    assert as_admin.post_form(f"{BASE}/etablissements", sure).status_code == 303


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_of_a_school_is_inert_or_refused(as_admin: Browser, name: str) -> None:
    url, text = f"{BASE}/etablissements", HOSTILE[name]
    answer = as_admin.post_form(url, {"uai": "0750655E", "nom": text})
    assert answer.status_code in {303, 422}
    assert (answer.status_code == 422) == (name in {"direction", "long", "header", "nul"})
    assert "<script>alert" not in answer.text + as_admin.get(url).text
    assert "set-cookie: deux" not in str(answer.headers).lower()


def test_an_account_is_made_and_its_link_shown_once(as_admin: Browser, w: Wiring, ids: Ids) -> None:
    boxes = {"divisions": [str(ids.own.division_id)]}
    answer = as_admin.post_form(f"{BASE}/comptes/nouveau", typed(**boxes))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    found = LINK.search(answer.text)
    assert found
    assert found[1].startswith("https://lslpro.test/invitation/")
    assert invitations.look(w, found[2]).login == "lea@exemple.fr"
    made = account(w, "lea@exemple.fr")
    for url in (f"{BASE}/comptes", f"{BASE}/comptes/{made.id}", f"{BASE}/journal"):
        page = as_admin.get(url).text
        assert "Léa DUPONT" in page or url.endswith("journal")
        assert found[2] not in page
    assert "1MELEC1" in as_admin.get(f"{BASE}/comptes?q=lea").text


def test_a_link_is_in_no_log(as_admin: Browser, capfd: Any) -> None:
    answer = as_admin.post_form(f"{BASE}/comptes/nouveau", typed())
    found = LINK.search(answer.text)
    assert found
    out, err = capfd.readouterr()
    assert found[2] not in out + err


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"nom": ""}, "nom"), ({"adresse": "lea"}, "adresse"),
        ({"adresse": "HEAD@lslpro.test"}, "adresse"), ({"role": "root"}, "role"),
        ({"etablissements": []}, "schools"), ({"etablissements": ["0750655E"]}, "schools"),
        ({"divisions": ["999999"]}, "divisions"), ({"divisions": ["x"]}, "divisions"),
    ],
)  # fmt: skip
def test_each_fault_of_an_account_is_at_its_field(
    as_admin: Browser, w: Wiring, changed: dict[str, Any], field: str
) -> None:
    answer = as_admin.post_form(f"{BASE}/comptes/nouveau", typed(**changed))
    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.text
    assert answer.text.count('class="fault"') == 1
    kept = {"nom": "Léa DUPONT", "adresse": "lea@exemple.fr"} | changed
    assert f'value="{kept["adresse"]}"' in answer.text
    assert account(w, "lea@exemple.fr") is None


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("field", ["nom", "adresse", "role", "etablissements", "divisions"])
def test_hostile_texts_of_an_account_are_inert_or_refused(
    as_admin: Browser, w: Wiring, field: str, name: str
) -> None:
    answer = as_admin.post_form(f"{BASE}/comptes/nouveau", typed(**{field: HOSTILE[name]}))
    assert answer.status_code in {200, 422}
    pages = (
        answer.text + as_admin.get(f"{BASE}/comptes").text + as_admin.get(f"{BASE}/journal").text
    )
    for inert in ("<script>alert", ' onfocus="alert(1)"', "{{ 49 }}"):
        assert inert not in pages


def test_accounts_are_filtered(as_admin: Browser) -> None:
    def count(query: str) -> int:
        found = re.search(r"([0-9]+) comptes?\.", as_admin.get(f"{BASE}/comptes?{query}").text)
        assert found
        return int(found[1])

    assert count("") == 7
    assert count("etablissement=0888888Y") == 2
    assert count("role=teacher&etablissement=0999999Z") == 1
    assert count("etat=invited") == 1
    assert count("q=OTHER") == 2
    assert count("role=root&etat=x&page=-3&q=%00%01") == 0
    assert count("page=99999999999999999999") == 7


def test_a_list_of_accounts_takes_as_many_statements_whatever_its_length(
    as_admin: Browser, w: Wiring
) -> None:
    def taken() -> int:
        with statements_of(w.store) as seen:
            as_admin.get(f"{BASE}/comptes")
        return len(seen)

    few = taken()
    for rank in range(20):
        as_admin.post_form(f"{BASE}/comptes/nouveau", typed(adresse=f"p{rank}@exemple.fr"))
    assert taken() == few


def test_reach_is_changed_and_closing_ends_sessions(
    as_admin: Browser, as_teacher: Browser, w: Wiring, ids: Ids
) -> None:
    url = f"{BASE}/comptes/{ids.people['teacher'].account_id}"
    assert as_teacher.get("/compte").status_code == 200
    changed = {"role": "teacher", "etablissements": ["0999999Z"], "divisions": []}
    assert as_admin.post_form(url, changed).status_code == 303
    assert "Périmètre enregistré." in as_admin.get(url).text
    assert as_admin.post_form(f"{url}/desactivation").status_code == 303
    assert as_teacher.get("/compte").status_code == 303
    assert "Rouvrir le compte" in as_admin.get(url).text
    assert as_admin.post_form(f"{url}/invitation").status_code == 422
    assert as_admin.post_form(f"{url}/reouverture").status_code == 303
    assert LINK.search(as_admin.post_form(f"{url}/invitation").text)


def test_the_last_administrator_cannot_be_closed(as_admin: Browser, w: Wiring, ids: Ids) -> None:
    me = ids.people["administrator"]
    answer = as_admin.post_form(f"{BASE}/comptes/{me.account_id}/desactivation")
    assert answer.status_code == 422
    assert "dernier administrateur actif" in answer.text
    assert account(w, me.login).state == AccountState.ACTIVE
    changed = {"role": "head", "etablissements": ["0999999Z"]}
    answer = as_admin.post_form(f"{BASE}/comptes/{me.account_id}", changed)
    assert "dernier administrateur actif" in answer.text


@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999", "-1", "x", "%00"])
def test_an_account_that_is_none_is_not_there(as_admin: Browser, number: str) -> None:
    assert as_admin.get(f"{BASE}/comptes/{number}").status_code in {404, 422}
    for action in ("desactivation", "reouverture", "invitation"):
        answer = as_admin.post_form(f"{BASE}/comptes/{number}/{action}")
        assert answer.status_code in {404, 422}


def test_frameworks_are_shown(as_admin: Browser) -> None:
    listed = as_admin.get(f"{BASE}/referentiels?annee=2026&diplome=25520").text
    assert "25520" in listed
    detail = as_admin.get(f"{BASE}/referentiels/2026/25520/premiere")
    assert detail.status_code == 200
    assert "Compétence" in detail.text
    for place in ("2025/25520/premiere", "99999999999/25520/premiere", "2026/%00/premiere",
                  "2026/25520/seconde"):  # fmt: skip
        assert as_admin.get(f"{BASE}/referentiels/{place}").status_code in {404, 422}
    assert as_admin.get(f"{BASE}/referentiels?annee=x&diplome=%00").status_code == 200


def test_the_journal_is_read_and_filtered(as_admin: Browser, ids: Ids) -> None:
    as_admin.post_form(f"{BASE}/etablissements", {"uai": "0750655E", "nom": "LP"})
    page = as_admin.get(f"{BASE}/journal?action=school_added").text
    assert "Établissement ajouté" in page
    assert "Administrator D’ESSAI" in page
    me = ids.people["administrator"]
    for who in (me.login, str(me.account_id)):
        assert "UAI\u00a0: 0750655E" in as_admin.get(f"{BASE}/journal?qui={who}").text
    assert "Rien ne correspond" in as_admin.get(f"{BASE}/journal?qui=inconnu").text
    booklet = as_admin.get(f"{BASE}/journal?livret={ids.own.booklet_id}").text
    assert "Livret modifié" in booklet
    assert "Livret modifié" in as_admin.get(f"{BASE}/journal?division={ids.own.division_id}").text


def test_no_pupil_is_named_in_the_journal(as_admin: Browser, w: Wiring) -> None:
    with w.store.reading() as connection:
        s = t.student.c
        names = {row.last_name for row in connection.execute(sa.select(s.last_name))}
    raw = as_admin.get(f"{BASE}/journal.csv").text
    assert names
    assert not [name for name in names if name in raw]


@pytest.mark.parametrize(
    ("query", "field"),
    [("du=x", "du"), ("au=2026-13-01", "au"), ("livret=x", "livret"), ("division=-1", "division")],
)
def test_a_wrong_filter_of_the_journal_is_told_at_its_field(
    as_admin: Browser, query: str, field: str
) -> None:
    answer = as_admin.get(f"{BASE}/journal?{query}")
    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.text


def test_the_journal_goes_on_page_by_page(as_admin: Browser, w: Wiring) -> None:
    with w.store.writing() as unit:
        for rank in range(120):
            at = NOW - dt.timedelta(minutes=rank)
            audit.record(unit.connection, at, "essai", "essai", {"lines": rank})
    seen: list[str] = []
    url = f"{BASE}/journal?qui=essai"
    while url:
        page = as_admin.get(url).text
        seen += re.findall(r"lignes\s: ([0-9]+)", page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        url = found[1].replace("&amp;", "&") if found else ""
    assert seen == [str(rank) for rank in range(120)]


def test_the_csv_is_a_download_without_formulas(as_admin: Browser, w: Wiring) -> None:
    with w.store.writing() as unit:
        audit.record(unit.connection, NOW, "=1+1", "@essai", {"lines": 1})
    answer = as_admin.get(f"{BASE}/journal.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="journal.csv"'
    assert answer.headers["cache-control"] == "no-store"
    lines = list(csv.reader(answer.content.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert lines[0][0] == "date"
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "-", "@"))]
    assert len(list(as_admin.get(f"{BASE}/journal.csv?qui=%3D1%2B1").iter_lines())) == 2


def test_health_is_told_when_the_broker_is_down(as_admin: Browser) -> None:
    answer = as_admin.get(f"{BASE}/sante")
    assert answer.status_code == 200
    assert answer.elapsed < dt.timedelta(seconds=2)
    assert "En panne\u00a0:" in answer.text
    assert "ne répond pas" in answer.text
    assert "inconnu" in answer.text
    for word in ("bien", "en panne"):
        assert f"</span>{word}</span>" in answer.text
