"""The routes of everybody: log-in, invitation, account."""

from __future__ import annotations

from tests.web.permissions import EVERYONE, Entry
from tests.web.school import PASSWORD

ENTRIES = {
    ("GET", "/"): Entry(EVERYONE),
    ("GET", "/connexion"): Entry(EVERYONE, open=True),
    ("POST", "/connexion"): Entry(
        EVERYONE,
        open=True,
        form=lambda ids: {"login": ids.people["head"].login, "password": PASSWORD},
    ),
    ("POST", "/deconnexion"): Entry(EVERYONE),
    ("GET", "/invitation/{token}"): Entry(
        EVERYONE, lambda ids: {"token": ids.invitation}, open=True
    ),
    ("POST", "/invitation/{token}"): Entry(
        EVERYONE, lambda ids: {"token": ids.invitation}, open=True
    ),
    ("GET", "/compte"): Entry(EVERYONE),
    ("POST", "/compte/mot-de-passe"): Entry(EVERYONE),
    ("POST", "/compte/sessions/{session_id}/fin"): Entry(EVERYONE, lambda _: {"session_id": 1}),
    ("POST", "/compte/deconnexion-partout"): Entry(EVERYONE),
    ("POST", "/compte/jetons"): Entry(EVERYONE, form=lambda _: {"label": "essai"}),
    ("POST", "/compte/jetons/{token_id}/suppression"): Entry(
        {"head"}, lambda ids: {"token_id": ids.api_tokens["head"][0]}
    ),
}
