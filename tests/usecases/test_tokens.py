"""API tokens: shown once, never more than the role, for a time, ended at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rowsbuilder import a_school

from pipeline import accounts, sessions, tokens
from pipeline.domain.accounts import Right, Role, Scope, may
from pipeline.errors import AccountRefused, Forbidden, NotFound, NotLoggedIn
from pipeline.store import rows as t
from tests.usecases.exporting import statements_of
from tests.usecases.people import ADDRESS, PASSWORD, audited, log_in, logged_in, person, rows_of
from tests.usecases.test_sessions import count

DAY = 86_400


@pytest.fixture
def head(w, store):
    a_school(store, pupil_count=1)
    return logged_in(w, Role.HEAD, schools={"0999999Z"})


def make(w, who, **given):
    return tokens.make(w, who, **{"label": "script", "scopes": {Scope.READ}, "days": 30} | given)


def is_good(w, secret) -> bool:
    try:
        tokens.resolve(w, secret)
    except NotLoggedIn:
        return False
    return True


def test_a_token_is_its_account_within_its_scopes(w, head):
    found = tokens.resolve(w, make(w, head, scopes={Scope.READ, Scope.EXPORT}).secret)
    assert found == replace(head, scopes=frozenset({Scope.READ, Scope.EXPORT}))
    assert {right for right in Right if may(found, right)} == {
        Right.SEE, Right.EXPORT, Right.DOWNLOAD,
    }  # fmt: skip


def test_the_secret_is_shown_once_and_kept_nowhere(w, head):
    made = make(w, head)
    assert made.secret.startswith("lslpro_")
    assert made.secret not in f"{rows_of(w, t.api_token)} {audited(w)} {made!r}"
    assert made.secret not in str(tokens.listed(w, head))


@pytest.mark.parametrize(
    ("spoiled", "said"),
    [
        ({"label": " "}, "un nom"),
        ({"label": "x" * 81}, "80 caractères"),
        ({"label": "x\0"}, "un nom"),
        ({"scopes": set()}, "au moins un droit"),
        ({"scopes": {Scope.READ, Scope.ADMINISTER}}, "ceux de votre rôle"),
        ({"days": 0}, "1 à 365"),
        ({"days": 366}, "1 à 365"),
    ],
)
def test_a_token_is_refused_with_the_reason(w, head, spoiled, said):
    with pytest.raises(AccountRefused, match=said):
        make(w, head, **spoiled)
    assert tokens.listed(w, head) == []
    assert make(w, head)


@pytest.mark.parametrize("days", [1, 364, 365])
@pytest.mark.parametrize(("seconds", "good"), [(-1, True), (0, False), (1, False)])
def test_a_token_is_good_for_its_days(w, head, days, seconds, good):
    secret = make(w, head, days=days).secret
    w.now.move(days * DAY + seconds)
    assert is_good(w, secret) == good
    assert [one.is_expired for one in tokens.listed(w, head)] == [not good]


def test_an_account_has_twenty_tokens_at_most(w, head):
    made = [make(w, head) for _ in range(20)]
    with pytest.raises(AccountRefused, match="20 jetons"):
        make(w, head)
    tokens.revoke(w, head, made[0].token_id)
    assert make(w, head)


def test_a_revoked_token_is_over_at_once(w, head):
    made, other = make(w, head), make(w, head)
    tokens.revoke(w, head, made.token_id)
    assert (is_good(w, made.secret), is_good(w, other.secret)) == (False, True)
    with pytest.raises(NotFound):
        tokens.revoke(w, head, made.token_id)
    assert make(w, head).token_id not in {made.token_id, other.token_id}  # ids stand in the audit


def test_nobody_sees_or_revokes_the_token_of_another(w, head):
    made = make(w, head)
    person(w, Role.DDFPT, schools={"0999999Z"})
    other = log_in(w, Role.DDFPT).principal
    assert tokens.listed(w, other) == []
    with pytest.raises(NotFound):
        tokens.revoke(w, other, made.token_id)
    assert is_good(w, made.secret)


def test_a_token_makes_and_revokes_none(w, head):
    made = make(w, head)
    through = tokens.resolve(w, made.secret)
    with pytest.raises(Forbidden):
        make(w, through)
    with pytest.raises(Forbidden):
        tokens.revoke(w, through, made.token_id)
    assert is_good(w, made.secret)


def test_a_token_of_a_role_that_was_taken_away_may_less_at_once(w, head):
    secret = make(w, head, scopes={Scope.READ, Scope.EXPORT}).secret
    accounts.change_reach(w, head.account_id, by="tests", role=Role.TEACHER, schools={"0999999Z"})
    found = tokens.resolve(w, secret)
    assert {right for right in Right if may(found, right)} == {Right.SEE}


def test_the_day_of_use_is_noted_once_a_day(w, clock, head):
    secret = make(w, head).secret
    assert [one.last_used_on for one in tokens.listed(w, head)] == [None]
    with statements_of(w.store) as found:
        tokens.resolve(w, secret)
        tokens.resolve(w, secret)
    assert count(found) == ["SELECT", "UPDATE", "SELECT"]
    assert [one.last_used_on for one in tokens.listed(w, head)] == [clock().date()]


@pytest.mark.parametrize("secret", ["", "lslpro_", "lslpro_x", "lslpro_\ud800", "\0", "Bearer x"])
def test_what_is_no_secret_is_nobody(w, head, secret):
    make(w, head)
    assert not is_good(w, secret)


def test_a_session_is_no_token_and_a_token_no_session(w, head):
    opened = log_in(w, Role.HEAD)
    assert not is_good(w, opened.token)
    with pytest.raises(NotLoggedIn):
        sessions.resolve(w, make(w, head).secret)


def test_a_new_password_leaves_the_tokens(w, head):
    secret = make(w, head).secret
    opened = log_in(w, Role.HEAD)
    sessions.change_password(
        w, head, opened.session_id, PASSWORD, "une autre phrase de passe", address=ADDRESS
    )
    assert is_good(w, secret)


def test_tokens_are_audited_by_ids(w, head):
    made = make(w, head, label="chez moi")
    tokens.revoke(w, head, made.token_id)
    assert audited(w, "token_made", "token_revoked") == [
        (head.actor, "token_made", {"token_id": made.token_id, "scopes": ["read"], "days": 30}),
        (head.actor, "token_revoked", {"token_id": made.token_id}),
    ]
