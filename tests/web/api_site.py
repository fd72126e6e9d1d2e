"""The API on a database of its own: two schools, people with tokens, a version, a job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from rowsbuilder import DIPLOMA, START_YEAR, UAI, SchoolIds, a_school, compute_lights
from starlette.testclient import TestClient

from pipeline import tokens
from pipeline.domain.accounts import Role, Scope, scopes_of
from pipeline.queue import Message
from pipeline.store.unit import Store
from pipeline.wiring import Wiring
from tests.usecases.exporting import Clock, a_wiring, ask, exported
from tests.usecases.people import logged_in
from web.app import make_app

OTHER = "0888888Y"


@dataclass
class ApiSite:
    """The application, what it runs on, and what is in it."""

    w: Wiring
    app: FastAPI
    ids: SchoolIds
    other: SchoolIds
    sent: list[Message]
    secrets: dict[Role, str]

    def bearer(self, role: Role) -> dict[str, str]:
        """The header of that role's token, which has every scope of it."""
        return {"Authorization": f"Bearer {self.secrets[role]}"}

    def client(self, role: Role | None = None) -> TestClient:
        """A program, with that role's token."""
        headers = self.bearer(role) if role else {}
        return TestClient(self.app, base_url="https://testserver/api/v1/", headers=headers)

    def token(self, role: Role, *scopes: Scope) -> dict[str, str]:
        """The header of another token of that role, with these scopes alone."""
        principal = tokens.resolve(self.w, self.secrets[role])
        return {"Authorization": f"Bearer {_token(self.w, principal, scopes)}"}

    def path_values(self, parameters: list[dict[str, Any]]) -> dict[str, Any]:
        """Real values for the path parameters of an operation."""
        names = {one["name"] for one in parameters if one["in"] == "path"}
        return {name: value for name, value in self._real().items() if name in names}

    def _real(self) -> dict[str, Any]:
        return {
            "uai": UAI, "start_year": START_YEAR, "diploma_code": DIPLOMA, "level": "premiere",
            "division_id": self.ids.division_id, "booklet_id": self.ids.booklet_ids[0],
            "artifact_id": 1, "account_id": 1,
        }  # fmt: skip


def _token(w: Wiring, principal: Any, scopes: Any) -> str:
    from dataclasses import replace

    session = replace(principal, scopes=None)
    return tokens.make(w, session, label="essai", scopes=scopes, days=30).secret


@contextmanager
def a_site(database_url: str, home: Path) -> Iterator[ApiSite]:
    """Everything, on a migrated database."""
    sent: list[Message] = []
    store = Store(database_url, sent.extend)
    w = a_wiring(store, home, Clock())
    ids, other = a_school(store), a_school(store, uai=OTHER, division_code="TCUIS1")
    compute_lights(store, w.now())
    people = {
        Role.ADMINISTRATOR: logged_in(w),
        Role.HEAD: logged_in(w, Role.HEAD, schools=[UAI]),
        Role.DDFPT: logged_in(w, Role.DDFPT, schools=[UAI]),
        Role.TEACHER: logged_in(w, Role.TEACHER, schools=[UAI], divisions=[ids.division_id]),
    }
    secrets = {role: _token(w, one, scopes_of(role)) for role, one in people.items()}
    exported(w, ids.division_id)
    exported(w, other.division_id)
    ask(w, ids.division_id)
    yield ApiSite(w, make_app(w), ids, other, sent, secrets)
    store.engine.dispose()
