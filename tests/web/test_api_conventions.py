"""What every operation of the API refuses, and how it says so."""

from __future__ import annotations

import json
import re

import pytest
from fastapi import FastAPI, HTTPException
from typer.testing import CliRunner

from pipeline import accounts, errors, tokens
from pipeline.cli import app as command
from pipeline.domain.accounts import Principal, Role, Scope
from tests.house.source import ROOT
from tests.web.browsing import TestClient as Client
from tests.web.programs import at_fault, refused
from tests.web.school import PASSWORD, SITE
from web.api.document import document
from web.api.routes import router


@pytest.fixture
def head(program):
    return program("head")


def patched(client, ids, body, **headers):
    url = f"/booklets/{ids.own.booklet_id}"
    return client.patch(url, json=body, headers={"If-Match": "*"} | headers)


def test_nobody_is_told_the_scheme_that_is_expected(program):
    answer = program("nobody").get("/me")
    refused(answer, 401, "not_logged_in")
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("given", ["Bearer lslpro_autre", "Bearer ", "Basic YTpi", "Bearer x y"])
def test_another_secret_is_nobody(program, given):
    refused(program("nobody").get("/me", headers={"Authorization": given}), 401, "not_logged_in")


def test_a_token_ends_with_its_revocation_its_days_and_its_account(w, clock, ids, program):
    number, secret = ids.api_tokens["head"]
    who = Principal(ids.people["head"].account_id, "", "", Role.HEAD)
    other = tokens.make(w, who, label="court", scopes=[Scope.READ], days=1).secret
    assert program("", other).get("/me").status_code == 200
    clock.move(86_400)
    assert program("", other).get("/me").status_code == 401
    assert program("", secret).get("/me").status_code == 200
    tokens.revoke(w, who, number)
    assert program("", secret).get("/me").status_code == 401
    accounts.disable(w, ids.people["ddfpt"].account_id, by="tests")
    assert program("ddfpt").get("/me").status_code == 401


def test_a_session_may_write_with_its_value_only(as_head, ids):
    url = f"/api/v1/booklets/{ids.own.booklet_id}"
    options = {"json": {"appreciation": "Bien."}, "headers": {"If-Match": "*"}}
    refused(as_head.patch(url, **options), 403, "csrf_refused")
    options["headers"]["X-CSRF-Token"] = as_head.csrf
    assert as_head.patch(url, **options).status_code == 200


def test_a_cookie_never_makes_up_for_a_token_that_is_refused(as_head):
    answer = as_head.get("/api/v1/me", headers={"Authorization": "Bearer lslpro_autre"})
    refused(answer, 401, "not_logged_in")


SCOPED = {  # what a head's token of one scope may do, of these requests
    "see": (Scope.READ, "GET", "/divisions", None),
    "enter": (Scope.ENTER, "PATCH", "/booklets/{booklet}", {}),
    "export": (Scope.EXPORT, "POST", "/divisions/{division}/exports", {}),
    "download": (Scope.EXPORT, "GET", "/versions", None),
    "configure": (Scope.CONFIGURE, "GET", "/schools/{uai}/years/2026/diplomas/25520/levels", None),
}


@pytest.mark.parametrize("scope", [Scope.READ, Scope.ENTER, Scope.EXPORT, Scope.CONFIGURE])
@pytest.mark.parametrize("asked", SCOPED)
def test_a_scope_beside_reading_opens_its_own_requests_and_no_other(w, ids, program, scope, asked):
    needed, method, path, body = SCOPED[asked]
    who = Principal(
        ids.people["head"].account_id, "", "", Role.HEAD, schools=frozenset({ids.own.uai})
    )
    secret = tokens.make(w, who, label="une portée", scopes={Scope.READ, scope}, days=1).secret
    url = path.format(booklet=ids.own.booklet_id, division=ids.own.division_id, uai=ids.own.uai)
    answer = program("", secret).request(method, url, json=body, headers={"If-Match": "*"})
    if needed in {Scope.READ, scope}:
        assert answer.status_code < 300, answer.text
    else:
        refused(answer, 403, "forbidden")


