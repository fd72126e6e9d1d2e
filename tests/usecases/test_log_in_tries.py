"""Failed log-ins: told apart by nothing, counted whatever is at once, then one waits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from pipeline import accounts, invitations, sessions, tries, upkeep
from pipeline.domain.accounts import Role
from pipeline.errors import LoginRefused, TooManyTries
from pipeline.passwords import Passwords
from pipeline.store import rows as t
from tests.usecases.exporting import statements_of
from tests.usecases.people import ADDRESS, LOGINS, PASSWORD, audited, person, rows_of

LOGIN = LOGINS[Role.ADMINISTRATOR]
WRONG = "pas celui-ci, un autre"


@pytest.fixture
def account_id(w):
    return person(w)


def attempt(w, login=LOGIN, password=WRONG, address=ADDRESS):
    """What a log-in gives: the session, or the error."""
    try:
        return sessions.log_in(w, login, password, address=address)
    except (LoginRefused, TooManyTries) as error:
        return error


def fail(w, count, **given):
    found = [attempt(w, **given) for _ in range(count)]
    assert all(isinstance(one, LoginRefused) for one in found), found


def fail_from(w, count, address):
    """Fail with so many logins, one try each."""
    for rank in range(count):
        fail(w, 1, login=f"{rank}@lycee.example", address=address)


def waits(found) -> int:
    assert isinstance(found, TooManyTries), found
    return found.retry_after_s


@pytest.mark.parametrize(("count", "is_let_in"), [(4, True), (5, False), (6, False)])
def test_the_fifth_failure_makes_a_login_wait_even_with_the_right_password(
    w, account_id, count, is_let_in
):
    fail(w, min(count, 5))
    found = attempt(w, password=PASSWORD)
    assert isinstance(found, TooManyTries) != is_let_in


def test_the_wait_doubles_up_to_a_quarter_of_an_hour(w, clock, account_id):
    fail(w, 5)
    found = []
    for _ in range(8):
        found.append(waits(attempt(w)))
        clock.move(found[-1])
        fail(w, 1)
    assert found == [30, 60, 120, 240, 480, 900, 900, 900]


@pytest.mark.parametrize(("seconds", "is_let_in"), [(29, False), (30, True), (31, True)])
def test_who_has_waited_is_let_in_by_the_right_password(w, clock, account_id, seconds, is_let_in):
    fail(w, 5)
    clock.move(seconds)
    assert isinstance(attempt(w, password=PASSWORD), TooManyTries) != is_let_in


def test_tries_while_one_waits_do_not_make_the_wait_longer(w, clock, account_id):
    fail(w, 5)
    assert [waits(attempt(w)) for _ in range(20)] == [30] * 20
    clock.move(30)
    assert attempt(w, password=PASSWORD).token


def test_a_success_forgets_the_failures_of_the_login(w, account_id):
    for _ in range(3):
        fail(w, 4)
        assert attempt(w, password=PASSWORD).token


@pytest.mark.parametrize(("hours", "is_forgotten"), [(23, False), (24, True), (25, True)])
def test_failures_are_forgotten_after_a_day_without_one(w, clock, account_id, hours, is_forgotten):
    fail(w, 4)
    clock.move(hours * 3600)
    fail(w, 1)
    assert isinstance(attempt(w, password=PASSWORD), TooManyTries) != is_forgotten


def test_one_login_waits_and_the_others_do_not(w, account_id):
    person(w, login="autre@lycee.example")
    fail(w, 5)
    assert attempt(w, login="autre@lycee.example", password=PASSWORD).token


def test_a_login_waits_wherever_the_tries_come_from_and_however_it_is_typed(w, account_id):
    for rank in range(5):
        fail(w, 1, login=f" {LOGIN.upper()}"[rank % 2 :], address=f"198.51.100.{rank}")
    assert waits(attempt(w, password=PASSWORD, address="203.0.113.9")) == 30


@pytest.mark.parametrize(("count", "is_let_in"), [(99, True), (100, False)])
def test_an_address_waits_a_little_after_a_hundred_failures(w, clock, account_id, count, is_let_in):
    fail_from(w, count, ADDRESS)
    assert isinstance(attempt(w, password=PASSWORD), TooManyTries) != is_let_in
    assert attempt(w, password=PASSWORD, address="203.0.113.9").token
    clock.move(1)
    assert attempt(w, password=PASSWORD).token


def test_a_whole_school_may_log_in_from_one_address(w, account_id):
    for _ in range(120):
        assert attempt(w, password=PASSWORD).token


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("192.0.2.7", "::ffff:192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("testclient", "testclient", True),
        ("", "\ud800", False),
    ],
)
def test_an_address_is_one_machine_or_one_network_of_ipv6(w, one, other, are_one):
    fail(w, 1, login="a@lycee.example", address=one)
    fail(w, 1, login="b@lycee.example", address=other)
    assert len(rows_of(w, t.login_failures)) == (3 if are_one else 4)


def test_an_unknown_login_a_closed_account_and_a_wrong_password_are_told_alike(w, account_id):
    person(w, login="ferme@lycee.example")
    closed = [one.id for one in accounts.listed(w) if one.login.startswith("ferme")]
    accounts.disable(w, closed[0], by="tests")
    invitations_only = accounts.add(
        w, by="tests", login="invite@lycee.example", name="Z", role=Role.ADMINISTRATOR
    )
    assert invitations.look(w, invitations_only.token)
    found = [
        attempt(w, login=login, password=password)
        for login, password in (
            (LOGIN, WRONG), ("inconnu@lycee.example", WRONG), ("ferme@lycee.example", PASSWORD),
            ("invite@lycee.example", PASSWORD), ("", ""), ("\0", "\0"), ("\ud800", "\ud800"),
            (LOGIN, "x" * 100_000), ("x" * 100_000, PASSWORD), (LOGIN, "\ufdfa" * 200),
        )
    ]  # fmt: skip
    assert {(type(one), str(one)) for one in found} == {(LoginRefused, str(LoginRefused()))}


def test_unknown_and_known_logins_cost_the_same_statements(w, account_id):
    counts = []
    for login in (LOGIN, "inconnu@lycee.example"):
        fail(w, 1, login=login, address=login)
        with statements_of(w.store) as found:
            fail(w, 1, login=login, address=login)
        counts.append([one.split(None, 2)[:2] for one in found])
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("hashed", "given"), [(None, WRONG), (None, None), ("x", WRONG)])
def test_a_password_is_hashed_even_where_there_is_nothing_to_compare_with(hashed, given):
    """The work itself is timed nowhere: the same verification runs, on a hash of the same cost."""
    cost = Passwords(memory_kib=8, time_cost=1)
    assert not cost.verify(hashed, given)
    assert cost.verify(cost.hash(PASSWORD), PASSWORD)
    assert not cost.verify(cost.hash(PASSWORD), None)
    assert not cost.verify(cost.hash(""), None)


def test_the_default_cost_is_the_one_owasp_advises():
    assert Passwords().hash(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_refused_log_in_is_audited_by_the_account_or_by_nothing(w, account_id):
    fail(w, 1)
    fail(w, 1, login="inconnu@lycee.example")
    assert audited(w, "login_refused") == [
        ("visitor", "login_refused", {"account_id": account_id}),
        ("visitor", "login_refused", {}),
    ]
    assert not [row for row in rows_of(w, t.login_failures) if "inconnu" in str(row)]


@pytest.mark.faults
def test_of_many_tries_at_once_five_are_looked_at(w, account_id):
    start = Barrier(12)

    def guess(rank):
        start.wait()
        return attempt(w, password=f"une devinette {rank}")

    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(guess, range(12)))
    assert sum(isinstance(one, LoginRefused) for one in found) == 5
    assert sum(isinstance(one, TooManyTries) for one in found) == 7


@pytest.mark.faults
def test_two_log_ins_at_once_open_two_sessions(w, account_id):
    start = Barrier(2)

    def log_in(_):
        start.wait()
        return attempt(w, password=PASSWORD).session_id

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(log_in, range(2)))) == 2


def test_a_new_password_by_invitation_ends_the_wait(w, account_id):
    fail(w, 5)
    invitation = accounts.invite_again(w, account_id, by="tests")
    invitations.accept(w, invitation.token, PASSWORD)
    assert attempt(w, password=PASSWORD).token


def test_a_wrong_current_password_counts_as_a_failed_log_in(w, account_id):
    opened = attempt(w, password=PASSWORD)
    for _ in range(5):
        with pytest.raises(LoginRefused):
            sessions.change_password(
                w, opened.principal, opened.session_id, WRONG, PASSWORD, address=ADDRESS
            )
    with pytest.raises(TooManyTries):
        sessions.change_password(
            w, opened.principal, opened.session_id, PASSWORD, WRONG, address=ADDRESS
        )


def test_the_tick_removes_what_is_to_be_forgotten_and_no_wait(w, clock, account_id):
    fail(w, 5)
    upkeep.purge(w)
    assert waits(attempt(w)) == 30
    clock.move(tries.OF_LOGIN.memory.total_seconds())
    upkeep.purge(w)
    assert rows_of(w, t.login_failures) == []
