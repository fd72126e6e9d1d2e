"""Accounts: added and invited, given their reach, closed at once, never without administrator."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from rowsbuilder import a_school

from pipeline import accounts, invitations, sessions, tokens
from pipeline.domain.accounts import AccountState, Role, Scope
from pipeline.errors import (
    AccountRefused,
    InvitationUnusable,
    LoginRefused,
    NotFound,
    NotLoggedIn,
    PasswordRefused,
)
from pipeline.store import rows as t
from tests.usecases.people import (
    LOGINS,
    PASSWORD,
    audited,
    invited,
    log_in,
    logged_in,
    person,
    rows_of,
)

OTHER_UAI = "0888888Y"
ANOTHER = "une autre phrase de passe"


@pytest.fixture
def school(store):
    return a_school(store, pupil_count=1)


@pytest.fixture
def other_school(store):
    return a_school(store, pupil_count=1, uai=OTHER_UAI, division_code="1AUTRE")


def test_an_account_is_added_with_an_invitation_whose_token_is_kept_nowhere(w):
    invitation = invited(w, login=" Admin@Lycee.Example ", name="Zoé   ROUX")
    found = invitations.look(w, invitation.token)
    assert (found.login, found.name) == ("admin@lycee.example", "Zoé ROUX")
    assert invitation.token not in str(rows_of(w, t.invitation))
    assert invitation.token not in str(audited(w))
    assert invitations.link(w, invitation) == f"http://127.0.0.1:8000/invitation/{invitation.token}"


def test_an_accepted_invitation_sets_the_password_and_opens_no_session(w):
    account_id = person(w)
    assert rows_of(w, t.login_session) == []
    assert log_in(w).principal.account_id == account_id
    assert PASSWORD not in str(rows_of(w, t.account))


def test_an_invitation_is_accepted_once(w):
    invitation = invited(w)
    invitations.accept(w, invitation.token, PASSWORD)
    for again in (lambda: invitations.look(w, invitation.token),
                  lambda: invitations.accept(w, invitation.token, ANOTHER)):  # fmt: skip
        with pytest.raises(InvitationUnusable):
            again()
    assert log_in(w)


@pytest.mark.faults
def test_of_many_who_accept_at_once_one_does(w):
    invitation, start = invited(w), Barrier(6)

    def accept(rank):
        start.wait()
        try:
            invitations.accept(w, invitation.token, f"{PASSWORD} {rank}")
        except InvitationUnusable:
            return None
        return rank

    with ThreadPoolExecutor(6) as pool:
        done = [rank for rank in pool.map(accept, range(6)) if rank is not None]
    assert len(done) == 1
    assert log_in(w, password=f"{PASSWORD} {done[0]}")
    assert len(audited(w, "password_set")) == 1


@pytest.mark.parametrize(("seconds", "is_good"), [(-1, True), (0, False), (1, False)])
def test_an_invitation_is_good_for_seven_days(w, clock, seconds, is_good):
    invitation = invited(w)
    clock.move(dt.timedelta(days=7).total_seconds() + seconds)
    if is_good:
        invitations.accept(w, invitation.token, PASSWORD)
        assert log_in(w)
        return
    with pytest.raises(InvitationUnusable):
        invitations.accept(w, invitation.token, PASSWORD)


@pytest.mark.parametrize("token", ["", "x", "\0", "\ud800", "é" * 300])
def test_what_is_no_token_is_no_invitation(w, token):
    invited(w)
    with pytest.raises(InvitationUnusable):
        invitations.look(w, token)


def test_a_refused_password_leaves_the_invitation_good(w):
    invitation = invited(w)
    with pytest.raises(PasswordRefused, match="12 caractères"):
        invitations.accept(w, invitation.token, "court")
    invitations.accept(w, invitation.token, PASSWORD)
    assert log_in(w)


def test_a_new_invitation_voids_the_former_and_leaves_the_password_until_it_is_accepted(w):
    account_id = person(w)
    first = accounts.invite_again(w, account_id, by="tests")
    second = accounts.invite_again(w, account_id, by="tests")
    with pytest.raises(InvitationUnusable):
        invitations.accept(w, first.token, ANOTHER)
    opened = log_in(w)
    invitations.accept(w, second.token, ANOTHER)
    with pytest.raises(NotLoggedIn):  # whoever had the old password is out
        sessions.resolve(w, opened.token)
    with pytest.raises(LoginRefused):
        log_in(w)
    assert log_in(w, password=ANOTHER)


def test_closing_an_account_ends_its_sessions_tokens_and_invitation_at_once(w):
    person(w, login="autre@lycee.example")
    me = logged_in(w)
    opened = log_in(w)
    secret = tokens.make(w, me, label="script", scopes={Scope.ADMINISTER}, days=3).secret
    invitation = accounts.invite_again(w, me.account_id, by="tests")
    accounts.disable(w, me.account_id, by="tests")
    for use in (
        lambda: sessions.resolve(w, opened.token),
        lambda: tokens.resolve(w, secret),
        lambda: invitations.accept(w, invitation.token, ANOTHER),
        lambda: log_in(w),
    ):
        with pytest.raises((NotLoggedIn, InvitationUnusable, LoginRefused)):
            use()
    accounts.disable(w, me.account_id, by="tests")  # again changes nothing
    assert len(audited(w, "account_disabled")) == 1


def test_a_reopened_account_has_its_password_and_nothing_else(w):
    person(w, login="autre@lycee.example")
    me = logged_in(w)
    opened = log_in(w)
    accounts.disable(w, me.account_id, by="tests")
    accounts.reopen(w, me.account_id, by="tests")
    with pytest.raises(NotLoggedIn):
        sessions.resolve(w, opened.token)
    assert log_in(w)


def test_an_account_closed_before_it_had_a_password_waits_for_an_invitation(w):
    account_id = invited(w).account_id
    accounts.disable(w, account_id, by="tests")
    with pytest.raises(AccountRefused, match="désactivé"):
        accounts.invite_again(w, account_id, by="tests")
    accounts.reopen(w, account_id, by="tests")
    (found,) = accounts.listed(w)
    assert (found.state, found.invited_until) == (AccountState.INVITED, None)


def test_the_last_active_administrator_can_neither_be_closed_nor_become_something_else(w, school):
    account_id = person(w)
    with pytest.raises(AccountRefused, match="dernier administrateur"):
        accounts.disable(w, account_id, by="tests")
    with pytest.raises(AccountRefused, match="dernier administrateur"):
        accounts.change_reach(w, account_id, by="tests", role=Role.HEAD, schools={"0999999Z"})
    person(w, login="autre@lycee.example")
    accounts.disable(w, account_id, by="tests")
    assert [one.state for one in accounts.listed(w)] == [AccountState.DISABLED, AccountState.ACTIVE]


@pytest.mark.faults
def test_two_administrators_who_close_each_other_leave_one(w):
    ids = [person(w), person(w, login="autre@lycee.example")]
    start = Barrier(2)

    def close(account_id):
        start.wait()
        try:
            accounts.disable(w, account_id, by="tests")
        except AccountRefused:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(close, ids)) == [False, True]


HEAD = {"role": Role.HEAD, "schools": {"0999999Z"}, "login": "chef@lycee.example", "name": "Zoé"}


@pytest.mark.parametrize(
    ("spoiled", "said"),
    [
        ({"login": "chef"}, "adresse électronique"),
        ({"name": " \t"}, "nom de la personne"),
        ({"name": "Z" * 121}, "120 caractères"),
        ({"name": "Zo\0é"}, "nom de la personne"),
        ({"schools": set()}, "au moins un établissement"),
        ({"schools": {"0000000A"}}, "0000000A : inconnu"),
        ({"divisions": {1}}, "n'en donnez aucune"),
        ({"role": Role.ADMINISTRATOR}, "ni établissement"),
        ({"role": Role.TEACHER, "divisions": {999}}, "Division 999"),
    ],
)
def test_an_account_is_refused_with_the_reason_and_nothing_is_kept(w, school, spoiled, said):
    with pytest.raises(AccountRefused, match=said):
        accounts.add(w, by="tests", **HEAD | spoiled)
    assert (accounts.listed(w), rows_of(w, t.invitation)) == ([], [])
    assert accounts.add(w, by="tests", **HEAD)


def test_every_fault_is_told_at_once(w, school):
    with pytest.raises(AccountRefused) as refused:
        accounts.add(w, by="tests", **HEAD | {"login": "x", "name": "", "schools": set()})
    assert len(refused.value.faults) == 3


def test_a_login_has_one_account(w, school):
    person(w, Role.HEAD, schools={"0999999Z"})
    with pytest.raises(AccountRefused, match="déjà un compte"):
        invited(w, login=LOGINS[Role.HEAD].upper())
    assert len(accounts.listed(w)) == 1


def test_a_teacher_is_given_divisions_of_his_schools_only(w, school, other_school):
    given = {"schools": {"0999999Z"}, "divisions": {school.division_id, other_school.division_id}}
    with pytest.raises(AccountRefused, match=f"Division {other_school.division_id} "):
        invited(w, Role.TEACHER, **given)
    invited(w, Role.TEACHER, **given | {"schools": {"0999999Z", OTHER_UAI}})
    (found,) = accounts.listed(w)
    assert found.schools == (OTHER_UAI, "0999999Z")
    assert set(found.divisions) == given["divisions"]


def test_a_changed_reach_holds_at_once_for_open_sessions(w, school, other_school):
    given = {"schools": {"0999999Z"}, "divisions": {school.division_id}}
    account_id = person(w, Role.TEACHER, **given)
    opened = log_in(w, Role.TEACHER)
    there = {"schools": {OTHER_UAI}, "divisions": {other_school.division_id}}
    accounts.change_reach(w, account_id, by="user:1", **there)
    found = sessions.resolve(w, opened.token).principal
    assert (found.schools, found.divisions) == ({OTHER_UAI}, {other_school.division_id})
    (event,) = audited(w, "reach_changed")
    assert event[0] == "user:1"
    assert event[2] | {"account_id": account_id, "role": "teacher"} == event[2]


def test_a_refused_change_leaves_the_reach(w, school):
    account_id = person(w, Role.HEAD, schools={"0999999Z"})
    with pytest.raises(AccountRefused):
        accounts.change_reach(w, account_id, by="tests", schools={"0000000A"})
    (found,) = accounts.listed(w)
    assert found.schools == ("0999999Z",)


@pytest.mark.parametrize(
    "act", [accounts.disable, accounts.reopen, accounts.invite_again, accounts.change_reach]
)
def test_an_unknown_account_is_not_found(w, act):
    with pytest.raises(NotFound, match="Compte « 77 »"):
        act(w, 77, by="tests")


def test_what_happens_to_accounts_is_audited_by_ids(w, school):
    me = logged_in(w, Role.HEAD, schools={"0999999Z"})
    accounts.disable(w, me.account_id, by="user:9")
    accounts.reopen(w, me.account_id, by="user:9")
    found = audited(w)
    assert [action for _, action, _ in found] == [
        "account_added", "invitation_made", "password_set", "login", "account_disabled",
        "account_reopened",
    ]  # fmt: skip
    assert all(str(LOGINS[Role.HEAD]) not in str(event) for event in found)
    assert "ROUX" not in str(found)
