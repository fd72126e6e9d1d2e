"""The routes of the JSON API: the same rights as the pages'."""

from __future__ import annotations

from typing import Any

from pipeline.demo_school import START_YEAR
from tests.web.permissions import EVERYONE, HEADS, STAFF, Entry
from tests.web.school import Ids, SchoolIds

V1 = "/api/v1"
ADMIN = frozenset({"administrator"})
DIPLOMA = f"{V1}/schools/{{uai}}/years/{{start_year}}/diplomas/{{diploma_code}}"
ACCOUNT = f"{V1}/admin/accounts/{{account_id}}"
VERSION = f"{V1}/versions/{{artifact_id}}"
SETTINGS = {
    "periodicity": "semester", "exports_pfmp": False, "exports_project": False,
    "exports_previous_year": False,
}  # fmt: skip
FILE = ("essai.xml", b"<a/>", "text/xml")
TABLE = (
    b"annee;diplome;libelle_diplome;niveau;position;code;reference;libelle\n"
    b"2026;22106;Cuisine;;1;9101;C1;Organiser\n"
)


def _of(name: str, attribute: str, **more: Any) -> dict[str, Any]:
    return {
        "path_values": lambda ids: {name: getattr(ids.own, attribute)},
        "other_values": lambda ids: {name: getattr(ids.other, attribute)},
    } | more


def _division(**more: Any) -> dict[str, Any]:
    return _of("division_id", "division_id", unreached_values=_unreached, **more)


def _unreached(ids: Ids) -> dict[str, Any]:
    return {"division_id": ids.own.divisions["TCUIS1"]}


def _choice(school: SchoolIds) -> dict[str, Any]:
    return {"uai": school.uai, "start_year": START_YEAR, "diploma_code": school.diploma}


def _diploma(level: str = "", json: Any = None) -> dict[str, Any]:
    more = {"level": level} if level else {}
    return {
        "path_values": lambda ids: _choice(ids.own) | more,
        "other_values": lambda ids: _choice(ids.other) | more,
        "json": json and (lambda _: json),
    }


def _account(**more: Any) -> dict[str, Any]:
    return {"path_values": lambda ids: {"account_id": ids.invited_id}} | more


def _grid(ids: Ids) -> dict[str, Any]:
    change = {"appreciation": "Bien."}
    return {"rows": [{"booklet_id": ids.own.booklet_id, "revision": 99, "change": change}]}


def _wanted(ids: Ids) -> dict[str, Any]:
    return {"role": "head", "schools": [ids.own.uai]}


def _reports(school: SchoolIds) -> dict[str, Any]:
    return {"artifact_id": school.artifact_id, "sha256": "0" * 64}


