"""Two schools with their people, made once and copied for each test."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipeline import (
    accounts,
    export,
    export_run,
    imports,
    invitations,
    levels,
    recompute,
    sessions,
    tokens,
)
from pipeline.artifacts import Artifacts
from pipeline.demo_school import START_YEAR, write_demo_files
from pipeline.domain.accounts import Role, scopes_of
from pipeline.domain.periods import Level, Periodicity
from pipeline.exchange.siecle import read_siecle
from pipeline.exchange.tables import read_booklets, read_frameworks
from pipeline.passwords import Passwords
from pipeline.settings import Settings
from pipeline.store import migrate
from pipeline.store import rows as t
from pipeline.store.engine import make_engine
from pipeline.store.unit import Store
from pipeline.wiring import Wiring
from pipeline.xml.profiles import load_profiles
from tests.usecases.exporting import Clock, set_marks

NOW = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
OWN, OTHER = "0999999Z", "0888888Y"
DIPLOMA = "25520"  # of 1MELEC1
PASSWORD = "la craie crisse au tableau"
CHEAP = Passwords(memory_kib=8, time_cost=1, parallelism=1)
SITE = "https://lslpro.test"
PEOPLE = {  # login: role, school, code of the division given
    "head": (Role.HEAD, OWN, ""),
    "ddfpt": (Role.DDFPT, OWN, ""),
    "teacher": (Role.TEACHER, OWN, "1MELEC1"),
    "administrator": (Role.ADMINISTRATOR, "", ""),
    "other_head": (Role.HEAD, OTHER, ""),
    "other_teacher": (Role.TEACHER, OTHER, "1MELEC1"),
}


@dataclass(frozen=True)
class SchoolIds:
    """What a test names of a school."""

    uai: str
    start_year: int
    diploma: str  # of 1MELEC1
    divisions: dict[str, int]  # by code: 1MELEC1 (all lights), TCUIS1, 1AGORA É&2 (all red)
    booklets: dict[str, int]  # one of 1MELEC1 by light: red, orange, green
    siecle_ids: dict[str, int]  # of the same pupils
    job_id: str  # ready, of 1MELEC1
    artifact_ids: list[int]  # versions 1 and 2 of 1MELEC1, in the default profile
    sha256: str  # of version 2

    @property
    def division_id(self) -> int:
        return self.divisions["1MELEC1"]

    @property
    def booklet_id(self) -> int:
        return self.booklets["green"]

    @property
    def artifact_id(self) -> int:
        return self.artifact_ids[-1]


@dataclass(frozen=True)
class Person:
    """An account with a session open."""

    account_id: int
    login: str
    token: str
    csrf: str


@dataclass(frozen=True)
class Ids:
    """What is in the database of each test: `own` is the school of head, ddfpt and teacher."""

    own: SchoolIds
    other: SchoolIds
    people: dict[str, Person]
    invitation: str  # a token, good
    invited_id: int
    api_tokens: dict[str, tuple[int, str]]  # id and secret, by person


def settings_of(home: Path, url: str = SITE, **given: Any) -> Settings:
    """The settings of a test."""
    usual: dict[str, Any] = {
        "database_url": f"sqlite:///{home / 'lslpro.db'}",
        "given_secret_key": "k" * 40,
        "broker_url": "redis://127.0.0.1:1/0",
    }
    return Settings(home=home, given_public_url=url, **(usual | given))


def wiring_of(settings: Settings, sent: list[Any], clock: Clock) -> Wiring:
    """The adapters of one process; what it sends is in `sent`."""
    store = Store(settings.effective_database_url, sent.extend)
    files = Artifacts(settings.artifacts_folder)
    return Wiring(store, files, load_profiles(), settings, clock, CHEAP)


def make(home: Path, **given: Any) -> Ids:
    """Fill a home: database and files."""
    home.mkdir(parents=True)
    settings = settings_of(home, **given)
    engine = make_engine(settings.effective_database_url)
    migrate.upgrade(engine)
    engine.dispose()
    w = wiring_of(settings, [], Clock(NOW))
    files = home / "import"
    for uai in (OWN, OTHER):
        _school(w, files / uai, uai)
    recompute.inline(w.store, limits=w.limits, now=w.now)
    schools = [_exported(w, uai) for uai in (OWN, OTHER)]
    people = {who: _person(w, who, schools) for who in PEOPLE}
    invited = accounts.add(
        w, by="tests", login="invitee@lslpro.test", name="Inès INVITÉE", role=Role.DDFPT,
        schools=[OWN],
    )  # fmt: skip
    api_tokens = {who: _token(w, one.token) for who, one in people.items()}
    w.store.engine.dispose()
    return Ids(schools[0], schools[1], people, invited.token, invited.account_id, api_tokens)


def _token(w: Wiring, session_token: str) -> tuple[int, str]:
    """An API token with all that the role may."""
    me = sessions.resolve(w, session_token).principal
    made = tokens.make(w, me, label="essai", scopes=scopes_of(me.role), days=30)
    return made.token_id, made.secret


def _school(w: Wiring, folder: Path, uai: str) -> None:
    files = write_demo_files(folder)
    files.siecle.write_bytes(files.siecle.read_bytes().replace(OWN.encode(), uai.encode()))
    common: dict[str, Any] = {"now": w.now(), "actor": "tests"}
    imports.import_frameworks(w.store, read_frameworks(files.frameworks), **common)
    imports.import_siecle(
        w.store, read_siecle(files.siecle), expected_uai=uai,
        expected_year=START_YEAR, **common,
    )  # fmt: skip
    for row in levels.listed(w.store, uai):
        levels.choose(
            w.store, uai, row.start_year, row.diploma_code, row.level,
            periodicity=Periodicity.SEMESTER, exports_pfmp=row.level == Level.TERMINALE,
            exports_project=None, **common,
        )  # fmt: skip
    imports.import_booklets(
        w.store, read_booklets(files.booklets), uai=uai, start_year=START_YEAR,
        limits=w.limits, **common,
    )  # fmt: skip


def _exported(w: Wiring, uai: str) -> SchoolIds:
    """Version 1, one mark moved, version 2; then what is there."""
    d, b, c, s = t.division.c, t.booklet.c, t.completeness.c, t.student.c
    with w.store.reading() as connection:
        found = connection.execute(sa.select(d.code, d.id).where(d.school_uai == uai))
        divisions = {row.code: row.id for row in found}
        statement = (
            sa.select(c.light, b.id, s.siecle_id)
            .join_from(t.booklet, t.completeness, c.booklet_id == b.id)
            .join(t.student, s.id == b.student_id)
            .where(b.division_id == divisions["1MELEC1"], b.left_on.is_(None))
            .order_by(b.id.desc())
        )
        rows = [row for row in connection.execute(statement) if row.light]
    booklets = {str(row.light): row.id for row in rows}
    job_id = _export(w, divisions["1MELEC1"])
    set_marks(w.store, [booklets["green"]], 1234)
    recompute.inline(w.store, limits=w.limits, now=w.now)
    job_id = _export(w, divisions["1MELEC1"])
    with w.store.reading() as connection:
        f = t.artifact.c
        of_division = f.division_id == divisions["1MELEC1"]
        versions = connection.execute(
            sa.select(f.id, f.sha256).where(of_division).order_by(f.version)
        ).all()
    return SchoolIds(
        uai, START_YEAR, DIPLOMA, divisions, booklets,
        {str(row.light): row.siecle_id for row in rows}, job_id,
        [row.id for row in versions], versions[-1].sha256,
    )  # fmt: skip


def _export(w: Wiring, division_id: int) -> str:
    profile = w.settings.default_profile
    job_id = export.request(w.store, division_id, profile, by="tests", now=w.now())
    export_run.run(w, [job_id])
    return job_id


def _person(w: Wiring, who: str, schools: list[SchoolIds]) -> Person:
    role, uai, code = PEOPLE[who]
    login = f"{who}@lslpro.test"
    given = [one.divisions[code] for one in schools if one.uai == uai and code]
    invited = accounts.add(
        w, by="tests", login=login, name=f"{who.title()} D’ESSAI", role=role,
        schools=[uai] if uai else [], divisions=given,
    )  # fmt: skip
    invitations.accept(w, invited.token, PASSWORD)
    opened = sessions.log_in(w, login, PASSWORD, address="192.0.2.1")
    return Person(invited.account_id, login, opened.token, opened.csrf)
