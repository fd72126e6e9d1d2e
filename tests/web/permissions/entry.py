"""The routes of the entry of booklets: those who see a division enter in it."""

from __future__ import annotations

from typing import Any

from tests.web.permissions import STAFF, Entry
from tests.web.school import Ids


def _booklet(ids: Ids) -> dict[str, Any]:
    return {"booklet_id": ids.own.booklet_id}


def _other_booklet(ids: Ids) -> dict[str, Any]:
    return {"booklet_id": ids.other.booklet_id}


def _division(ids: Ids) -> dict[str, Any]:
    return {"division_id": ids.own.division_id}


def _other_division(ids: Ids) -> dict[str, Any]:
    return {"division_id": ids.other.division_id}


def _not_given(ids: Ids) -> dict[str, Any]:
    return {"division_id": ids.own.divisions["TCUIS1"]}


_IF_MATCH = {"If-Match": '"1"', "Accept": "application/json"}
ENTRIES = {
    ("GET", "/saisie"): Entry(STAFF),
    ("GET", "/saisie/{division_id}"): Entry(
        STAFF, _division, _other_division, unreached_values=_not_given
    ),
    ("GET", "/livrets/{booklet_id}"): Entry(STAFF, _booklet, _other_booklet),
    ("POST", "/livrets/{booklet_id}"): Entry(STAFF, _booklet, _other_booklet),
    ("PATCH", "/livrets/{booklet_id}"): Entry(
        STAFF, _booklet, _other_booklet, json=lambda _: {"values": {}}, headers=_IF_MATCH
    ),
    ("GET", "/livrets/{booklet_id}/etat"): Entry(STAFF, _booklet, _other_booklet),
    ("GET", "/divisions/{division_id}/grille"): Entry(
        STAFF, _division, _other_division, unreached_values=_not_given
    ),
    ("POST", "/divisions/{division_id}/grille"): Entry(
        STAFF, _division, _other_division, form=lambda _: {"champ": "moyenne-1"},
        unreached_values=_not_given,
    ),
}  # fmt: skip