@pytest.mark.parametrize("scope", [Scope.READ, Scope.EXPORT])
def test_no_scope_but_administer_reaches_accounts(w, ids, program, scope):
    who = Principal(ids.people["head"].account_id, "", "", Role.HEAD)
    secret = tokens.make(w, who, label="tout", scopes=[scope], days=1).secret
    refused(program("", secret).get("/admin/accounts"), 403, "forbidden")
    assert program("administrator").get("/admin/accounts").status_code == 200


def test_an_unknown_address_and_method_are_problems_too(head):
    for answer, status in ((head.get("/rien"), 404), (head.put("/me"), 405)):
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == f"http_{status}"


def test_a_parameter_that_is_misspelt_is_refused_and_the_known_ones_are_named(head):
    told = refused(head.get("/divisions", params={"limt": 1}), 422, "invalid_request")
    assert told["faults"][0]["code"] == "unknown_parameter"
    assert "limit" in told["faults"][0]["message"]


@pytest.mark.parametrize("limit", [0, 201, "x", "1.5", 2**70])
def test_a_limit_beyond_its_bounds_is_refused(head, limit):
    assert set(at_fault(head.get("/divisions", params={"limit": limit}))) == {"query.limit"}


@pytest.mark.parametrize("limit", [1, 200])
def test_a_limit_at_its_bounds_is_taken(head, limit):
    assert head.get("/divisions", params={"limit": limit}).status_code == 200


LISTS = {
    "head": ["/divisions", "/schools", "/diplomas", "/jobs", "/versions", "/nights", "/tokens"],
    "administrator": ["/admin/accounts", "/admin/schools", "/admin/frameworks", "/admin/audit"],
}
EACH_LIST = [(who, path) for who, paths in LISTS.items() for path in paths]


@pytest.mark.parametrize(("who", "path"), EACH_LIST)
def test_a_list_read_by_ones_is_the_list_read_at_once(program, who, path):
    client = program(who)
    whole = client.get(path, params={"limit": 200}).json()
    assert whole["next"] is None
    assert client.all_of(path, 1) == whole["items"]
    assert client.all_of(path, 2) == whole["items"]


@pytest.mark.parametrize(("who", "path"), EACH_LIST)
@pytest.mark.parametrize("after", ["!", "e", "AAAA", "bm9uZQ", "MjAyNi0wMS0wMSBh", "_" * 200])
def test_a_cursor_that_is_none_of_ours_is_refused_or_leads_to_nothing(program, who, path, after):
    answer = program(who).get(path, params={"after": after})
    assert answer.status_code in {200, 422}
    if answer.status_code == 422:
        refused(answer, 422, answer.json()["code"])


@pytest.mark.parametrize("number", [0, -1, 2**31, 2**63, 2**64, 10**40, "1e3", "x", "%00"])
def test_an_id_that_no_row_can_have_is_refused_before_the_database(head, number):
    assert set(at_fault(head.get(f"/divisions/{number}"))) == {"path.division_id"}


def test_the_largest_id_is_looked_for(head):
    refused(head.get(f"/divisions/{2**31 - 1}"), 404, "not_found")


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b'{"appreciation": "a\\u0000b"}', {"body.appreciation": "wrong_form"}),
        (b'{"appreciation": "\\ud800"}', {"body.appreciation": "wrong_type"}),
        (b'{"\\ud800": 1}', {"body": "wrong_type"}),
        (b'{"\\u00e9l\\u00e8ve": 1}', {"body.?": "unknown_field"}),
        (b'{"ratings": {"9001": 1e400}}', {"body.ratings.9001": "wrong_type"}),
        (b'{"ratings": {"9001": 99999999999999999999}}', {"body.ratings.9001": "too_large"}),
        (b'{"pfmp_week_count": true}', {"body.pfmp_week_count": "wrong_type"}),
        (b'{"appreciation": 3}', {"body.appreciation": "wrong_type"}),
        (b"[]", {"body": "wrong_type"}),
        (b'"x"', {"body": "wrong_type"}),
        (b"", {"body": "missing"}),
        (b'{"appreciation": ', {"body.17": "unreadable"}),
    ],
)
def test_a_body_that_no_database_should_see_is_a_fault_at_its_field(head, ids, body, fault):
    headers = {"If-Match": "*", "Content-Type": "application/json"}
    answer = head.patch(f"/booklets/{ids.own.booklet_id}", content=body, headers=headers)
    assert at_fault(answer) == fault