_BOOKLET = _of("booklet_id", "booklet_id")
_JOB = _of("job_id", "job_id")
_VERSION = _of("artifact_id", "artifact_id")
_NO_IMPORT: dict[str, Any] = {"path_values": lambda _: {"reference": "0" * 64}}
ENTRIES = {
    ("GET", f"{V1}/openapi.json"): Entry(EVERYONE, open=True),
    ("GET", f"{V1}/me"): Entry(EVERYONE),
    ("GET", f"{V1}/tokens"): Entry(EVERYONE),
    ("POST", f"{V1}/tokens"): Entry(  # to an administrator a fault: his role has no « read »
        EVERYONE, json=lambda _: {"label": "essai", "scopes": ["read"], "days": 1}
    ),
    ("DELETE", f"{V1}/tokens/{{token_id}}"): Entry(
        ADMIN, lambda ids: {"token_id": ids.api_tokens["administrator"][0]}
    ),
    ("GET", f"{V1}/schools"): Entry(STAFF),
    ("GET", f"{V1}/diplomas"): Entry(STAFF),
    ("GET", f"{DIPLOMA}/levels"): Entry(HEADS, **_diploma()),
    ("PUT", f"{DIPLOMA}/levels/{{level}}"): Entry(HEADS, **_diploma("premiere", SETTINGS)),
    ("POST", f"{DIPLOMA}/exports"): Entry(HEADS, **_diploma(json={"profile": "lsl-1.0"})),
    ("GET", f"{V1}/divisions"): Entry(STAFF),
    ("GET", f"{V1}/divisions/{{division_id}}"): Entry(STAFF, **_division()),
    ("PATCH", f"{V1}/divisions/{{division_id}}/booklets"): Entry(STAFF, **_division(json=_grid)),
    ("POST", f"{V1}/divisions/{{division_id}}/exports"): Entry(
        HEADS, **_division(json=lambda _: {"profile": "lsl-1.0"})
    ),
    ("GET", f"{V1}/booklets/{{booklet_id}}"): Entry(STAFF, **_BOOKLET),
    ("PATCH", f"{V1}/booklets/{{booklet_id}}"): Entry(
        STAFF, **_BOOKLET, json=lambda _: {}, headers={"If-Match": "*"}
    ),
    ("GET", f"{V1}/booklets/{{booklet_id}}/light"): Entry(STAFF, **_BOOKLET),
    ("GET", f"{V1}/jobs"): Entry(
        HEADS,
        params=lambda ids: {"division_id": ids.own.division_id},
        other_params=lambda ids: {"division_id": ids.other.division_id},
    ),
    ("GET", f"{V1}/jobs/{{job_id}}"): Entry(HEADS, **_JOB),
    ("POST", f"{V1}/jobs/{{job_id}}/cancel"): Entry(HEADS, **_JOB),
    ("POST", f"{V1}/jobs/{{job_id}}/retry"): Entry(HEADS, **_JOB),
    ("GET", f"{V1}/versions"): Entry(
        HEADS,
        params=lambda ids: {"division_id": ids.own.division_id},
        other_params=lambda ids: {"division_id": ids.other.division_id},
    ),
    ("GET", VERSION): Entry(HEADS, **_VERSION),
    ("GET", f"{VERSION}/diff"): Entry(HEADS, **_VERSION),
    ("GET", f"{VERSION}/preview"): Entry(HEADS, **_VERSION),
    ("GET", f"{VERSION}/file"): Entry(HEADS, **_VERSION),
    ("POST", f"{VERSION}/sent"): Entry(HEADS, **_VERSION),
    ("POST", f"{VERSION}/reports"): Entry(HEADS, **_VERSION, files=lambda _: {"file": FILE}),
    ("GET", f"{VERSION}/reports/{{sha256}}"): Entry(
        frozenset(),  # no report is there; test_api_versions.py keeps one and fetches it
        lambda ids: _reports(ids.own),
        lambda ids: _reports(ids.other),
    ),
    ("POST", f"{V1}/verify"): Entry(HEADS, files=lambda _: {"file": FILE}),
    ("GET", f"{V1}/nights"): Entry(HEADS),
    ("GET", f"{V1}/events/jobs"): Entry(
        HEADS,
        params=lambda ids: {"id": ids.own.job_id},
        other_params=lambda ids: {"id": ids.other.job_id},
    ),
    ("GET", f"{V1}/events/divisions/{{division_id}}"): Entry(
        STAFF, **_division(params=lambda _: {"duration_s": 0})
    ),
    ("GET", f"{V1}/admin/accounts"): Entry(ADMIN),
    ("POST", f"{V1}/admin/accounts"): Entry(
        ADMIN,
        json=lambda ids: _wanted(ids) | {"login": "nouvelle@lslpro.test", "name": "Zoé NEUVE"},
    ),
    ("GET", ACCOUNT): Entry(ADMIN, **_account()),
    ("PUT", f"{ACCOUNT}/reach"): Entry(ADMIN, **_account(json=_wanted)),
    ("POST", f"{ACCOUNT}/disable"): Entry(ADMIN, **_account()),
    ("POST", f"{ACCOUNT}/reopen"): Entry(ADMIN, **_account()),
    ("POST", f"{ACCOUNT}/invitations"): Entry(ADMIN, **_account()),
    ("GET", f"{V1}/admin/schools"): Entry(ADMIN),
    ("POST", f"{V1}/admin/schools"): Entry(
        ADMIN, json=lambda _: {"uai": "0750654D", "name": "LP neuf"}
    ),
    ("PUT", f"{V1}/admin/schools/{{uai}}"): Entry(
        ADMIN, lambda ids: {"uai": ids.own.uai}, json=lambda _: {"name": "LP renommé"}
    ),
    ("GET", f"{V1}/admin/frameworks"): Entry(ADMIN),
    ("GET", f"{V1}/admin/frameworks/{{start_year}}/{{diploma_code}}/{{level}}"): Entry(
        ADMIN,
        lambda ids: {
            "start_year": START_YEAR,
            "diploma_code": ids.own.diploma,
            "level": "premiere",
        },
    ),
    ("GET", f"{V1}/admin/audit"): Entry(ADMIN),
    ("GET", f"{V1}/admin/health"): Entry(ADMIN),
    ("POST", f"{V1}/admin/imports"): Entry(
        ADMIN, files=lambda _: {"file": ("r.csv", TABLE, "text/csv")}
    ),
    ("GET", f"{V1}/admin/imports/{{reference}}"): Entry(frozenset(), **_NO_IMPORT),
    ("POST", f"{V1}/admin/imports/{{reference}}/confirm"): Entry(frozenset(), **_NO_IMPORT),
}
