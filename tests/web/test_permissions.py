"""Every route × every role × own or other school, from the routes themselves."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from tests.web.conftest import Visitor
from tests.web.matrix import Key, ask, entries, is_denied, routes
from tests.web.permissions import ROLES
from tests.web.school import Ids
from web.app import make_app

ENTRIES = entries()


@functools.cache
def _routes() -> list[Key]:
    return routes(make_app(None))  # type: ignore[arg-type]


def _named(key: Any) -> str:
    return f"{key[0]} {key[1]}" if isinstance(key, tuple) else str(key)


KNOWN = [key for key in _routes() if key in ENTRIES]
NEEDED = [key for key in KNOWN if not ENTRIES[key].open]
OF_A_SCHOOL = [
    key
    for key in KNOWN
    if (ENTRIES[key].other_values or ENTRIES[key].other_params) and not ENTRIES[key].untold
]


def test_every_route_has_an_entry() -> None:
    missing = [_named(key) for key in _routes() if key not in ENTRIES]
    assert not missing, "\n".join(missing)


def test_every_entry_has_a_route() -> None:
    gone = [_named(key) for key in ENTRIES if key not in _routes()]
    assert not gone, "\n".join(gone)


@pytest.mark.parametrize("key", NEEDED, ids=_named)
def test_without_a_session_nothing_is_told(key: Key, visitor: Visitor, ids: Ids) -> None:
    entry = ENTRIES[key]
    answer = ask(visitor("anonymous"), key, entry, ids, entry.path_values, entry.params)
    if key[1].startswith("/api/"):
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
    else:
        assert is_denied(answer), answer.status_code
        assert answer.status_code != 404


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("key", KNOWN, ids=_named)
def test_a_role_may_what_its_entry_says(key: Key, role: str, visitor: Visitor, ids: Ids) -> None:
    entry = ENTRIES[key]
    answer = ask(visitor(role), key, entry, ids, entry.path_values, entry.params)
    assert answer.status_code < 500
    assert is_denied(answer) == (role not in entry.allowed), answer.status_code


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("key", OF_A_SCHOOL, ids=_named)
def test_another_school_is_out_of_reach(key: Key, role: str, visitor: Visitor, ids: Ids) -> None:
    entry = ENTRIES[key]
    path, params = entry.other_values or entry.path_values, entry.other_params or entry.params
    answer = ask(visitor(role), key, entry, ids, path, params)
    reached = role == "administrator" and role in entry.allowed
    assert is_denied(answer) == (not reached), answer.status_code


@pytest.mark.parametrize("key", [key for key in KNOWN if ENTRIES[key].unreached_values], ids=_named)
def test_a_teacher_reaches_his_divisions_only(key: Key, visitor: Visitor, ids: Ids) -> None:
    entry = ENTRIES[key]
    assert entry.unreached_values is not None
    answer = ask(visitor("teacher"), key, entry, ids, entry.unreached_values, entry.params)
    assert is_denied(answer), answer.status_code