def test_a_value_that_is_refused_is_never_said_again(head, ids):
    secret = "Élève Dupont, né le 3 mars"
    body = {"ratings": {secret: 2}, "averages": {secret: "12"}, secret: 1, "exam_opinion": secret,
            "project_average": secret, "appreciation": "\0" + secret}  # fmt: skip
    answer = patched(head, ids, body)
    assert answer.status_code == 422
    assert "Dupont" not in answer.text
    assert len(answer.json()["faults"]) == 6


def test_a_body_that_is_no_text_is_unreadable(head, ids):
    headers = {"If-Match": "*", "Content-Type": "application/json"}
    answer = head.patch(f"/booklets/{ids.own.booklet_id}", content=b"\xff{}", headers=headers)
    refused(answer, 400, "http_400")


def test_a_body_of_another_type_is_refused(head, ids):
    url = f"/booklets/{ids.own.booklet_id}"
    refused(head.patch(url, data={"a": "b"}, headers={"If-Match": "*"}), 415, "http_415")
    refused(head.post("/verify", json={}), 415, "http_415")


def test_a_body_that_is_too_large_is_refused(head, ids):
    answer = patched(head, ids, {"appreciation": "x" * 1_100_000})
    assert (answer.status_code, answer.json()["code"]) == (413, "http_413")
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_the_framework_refuses_keeps_its_headers():
    routes = router("essai")

    @routes.get("/trop")
    def too_many():
        raise HTTPException(429, "Trop de suivis.", headers={"Retry-After": "30"})

    app = FastAPI()
    app.include_router(routes)
    answer = Client(app).get("/trop")
    assert refused(answer, 429, "http_429")["detail"] == "Trop de suivis."
    assert answer.headers["retry-after"] == "30"


def test_every_answer_is_kept_by_nobody(head, ids):
    for answer in (head.get("/me"), head.get("/rien"), head.get(f"/booklets/{ids.own.booklet_id}")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_document_that_is_served_is_the_one_that_the_command_prints(program):
    served = program("nobody").get("/openapi.json").json()
    printed = CliRunner().invoke(command, ["openapi"])
    assert printed.exit_code == 0
    assert json.loads(printed.output) == served
    assert served["openapi"].startswith("3.1")
    assert all(path.startswith("/api/v1/") for path in served["paths"])


def test_every_operation_lists_its_statuses_and_says_in_french_what_it_does(program):
    paths = program("nobody").get("/openapi.json").json()["paths"]
    operations = [one for methods in paths.values() for one in methods.values()]
    names = [one["operationId"] for one in operations]
    assert len(names) == len(set(names)) > 40
    for one in operations:
        assert {"401", "403", "422", "503"} <= set(one["responses"])
        assert one["description"].endswith((".", "!"))
        said = [each["description"] for each in one.get("parameters", ())]
        assert all(said), one["operationId"]


def test_every_field_of_the_document_says_what_it_is(program):
    schemas = program("nobody").get("/openapi.json").json()["components"]["schemas"]
    mute = [
        f"{name}.{field}"
        for name, schema in schemas.items()
        for field, told in schema.get("properties", {}).items()
        if not told.get("description")
    ]
    assert not mute


def test_a_page_of_the_api_loads_nothing_from_elsewhere(program):
    for path in ("/docs", "/redoc", ""):
        assert program("nobody").get(path).status_code == 404
    assert program("nobody").get(f"{SITE}/docs").status_code == 404


def test_no_answer_of_the_api_holds_a_password(program, ids):
    answer = program("administrator").get("/admin/accounts")
    assert PASSWORD not in answer.text
    assert "hash" not in answer.text


def test_the_page_about_the_api_names_what_there_is():
    text = (ROOT / "docs" / "api.md").read_text()
    paths = [re.sub(r"\{\w+\}", "{}", path) for path in document()["paths"]]
    for named in re.findall(r"`(?:GET|POST|PATCH) (/[^`?…]+)", text):
        path = "/api/v1" + re.sub(r"\{\w+\}", "{}", named)
        assert any(one.startswith(path) for one in paths), named
    for scope in Scope:
        assert f"| `{scope}` |" in text
    known = {one.code for one in vars(errors).values() if hasattr(one, "code")}
    for code in re.findall(r"urn:lslpro:problem:(\w+)", text):
        assert code in known
