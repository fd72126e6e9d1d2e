"""The API on a database of its own: two schools, people with tokens, a version, a job."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from rowsbuilder import DIPLOMA, START_YEAR, UAI, SchoolIds, a_school, compute_lights

from pipeline import accounts, tokens
from pipeline.desk import admin_imports, follow, versions
from pipeline.domain.accounts import Principal, Role, Scope, scopes_of
from pipeline.queue import Message
from pipeline.store.unit import Store
from pipeline.wiring import Wiring
from tests.usecases.exporting import Clock, a_wiring, ask, exported, set_marks
from tests.usecases.people import logged_in
from web.app import make_app
from web.world import waiting_of

OTHER = "0888888Y"
FRAMEWORKS = (
    b"annee;diplome;libelle_diplome;niveau;position;code;reference;libelle\n"
    b"2025;22106;Cuisine;;1;9101;C1;Organiser\n"
)


@dataclass
class ApiSite:
    """The application, what it runs on, and what is in it."""

    w: Wiring
    app: FastAPI
    ids: SchoolIds
    other: SchoolIds
    sent: list[Message]
    secrets: dict[Role, str]
    people: dict[Role, Principal]
    real: dict[str, Any]
    waiting_job: str

    def bearer(self, role: Role) -> dict[str, str]:
        """The header of that role's token, which has every scope of it.

        Accounts that were closed or given another reach meanwhile get theirs again.
        """
        for one, who in self.people.items():
            accounts.reopen(self.w, who.account_id, by="tests")
            accounts.change_reach(
                self.w, who.account_id, by="tests", role=one, schools=who.schools,
                divisions=who.divisions,
            )  # fmt: skip
        if not tokens.listed(self.w, self.people[role]):
            self.secrets[role] = _token(self.w, self.people[role], scopes_of(role))
        return {"Authorization": f"Bearer {self.secrets[role]}"}

    def token(self, role: Role, *scopes: Scope) -> dict[str, str]:
        """The header of another token of that role, with these scopes alone."""
        return {"Authorization": f"Bearer {_token(self.w, self.people[role], scopes)}"}

    def real_values(
        self, operation: str, parameters: list[dict[str, Any]]
    ) -> dict[str, dict[str, Any]]:
        """What leads an operation to something that is there: ids of its path, `If-Match`."""
        names = {one["name"] for one in parameters}
        if operation == "cancel_job":
            return {"path_parameters": {"job_id": self.waiting_job}}
        path = {name: value for name, value in self.real.items() if name in names}
        found: dict[str, dict[str, Any]] = {"path_parameters": path} if path else {}
        return found | ({"headers": {"If-Match": "*"}} if "If-Match" in names else {})


def _token(w: Wiring, principal: Principal, scopes: Collection[Scope]) -> str:
    return tokens.make(w, principal, label="essai", scopes=scopes, days=30).secret


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
    exported(w, other.division_id)
    exported(w, ids.division_id)
    set_marks(store, ids.booklet_ids, 1250)
    compute_lights(store, w.now())
    latest = exported(w, ids.division_id)
    real = {
        "uai": UAI, "start_year": START_YEAR, "diploma_code": DIPLOMA, "level": "premiere",
        "division_id": ids.division_id, "booklet_id": ids.booklet_ids[0],
        "account_id": people[Role.TEACHER].account_id, "job_id": latest.id,
        "artifact_id": _artifact(w, people[Role.HEAD], latest.id),
    }  # fmt: skip
    kept = versions.note_sent(w, people[Role.HEAD], real["artifact_id"], b"bilan de LSL")
    real["sha256"] = kept.report_sha256
    waiting_job = ask(w, ids.division_id)
    real["reference"] = _tried(w, people[Role.ADMINISTRATOR])
    yield ApiSite(w, make_app(w), ids, other, sent, secrets, people, real, waiting_job)
    store.engine.dispose()


def _artifact(w: Wiring, head: Principal, job_id: str) -> int:
    artifact_id: int = follow.progress(w, head, [job_id]).jobs[0].row.artifact_id
    return artifact_id


def _tried(w: Wiring, administrator: Principal) -> str:
    """The reference of a file of frameworks that was tried."""
    waiting = waiting_of(w)
    arrival = admin_imports.begin(w, waiting, administrator)
    arrival.write(FRAMEWORKS)
    choice = admin_imports.Choice("", START_YEAR)
    return admin_imports.try_out(
        w, waiting, administrator, arrival, name="referentiels.csv", choice=choice
    ).reference
