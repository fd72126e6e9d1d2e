"""The routes of the administrator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.web.permissions import Entry
from tests.web.school import Ids

ADMIN = frozenset({"administrator"})
FRAMEWORKS = (
    "annee;diplome;libelle_diplome;niveau;position;code;reference;libelle\n"
    "2026;25520;MELEC;premiere;1;9001;C1;Préparer\n"
)


def _school(_ids: Ids) -> Mapping[str, Any]:
    return {"uai": "0999999Z"}


def _account(ids: Ids) -> Mapping[str, Any]:
    return {"account_id": ids.people["teacher"].account_id}


def _framework(_ids: Ids) -> Mapping[str, Any]:
    return {"annee": 2026, "diplome": "25520", "niveau": "premiere"}


def _file(_ids: Ids) -> Mapping[str, Any]:
    return {"fichier": ("referentiels.csv", FRAMEWORKS.encode(), "text/csv")}


def _waiting(_ids: Ids) -> Mapping[str, Any]:
    return {"reference": "0" * 64}


BASE = "/administration"
# A file that waits belongs to who gave it: for everybody else, another administrator included,
# it is not there. That and its own three routes are tried in test_admin_imports.
NOBODY: frozenset[str] = frozenset()
ENTRIES = {
    ("GET", BASE): Entry(ADMIN),
    ("GET", f"{BASE}/etablissements"): Entry(ADMIN),
    ("POST", f"{BASE}/etablissements"): Entry(ADMIN),
    ("GET", f"{BASE}/etablissements/{{uai}}"): Entry(ADMIN, _school),
    ("POST", f"{BASE}/etablissements/{{uai}}"): Entry(
        ADMIN, _school, form=lambda _: {"nom": "LP d’essai"}
    ),
    ("GET", f"{BASE}/comptes"): Entry(ADMIN),
    ("GET", f"{BASE}/comptes/nouveau"): Entry(ADMIN),
    ("POST", f"{BASE}/comptes/nouveau"): Entry(ADMIN),
    ("GET", f"{BASE}/comptes/{{account_id}}"): Entry(ADMIN, _account),
    ("POST", f"{BASE}/comptes/{{account_id}}"): Entry(ADMIN, _account),
    ("POST", f"{BASE}/comptes/{{account_id}}/invitation"): Entry(ADMIN, _account),
    ("POST", f"{BASE}/comptes/{{account_id}}/desactivation"): Entry(ADMIN, _account),
    ("POST", f"{BASE}/comptes/{{account_id}}/reouverture"): Entry(ADMIN, _account),
    ("GET", f"{BASE}/referentiels"): Entry(ADMIN),
    ("GET", f"{BASE}/referentiels/{{annee}}/{{diplome}}/{{niveau}}"): Entry(ADMIN, _framework),
    ("GET", f"{BASE}/imports"): Entry(ADMIN),
    ("POST", f"{BASE}/imports"): Entry(ADMIN, files=_file),
    ("GET", f"{BASE}/imports/{{reference}}"): Entry(NOBODY, _waiting),
    ("POST", f"{BASE}/imports/{{reference}}"): Entry(NOBODY, _waiting),
    ("POST", f"{BASE}/imports/{{reference}}/essai"): Entry(NOBODY, _waiting),
    ("GET", f"{BASE}/sante"): Entry(ADMIN),
    ("GET", f"{BASE}/journal"): Entry(ADMIN),
    ("GET", f"{BASE}/journal.csv"): Entry(ADMIN),
}
