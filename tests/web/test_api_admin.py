"""Administration by the API: accounts, schools, frameworks, imports, audit, health, tokens."""

from __future__ import annotations

import pytest

from pipeline.demo_school import write_demo_files
from tests.web.permissions.api import TABLE
from tests.web.programs import at_fault, refused
from tests.web.school import SITE


@pytest.fixture
def admin(program):
    return program("administrator")


@pytest.fixture
def wanted(ids):
    return {
        "login": "Nouvelle@lslpro.test", "name": "Zoé NEUVE", "role": "teacher",
        "schools": [ids.own.uai], "divisions": [ids.own.division_id],
    }  # fmt: skip


def test_an_account_is_added_and_its_invitation_shown_once(admin, wanted, site):
    answer = admin.post("/admin/accounts", json=wanted)
    made = answer.json()
    assert answer.status_code == 201
    assert made["url"].startswith(f"{SITE}/invitation/")
    assert site.get(made["url"].removeprefix(SITE)).status_code == 200
    told = admin.get(f"/admin/accounts/{made['account_id']}").json()
    assert (told["login"], told["state"]) == ("nouvelle@lslpro.test", "invited")
    assert told["divisions"] == wanted["divisions"]
    assert made["url"].rpartition("/")[2] not in admin.get("/admin/accounts").text


@pytest.mark.parametrize(
    ("field", "value"),
    [("login", "sans arobase"), ("name", " \t "), ("schools", []), ("schools", ["0123456A"]),
     ("divisions", [2**31 - 1])],
)  # fmt: skip
def test_a_fault_of_an_account_stands_at_its_field(admin, wanted, field, value):
    answer = admin.post("/admin/accounts", json=wanted | {field: value})
    assert set(at_fault(answer, "invalid_entry")) == {field}


@pytest.mark.parametrize(
    ("field", "value"),
    [("role", "roi"), ("login", "x" * 255), ("name", ""), ("schools", ["x"]), ("schools", "x"),
     ("divisions", [0]), ("divisions", [2**31]), ("divisions", ["1"]), ("autre", 1)],
)  # fmt: skip
def test_an_account_of_the_wrong_shape_is_a_fault_of_the_request(admin, wanted, field, value):
    found = at_fault(admin.post("/admin/accounts", json=wanted | {field: value}))
    assert all(one.startswith(f"body.{field}") for one in found)


def test_a_login_that_is_taken_is_told(admin, wanted):
    assert admin.post("/admin/accounts", json=wanted).status_code == 201
    assert set(at_fault(admin.post("/admin/accounts", json=wanted), "invalid_entry")) == {"login"}


def test_accounts_are_chosen_by_school_role_state_and_name(admin, ids):
    def logins(**asked):
        return {one["login"] for one in admin.get("/admin/accounts", params=asked).json()["items"]}

    assert logins(role="teacher", uai=ids.own.uai) == {"teacher@lslpro.test"}
    assert logins(state="invited") == {"invitee@lslpro.test"}
    assert logins(name="other_head") == {"other_head@lslpro.test"}
    assert logins(name="%") == set()


def test_a_change_of_reach_counts_at_once(admin, program, ids):
    url = f"/admin/accounts/{ids.people['teacher'].account_id}"
    body = {"role": "teacher", "schools": [ids.own.uai],
            "divisions": [ids.own.divisions["TCUIS1"]]}  # fmt: skip
    assert admin.put(f"{url}/reach", json=body).json()["divisions"] == body["divisions"]
    codes = [one["code"] for one in program("teacher").get("/divisions").json()["items"]]
    assert codes == ["TCUIS1"]


def test_an_account_that_is_disabled_ends_at_once_and_may_be_reopened(admin, program, ids, visitor):
    url = f"/admin/accounts/{ids.people['ddfpt'].account_id}"
    assert admin.post(f"{url}/disable").json()["state"] == "disabled"
    refused(program("ddfpt").get("/me"), 401, "not_logged_in")
    person = visitor("administrator")
    again = {"url": f"/api/v1{url}/invitations", "headers": {"X-CSRF-Token": person.csrf}}
    refused(person.post(**again), 422, "account_refused")
    assert admin.post(f"{url}/reopen").json()["state"] == "active"
    assert person.post(**again).status_code == 201
    refused(admin.post(f"{url}/invitations"), 403, "forbidden")  # a way to another's password


