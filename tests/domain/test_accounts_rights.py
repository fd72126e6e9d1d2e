"""Rights: what each role may, what a token's scopes leave of it, where each reaches."""

from __future__ import annotations

import pytest

from pipeline.domain.accounts import (
    LONGEST_LOGIN,
    Principal,
    Right,
    Role,
    Scope,
    login_of,
    may,
    reaches,
    scopes_of,
)
from pipeline.domain.password_rules import COMMONEST, LONGEST, SHORTEST, faults_of, normalised

LOGIN, NAME = "zoe.roux-martin@lycee.example", "Zoé ROUX-MARTIN"


def a(role: Role, **given) -> Principal:
    return Principal(12, LOGIN, NAME, role, **given)


HEADS = {Right.SEE, Right.ENTER, Right.EXPORT, Right.DOWNLOAD, Right.CONFIGURE}


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (Role.ADMINISTRATOR, {Right.ADMINISTER}),
        (Role.HEAD, HEADS),
        (Role.DDFPT, HEADS),
        (Role.TEACHER, {Right.SEE, Right.ENTER}),
    ],
)
def test_each_role_has_its_rights_and_no_other(role, rights):
    assert {right for right in Right if may(a(role), right)} == rights


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("scope", Scope)
def test_a_token_never_may_more_than_its_role_nor_than_its_scopes(role, scope):
    through = {right for right in Right if may(a(role, scopes=frozenset({scope})), right)}
    assert through <= {right for right in Right if may(a(role), right)}
    assert bool(through) == (scope in scopes_of(role))


@pytest.mark.parametrize("role", Role)
def test_a_token_without_scope_may_nothing_and_one_with_all_what_the_role_may(role):
    own = {right for right in Right if may(a(role), right)}
    assert not [right for right in Right if may(a(role, scopes=frozenset()), right)]
    assert {right for right in Right if may(a(role, scopes=frozenset(Scope)), right)} == own


@pytest.mark.parametrize("role", [Role.HEAD, Role.DDFPT])
def test_a_head_reaches_every_division_of_his_schools_only(role):
    one = a(role, schools=frozenset({"0999999Z"}))
    assert reaches(one, "0999999Z", 1)
    assert not reaches(one, "0888888Y", 1)


def test_a_teacher_reaches_the_divisions_given_in_the_schools_he_belongs_to():
    one = a(Role.TEACHER, schools=frozenset({"0999999Z"}), divisions=frozenset({1, 3}))
    assert reaches(one, "0999999Z", 1)
    assert not reaches(one, "0999999Z", 2)
    assert not reaches(one, "0888888Y", 3)  # he left that school


def test_an_administrator_reaches_nothing():
    given = {"schools": frozenset({"0999999Z"}), "divisions": frozenset({1})}
    assert not reaches(a(Role.ADMINISTRATOR, **given), "0999999Z", 1)


def test_who_acts_is_told_by_id():
    assert a(Role.HEAD).actor == "user:12"


@pytest.mark.parametrize(
    "text",
    ["Zoe@Lycee.Example", "  zoe@lycee.example\t", "ｚｏｅ＠lycee.example", "zoe@LYCEE.example"],
)
def test_a_login_is_the_same_however_it_is_typed(text):
    assert login_of(text) == "zoe@lycee.example"


@pytest.mark.parametrize(
    "text",
    ["", "zoe", "zoe@lycee", "@lycee.example", "zoe@@lycee.example", "z e@lycee.example",
     "zoe@lycee.", "z\0e@lycee.example", "z\ud800e@lycee.example", "zoe@lycee.example\u202e"],
)  # fmt: skip
def test_what_is_no_address_is_no_login(text):
    assert login_of(text) is None


@pytest.mark.parametrize(("length", "is_one"), [(-1, True), (0, True), (1, False)])
def test_a_login_has_a_longest_length(length, is_one):
    domain = "@lycee.example"
    text = "z" * (LONGEST_LOGIN + length - len(domain)) + domain
    assert (login_of(text) is not None) == is_one


LETTERS = "abcdefghijklmnopqrstuvwxyz" * 9


@pytest.mark.parametrize(
    ("length", "fault_count"),
    [(SHORTEST - 1, 1), (SHORTEST, 0), (SHORTEST + 1, 0),
     (LONGEST - 1, 0), (LONGEST, 0), (LONGEST + 1, 1)],
)  # fmt: skip
def test_a_password_has_a_shortest_and_a_longest_length(length, fault_count):
    assert len(faults_of(LETTERS[:length], LOGIN, NAME)) == fault_count


@pytest.mark.parametrize(
    "password",
    [LOGIN, LOGIN.upper(), "Zoe.Roux-Martin", NAME, "zoé  roux-martin", "motdepasse123",
     "Mot-de-passe 123", "PasswordPassword", "a" * 12, "abababababab", "aaaabbbbcccc",
     "une phrase\0de secours", "une phrase\nde secours", "une phrase \ud800 de secours"],
)  # fmt: skip
def test_a_password_is_not_the_login_the_name_a_common_one_or_unprintable(password):
    assert len(faults_of(password, LOGIN, NAME)) == 1


@pytest.mark.parametrize(
    "password", ["un atelier plein de copeaux", "日本語のとても長い合い言葉", "été-hiver-1999"]
)
def test_a_sentence_is_a_password_without_any_composition(password):
    assert faults_of(password, LOGIN, NAME) == []


def test_no_fault_quotes_the_password():
    assert all("motdepasse123" not in fault for fault in faults_of("motdepasse123", LOGIN, NAME))


def test_a_password_is_the_same_from_any_keyboard():
    assert normalised("e\u0301te\u0301 1999") == normalised("\u00e9t\u00e9 1999")
    assert normalised("\ufdfa" * 20) is not None  # grows when normalised; bounded before
    assert faults_of("\ufdfa" * 20, LOGIN, NAME)


def test_the_commonest_are_written_as_they_are_compared():
    assert [one for one in COMMONEST if len(one) < SHORTEST or one != one.casefold()] == []
    assert [one for one in COMMONEST if not one.isalnum()] == []
