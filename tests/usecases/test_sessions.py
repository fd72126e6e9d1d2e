"""Sessions: opened anew at each log-in, a token that is replaced, ended when they should."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from pipeline import invitations, sessions, upkeep
from pipeline.domain.accounts import Role
from pipeline.errors import Forbidden, LoginRefused, NotLoggedIn, PasswordRefused
from pipeline.passwords import Passwords
from pipeline.store import rows as t
from tests.usecases.exporting import statements_of
from tests.usecases.people import (
    ADDRESS,
    LOGINS,
    PASSWORD,
    audited,
    invited,
    log_in,
    person,
    rows_of,
)

ANOTHER = "une autre phrase de passe"
MINUTE, HOUR = 60, 3600
QUARTER = 15 * MINUTE


@pytest.fixture
def opened(w):
    person(w)
    return log_in(w)


def is_open(w, token) -> bool:
    try:
        sessions.resolve(w, token)
    except NotLoggedIn:
        return False
    return True


def stay(w, clock, token, seconds, each=HOUR):
    """Use a session again and again for so long; the token it has then."""
    for _ in range(seconds // each):
        clock.move(each)
        token = sessions.resolve(w, token).new_token or token
    clock.move(seconds % each)
    return token


def test_a_session_says_who_it_is_and_keeps_its_csrf_value(w, opened):
    found = sessions.resolve(w, opened.token)
    assert found.principal == opened.principal
    assert found.principal.role is Role.ADMINISTRATOR
    assert (found.session_id, found.csrf) == (opened.session_id, opened.csrf)
    assert found.new_token is None


def test_no_token_is_kept_as_it_is(w, opened):
    assert opened.token not in str(rows_of(w, t.login_session))
    assert opened.token not in str(audited(w))


@pytest.mark.parametrize("token", ["", "x", "\0", "\ud800", "é" * 5000])
def test_what_is_no_token_is_no_session(w, opened, token):
    assert not is_open(w, token)
    assert is_open(w, opened.token)


def test_each_log_in_opens_another_session(w, opened):
    again = log_in(w)
    assert again.session_id != opened.session_id
    assert len({again.token, opened.token, again.csrf, opened.csrf}) == 4
    assert is_open(w, opened.token)
    assert len(sessions.listed(w, opened.principal)) == 2


@pytest.mark.parametrize(("seconds", "is_new"), [(-1, False), (0, True), (1, True)])
def test_the_token_is_replaced_each_quarter_of_an_hour(w, clock, opened, seconds, is_new):
    clock.move(QUARTER + seconds)
    assert (sessions.resolve(w, opened.token).new_token is not None) == is_new


@pytest.mark.parametrize(("seconds", "good"), [(-1, True), (0, False), (1, False)])
def test_the_former_token_is_good_for_a_minute_once_the_new_one_was_seen(
    w, clock, opened, seconds, good
):
    clock.move(QUARTER)
    token = sessions.resolve(w, opened.token).new_token
    assert sessions.resolve(w, token).session_id == opened.session_id
    clock.move(MINUTE + seconds)
    assert is_open(w, opened.token) == good
    assert is_open(w, token)


def test_requests_under_way_while_the_token_is_replaced_are_answered_without_another(
    w, clock, opened
):
    clock.move(QUARTER)
    assert sessions.resolve(w, opened.token).new_token
    assert [sessions.resolve(w, opened.token).new_token for _ in range(3)] == [None] * 3


@pytest.mark.faults
def test_of_many_requests_at_once_when_the_token_is_due_one_brings_a_new_one(w, clock, opened):
    clock.move(QUARTER)
    start = Barrier(6)

    def ask(_):
        start.wait()
        return sessions.resolve(w, opened.token).new_token

    with ThreadPoolExecutor(6) as pool:
        found = [one for one in pool.map(ask, range(6)) if one]
    assert len(found) == 1
    assert is_open(w, found[0])


def test_an_answer_that_got_lost_with_the_new_token_logs_nobody_out(w, clock, opened):
    clock.move(QUARTER)
    lost = sessions.resolve(w, opened.token).new_token
    clock.move(MINUTE)
    token = sessions.resolve(w, opened.token).new_token
    assert token
    assert token != lost
    assert not is_open(w, lost)
    assert is_open(w, token)
    clock.move(MINUTE)
    assert not is_open(w, opened.token)


@pytest.mark.parametrize(("seconds", "good"), [(-1, True), (0, False), (1, False)])
def test_a_session_ends_after_two_idle_hours(w, clock, opened, seconds, good):
    clock.move(2 * HOUR + seconds)
    assert is_open(w, opened.token) == good


@pytest.mark.parametrize(("seconds", "good"), [(-1, True), (0, False), (1, False)])
def test_a_session_ends_after_twelve_hours_however_busy(w, clock, opened, seconds, good):
    token = stay(w, clock, opened.token, 11 * HOUR)
    clock.move(HOUR + seconds)
    assert is_open(w, token) == good
    assert len(sessions.listed(w, opened.principal)) == good


def test_a_session_is_found_by_one_statement_and_seen_once_a_minute(w, clock, opened):
    with statements_of(w.store) as found:
        sessions.resolve(w, opened.token)
        clock.move(MINUTE - 1)
        sessions.resolve(w, opened.token)
    assert count(found) == ["SELECT", "SELECT"]
    with statements_of(w.store) as found:
        clock.move(1)
        sessions.resolve(w, opened.token)
        sessions.resolve(w, opened.token)
    assert count(found) == ["SELECT", "UPDATE", "SELECT"]
    with statements_of(w.store) as found:
        clock.move(QUARTER)
        sessions.resolve(w, opened.token)
    assert count(found) == ["SELECT", "UPDATE"]


def count(statements) -> list[str]:
    words = [one.split(None, 1)[0] for one in statements]
    return [word for word in words if word != "BEGIN"]


def test_a_log_out_ends_this_session_only(w, opened):
    other = log_in(w)
    sessions.log_out(w, opened.principal, opened.session_id)
    assert (is_open(w, opened.token), is_open(w, other.token)) == (False, True)
    sessions.log_out(w, opened.principal, opened.session_id)
    assert len(audited(w, "logout")) == 1


def test_nobody_ends_the_session_of_another(w, opened):
    person(w, login="autre@lycee.example")
    other = sessions.log_in(w, "autre@lycee.example", PASSWORD, address=ADDRESS)
    sessions.log_out(w, other.principal, opened.session_id)
    assert is_open(w, opened.token)
    sessions.log_out_everywhere(w, other.principal)
    assert (is_open(w, opened.token), is_open(w, other.token)) == (True, False)


def test_a_log_out_everywhere_ends_all(w, opened):
    other = log_in(w)
    assert sessions.log_out_everywhere(w, opened.principal) == 2
    assert (is_open(w, opened.token), is_open(w, other.token)) == (False, False)
    assert audited(w, "logout_everywhere")[0][2] == {"session_count": 2}


def change(w, opened, current=PASSWORD, new=ANOTHER):
    sessions.change_password(w, opened.principal, opened.session_id, current, new, address=ADDRESS)


def test_a_changed_password_ends_the_other_sessions(w, opened):
    other = log_in(w)
    change(w, opened)
    assert (is_open(w, opened.token), is_open(w, other.token)) == (True, False)
    assert log_in(w, password=ANOTHER)
    with pytest.raises(LoginRefused):
        log_in(w)


@pytest.mark.parametrize(
    ("current", "new", "error"),
    [
        ("pas celui-ci, un autre", ANOTHER, LoginRefused),
        (PASSWORD, "court", PasswordRefused),
        (PASSWORD, LOGINS[Role.ADMINISTRATOR], PasswordRefused),
        (PASSWORD, PASSWORD, PasswordRefused),
    ],
)
def test_a_password_is_changed_by_who_knows_it_to_one_that_is_allowed(
    w, opened, current, new, error
):
    other = log_in(w)
    with pytest.raises(error):
        change(w, opened, current, new)
    assert is_open(w, other.token)
    assert log_in(w)


def test_a_token_changes_no_password(w, opened):
    with pytest.raises(Forbidden):
        change(w, replace(opened, principal=replace(opened.principal, scopes=frozenset())))
    assert log_in(w)


def test_a_log_in_brings_a_hash_to_the_cost_of_today(w, opened):
    (before,) = rows_of(w, t.account)
    dearer = replace(w, passwords=Passwords(memory_kib=16, time_cost=1))
    log_in(dearer)
    (after,) = rows_of(w, t.account)
    assert not dearer.passwords.is_outdated(after.password_hash)
    assert dearer.passwords.is_outdated(before.password_hash)
    log_in(dearer)
    assert rows_of(w, t.account)[0].password_hash == after.password_hash


def test_a_password_typed_with_combining_accents_is_the_same(w):
    invitations.accept(w, invited(w).token, "l'\u00e9t\u00e9 en atelier")
    assert log_in(w, password="l'e\u0301te\u0301 en atelier")


def test_the_tick_removes_sessions_that_are_over(w, clock, opened):
    assert upkeep.purge(w).log_in_count == 0
    clock.move(2 * HOUR)
    assert upkeep.purge(w).log_in_count == 2  # and the count of its address
    assert rows_of(w, t.login_session) == []


def test_no_secret_shows_when_a_value_is_printed(w, clock, opened):
    clock.move(QUARTER)
    found = sessions.resolve(w, opened.token)
    told = repr((opened, found, invited(w, login="autre@lycee.example")))
    assert not [one for one in (opened.token, found.new_token, found.csrf) if one in told]