def test_the_last_administrator_cannot_close_himself(admin, ids):
    url = f"/admin/accounts/{ids.people['administrator'].account_id}/disable"
    refused(admin.post(url), 422, "account_refused")


def test_an_account_that_is_none_is_not_found(admin):
    refused(admin.get("/admin/accounts/999"), 404, "not_found")
    refused(admin.post("/admin/accounts/999/disable"), 404, "not_found")


def test_a_school_is_added_named_and_listed(admin):
    made = admin.post("/admin/schools", json={"uai": "0750654D", "name": "LP neuf"})
    assert (made.status_code, made.json()["division_count"]) == (201, 0)
    body = {"uai": "0750654D", "name": "LP neuf"}
    assert set(at_fault(admin.post("/admin/schools", json=body), "invalid_entry")) == {"uai"}
    doubtful = {"uai": "0750654A", "name": "LP"}
    assert "sure" in at_fault(admin.post("/admin/schools", json=doubtful), "invalid_entry")
    assert admin.post("/admin/schools", json=doubtful | {"sure": True}).status_code == 201
    assert admin.put("/admin/schools/0750654D", json={"name": "Autre"}).json()["name"] == "Autre"
    refused(admin.put("/admin/schools/0000000A", json={"name": "x"}), 404, "not_found")


def test_frameworks_are_listed_and_shown_with_their_competences(admin, ids):
    asked = {"start_year": 2026, "diploma_code": ids.own.diploma}
    first = admin.get("/admin/frameworks", params=asked).json()["items"][0]
    told = admin.get(f"/admin/frameworks/2026/{ids.own.diploma}/{first['level']}").json()
    assert len(told["competences"]) == first["competence_count"] > 0
    refused(admin.get("/admin/frameworks/2001/00000/premiere"), 404, "not_found")


def given(client, data, **form):
    return client.post("/admin/imports", files={"file": ("r.csv", data)}, data=form)


def test_an_import_is_tried_first_and_changes_nothing(admin):
    answer = given(admin, TABLE)
    told = answer.json()
    assert (answer.status_code, told["kind"], told["made"]) == (201, "frameworks", None)
    assert told["tried"]["changes"] is True
    cooked = {"diploma_code": "22106", "start_year": 2026}
    before = admin.get("/admin/frameworks", params=cooked).json()
    made = admin.post(f"/admin/imports/{told['reference']}/confirm").json()
    assert made["made"]["tables"] == told["tried"]["tables"]
    assert admin.get("/admin/frameworks", params=cooked).json() != before
    assert admin.post(f"/admin/imports/{told['reference']}/confirm").json() == made
    assert admin.get(f"/admin/imports/{told['reference']}").json() == made


def test_an_import_may_be_made_at_once(admin):
    told = given(admin, TABLE, dry_run="false").json()
    assert told["made"]["changes"] is True


def test_an_import_that_is_refused_is_not_made(admin, tmp_path, ids):
    pupils = write_demo_files(tmp_path / "demo").siecle.read_bytes()
    told = given(admin, pupils, uai=ids.other.uai, start_year="2026", dry_run="false").json()
    assert (told["kind"], told["made"]) == ("siecle", None)
    assert ids.own.uai in told["tried"]["refusal"]
    told = given(admin, pupils, uai=ids.own.uai, start_year="2026").json()
    assert told["tried"]["refusal"] == ""


def test_a_file_of_no_kind_is_refused_by_what_it_is(admin):
    refused(given(admin, b"PK\x05\x06" + b"\0" * 18), 422, "unreadable_file")
    refused(given(admin, b""), 422, "unreadable_file")


@pytest.mark.parametrize("form", [{"uai": "x"}, {"start_year": "1999"}, {"dry_run": "peut-être"}])
def test_a_field_of_an_import_that_is_wrong_is_a_fault(admin, form):
    assert set(at_fault(given(admin, TABLE, **form))) == {f"body.{name}" for name in form}


def test_the_file_of_another_administrator_is_not_found(admin):
    refused(admin.get(f"/admin/imports/{'a' * 64}"), 404, "not_found")
    refused(admin.post(f"/admin/imports/{'a' * 64}/confirm"), 404, "not_found")


