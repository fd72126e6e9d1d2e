"""`lslpro users`: the first administrator, and what one does without the pages."""

from __future__ import annotations

import re

import pytest

from pipeline import invitations, sessions
from pipeline.cli import common
from pipeline.domain.accounts import Role
from pipeline.errors import InvitationUnusable

ADMIN, PASSWORD = "admin@lycee.example", "un atelier plein de copeaux"


@pytest.fixture
def admin(lslpro):
    """The first account; its link."""
    answer = lslpro("users", "add", "--administrator", ADMIN)
    assert answer.code == 0, answer.err
    return link_in(answer.out)


def link_in(text: str) -> str:
    (found,) = re.findall(r"http\S+", text)
    return found


def token_of(link: str) -> str:
    return link.rpartition("/")[2]


def test_the_first_administrator_gets_a_link_that_works_once(admin):
    assert admin.startswith("http://127.0.0.1:8000/invitation/")
    w = common.wiring()
    invitations.accept(w, token_of(admin), PASSWORD)
    opened = sessions.log_in(w, ADMIN, PASSWORD, address="127.0.0.1")
    assert opened.principal.role is Role.ADMINISTRATOR
    with pytest.raises(InvitationUnusable):
        invitations.accept(w, token_of(admin), PASSWORD)


def test_the_link_is_of_the_address_people_use(lslpro, monkeypatch):
    monkeypatch.setenv("LSLPRO_PUBLIC_URL", "https://livrets.lycee.example/")
    said = lslpro("users", "add", "--administrator", ADMIN).out
    assert link_in(said).startswith("https://livrets.lycee.example/invitation/")


def test_a_program_gets_the_link_as_json(lslpro):
    found = lslpro("users", "add", "--administrator", ADMIN, "--json").json
    assert set(found) == {"account_id", "link", "until"}
    assert lslpro("users", "invite", ADMIN, "--json").json["link"] != found["link"]


def test_accounts_are_listed_without_any_secret(lslpro, admin):
    (found,) = lslpro("users", "list", "--json").json
    assert (found["login"], found["role"], found["state"]) == (ADMIN, "administrator", "invited")
    assert not [name for name in found if "password" in name or "token" in name]
    assert ADMIN in lslpro("users", "list").out


def test_a_new_invitation_voids_the_former(lslpro, admin):
    link = link_in(lslpro("users", "invite", ADMIN.upper()).out)
    with pytest.raises(InvitationUnusable):
        invitations.look(common.wiring(), token_of(admin))
    assert invitations.look(common.wiring(), token_of(link)).login == ADMIN


def test_an_account_is_closed_and_reopened(lslpro, admin):
    assert lslpro("users", "disable", ADMIN).code == 0
    assert lslpro("users", "list", "--json").json[0]["state"] == "disabled"
    assert lslpro("users", "invite", ADMIN).code == 1
    assert lslpro("users", "reopen", ADMIN).code == 0
    assert lslpro("users", "list", "--json").json[0]["state"] == "invited"


def test_a_head_and_a_teacher_are_given_where_they_work(school):
    school("users", "add", "chef@lycee.example", "--role", "head", "--school", "0999999Z")
    given = ("--role", "teacher", "--division", "1MELEC1", "--division", "TCUIS1")
    school("users", "add", "prof@lycee.example", *given, "--name", "Zoé ROUX")
    head, teacher = school("users", "list", "--json").json
    assert (head["schools"], head["divisions"]) == (["0999999Z"], [])
    assert (teacher["name"], teacher["schools"]) == ("Zoé ROUX", ["0999999Z"])
    assert len(teacher["divisions"]) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", ADMIN), "l'un des deux"),
        (("add", ADMIN, "--administrator", "--role", "head"), "l'un des deux"),
        (("add", ADMIN, "--role", "chef"), "attendu administrator, head, ddfpt, teacher"),
        (("add", "admin", "--administrator"), "adresse électronique"),
        (("add", ADMIN, "--role", "head"), "au moins un établissement"),
        (("add", ADMIN, "--role", "teacher", "--division", "2X"), "Division « 2X »"),
        (("disable", ADMIN), "lslpro users list"),
        (("reopen", ADMIN), "lslpro users list"),
        (("invite", ADMIN), "lslpro users list"),
    ],
)
def test_a_refusal_is_one_line_that_says_what_to_do(lslpro, arguments, said):
    answer = lslpro("users", *arguments)
    assert (answer.code, answer.out) == (1, "")
    assert said in answer.err
    assert len(answer.err.splitlines()) == 1
    assert lslpro("users", "list", "--json").json == []