def test_the_audit_is_told_newest_first_and_chosen(admin, program, ids):
    url = f"/booklets/{ids.own.booklet_id}"
    body = {"appreciation": "Un texte qui ne se répète pas."}
    program("teacher").patch(url, json=body, headers={"If-Match": "*"})
    who = f"user:{ids.people['teacher'].account_id}"
    asked = {"actor": who, "action": "booklet_edited", "booklet_id": ids.own.booklet_id}
    (event,) = admin.get("/admin/audit", params=asked).json()["items"]
    assert event["details"] == {"fields": ["appréciation"]}
    assert event["label"] == "Livret modifié"
    assert "répète" not in admin.get("/admin/audit").text
    assert admin.get("/admin/audit", params=asked | {"last": "2026-11-23"}).json()["items"] == []
    assert admin.get("/admin/audit", params=asked | {"first": "2026-11-24"}).json()["items"]


@pytest.mark.parametrize(
    "asked",
    [{"first": "hier"}, {"first": "2026-13-01"}, {"actor": "é"}, {"action": "A"},
     {"booklet_id": 0}, {"division_id": 2**31}],
)  # fmt: skip
def test_a_filter_of_the_audit_that_is_wrong_is_a_fault(admin, asked):
    found = at_fault(admin.get("/admin/audit", params=asked))
    assert set(found) == {f"query.{name}" for name in asked}


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_of_all_are_taken(admin, day):
    for name in ("first", "last"):
        assert admin.get("/admin/audit", params={name: day}).status_code == 200


def test_health_tells_what_is_down(admin):
    told = admin.get("/admin/health").json()
    states = {one["name"]: one["state"] for one in told["signs"]}
    assert told["state"] == states["Courtier de messages"] == "down"
    assert states["Base de données"] == "good"


def test_an_administrator_sees_no_pupil(admin, ids):
    for path in (f"/booklets/{ids.own.booklet_id}", f"/divisions/{ids.own.division_id}",
                 "/divisions", f"/versions/{ids.own.artifact_id}/file", "/jobs"):  # fmt: skip
        refused(admin.get(path), 403, "forbidden")


def test_a_token_is_made_and_revoked_by_a_session_only(as_head, program, ids):
    body = {"label": "essai", "scopes": ["read"], "days": 1}
    refused(program("head").post("/tokens", json=body), 403, "forbidden")
    number = ids.api_tokens["head"][0]
    refused(program("head").delete(f"/tokens/{number}"), 403, "forbidden")
    csrf = {"X-CSRF-Token": as_head.csrf}
    answer = as_head.post("/api/v1/tokens", json=body, headers=csrf)
    assert answer.status_code == 201
    made = answer.json()
    client = program("", made["secret"])
    assert client.get("/me").json()["scopes"] == ["read"]
    assert made["secret"] not in client.get("/tokens").text
    url = f"/api/v1/tokens/{made['token_id']}"
    assert as_head.delete(url, headers=csrf).status_code == 204
    refused(client.get("/me"), 401, "not_logged_in")
    refused(as_head.delete(url, headers=csrf), 404, "not_found")


@pytest.mark.parametrize(
    "body",
    [{"scopes": []}, {"scopes": ["tout"]}, {"days": 0}, {"days": 366}, {"days": "1"},
     {"label": ""}, {"label": "x" * 81}],
)  # fmt: skip
def test_a_token_of_the_wrong_shape_is_a_fault(as_head, body):
    good = {"label": "essai", "scopes": ["read"], "days": 1}
    csrf = {"X-CSRF-Token": as_head.csrf}
    assert as_head.post("/api/v1/tokens", json=good | body, headers=csrf).status_code == 422


def test_a_token_is_never_given_more_than_the_role(as_head):
    body = {"label": "essai", "scopes": ["administer"], "days": 1}
    csrf = {"X-CSRF-Token": as_head.csrf}
    refused(as_head.post("/api/v1/tokens", json=body, headers=csrf), 422, "account_refused")


def test_who_asks_is_told_what_he_may(program, ids):
    told = program("teacher").get("/me").json()
    assert (told["role"], told["divisions"]) == ("teacher", [ids.own.division_id])
    assert told["rights"] == ["see", "enter"]
