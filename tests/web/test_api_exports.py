"""Exports by the API: asked for once whatever happens, followed, cancelled, asked again."""

from __future__ import annotations

import threading

import pytest

from pipeline import export_run, recompute
from pipeline.domain.accounts import Role
from tests.usecases.exporting import all_jobs, execute
from tests.web.api_site import a_site
from tests.web.programs import Program, refused

PLAIN = "lsl-1.0"


@pytest.fixture
def head(program):
    return program("head")


@pytest.fixture
def url(ids):
    return f"/divisions/{ids.own.division_id}/exports"


def ask(client, url, key=None, **body):
    return client.post(url, json=body, headers={"Idempotency-Key": key} if key else {})


def test_a_request_is_accepted_and_says_where_to_follow_it(head, url, w, ids):
    answer = ask(head, url, profile=PLAIN)
    told = answer.json()
    assert (answer.status_code, told["state"], told["profile"]) == (202, "queued", PLAIN)
    assert answer.headers["location"] == f"/api/v1/jobs/{told['id']}"
    export_run.run(w, [told["id"]])
    told = head.get(f"/jobs/{told['id']}").json()
    assert (told["state"], told["outcome"], told["version"]) == ("ready", "new_version", 1)
    assert {one["booklet_id"] for one in told["report"]["left_out"]} >= {ids.own.booklets["red"]}
    assert head.get(f"/versions/{told['artifact_id']}").json()["profile"] == PLAIN


def test_the_same_key_gives_the_same_job_even_once_it_is_over(head, url, w):
    first = ask(head, url, "k-1").json()["id"]
    export_run.run(w, [first])
    again = ask(head, url, "k-1")
    assert (again.status_code, again.json()["id"], again.json()["state"]) == (202, first, "ready")
    assert ask(head, url, "k-2").json()["id"] != first


def test_the_same_key_for_another_request_is_a_conflict(head, url):
    ask(head, url, "k-1")
    refused(ask(head, url, "k-1", profile=PLAIN), 409, "idempotency_conflict")


def test_a_key_is_its_askers_own(program, url, w):
    first = ask(program("head"), url, "k-1").json()["id"]
    export_run.run(w, [first])
    assert ask(program("ddfpt"), url, "k-1").json()["id"] != first


def test_a_key_that_was_used_gives_its_job_when_nothing_can_be_exported_any_more(head, url, w):
    first = ask(head, url, "k-1").json()["id"]
    export_run.run(w, [first])
    execute(w.store, "DELETE FROM period_average")
    recompute.inline(w.store, limits=w.limits, now=w.now)
    assert ask(head, url, "k-1").json()["id"] == first
    refused(ask(head, url, "k-2"), 409, "nothing_exportable")


@pytest.mark.parametrize("key", ["", "é", "a b", "x" * 101, "a\tb"])
def test_a_key_that_is_none_is_refused(head, url, key):
    answer = head.post(url, json={}, headers={"Idempotency-Key": key.encode()})
    assert answer.status_code == 422


def test_two_requests_at_once_with_one_key_are_one_job(database_url, tmp_path):
    with a_site(database_url, tmp_path) as site:
        before = len(all_jobs(site.w))
        together = threading.Barrier(4)
        found = []

        def one():
            client = Program.of(site.app, site.secrets[Role.HEAD])
            together.wait(30)
            url = f"/divisions/{site.ids.division_id}/exports"
            found.append(ask(client, url, "k-1", profile=PLAIN))

        threads = [threading.Thread(target=one) for _ in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join(60)
        assert [one.status_code for one in found] == [202] * 4, found[0].text
        assert len({one.json()["id"] for one in found}) == 1
        assert len(all_jobs(site.w)) == before + 1


def test_nothing_exportable_tells_what_each_pupil_lacks(head, ids):
    answer = ask(head, f"/divisions/{ids.own.divisions['1AGORA É&2']}/exports")
    told = refused(answer, 409, "nothing_exportable")
    left_out = told["report"]["left_out"]
    assert len(left_out) == 11
    assert all(one["gaps"] and one["siecle_id"] for one in left_out)
    assert "lslpro" not in told["detail"]


def test_all_divisions_of_a_diploma_are_asked_for_and_the_others_named(head, ids, w):
    url = f"/schools/{ids.own.uai}/years/2026/diplomas/{ids.own.diploma}/exports"
    answer = ask(head, url, "tout")
    told = answer.json()
    assert answer.status_code == 202
    assert [one["division"] for one in told["jobs"]] == ["1MELEC1"]
    assert ask(head, url, "tout").json()["jobs"][0]["id"] == told["jobs"][0]["id"]
    execute(w.store, "DELETE FROM period_average")
    recompute.inline(w.store, limits=w.limits, now=w.now)
    refused(ask(head, url), 409, "nothing_exportable")


def test_a_profile_that_is_none_is_not_found(head, url):
    refused(ask(head, url, profile="lsl-9.9"), 404, "not_found")


def test_jobs_are_chosen_by_division_profile_and_state(head, url, ids):
    waiting = ask(head, url, profile=PLAIN).json()["id"]
    asked = {"division_id": ids.own.division_id, "profile": PLAIN, "state": "queued"}
    assert [one["id"] for one in head.get("/jobs", params=asked).json()["items"]] == [waiting]
    assert head.get("/jobs", params=asked | {"state": "failed"}).json()["items"] == []
    schools = {one["school_uai"] for one in head.get("/jobs").json()["items"]}
    assert schools == {ids.own.uai}


def test_a_waiting_job_is_cancelled_once(head, url):
    job = ask(head, url, profile=PLAIN).json()["id"]
    assert head.post(f"/jobs/{job}/cancel").json()["state"] == "cancelled"
    refused(head.post(f"/jobs/{job}/cancel"), 409, "move_not_allowed")


def test_a_job_that_ended_is_asked_again_and_one_that_waits_is_not(head, url, ids):
    answer = head.post(f"/jobs/{ids.own.job_id}/retry", headers={"Idempotency-Key": "encore"})
    again = answer.json()["id"]
    assert answer.headers["location"] == f"/api/v1/jobs/{again}"
    assert again != ids.own.job_id
    same = head.post(f"/jobs/{ids.own.job_id}/retry", headers={"Idempotency-Key": "encore"})
    assert same.json()["id"] == again
    refused(head.post(f"/jobs/{again}/retry"), 409, "move_not_allowed")


def test_a_job_of_another_school_is_not_found(head, ids):
    for answer in (head.get(f"/jobs/{ids.other.job_id}"),
                   head.post(f"/jobs/{ids.other.job_id}/cancel"),
                   head.post(f"/jobs/{ids.other.job_id}/retry")):  # fmt: skip
        refused(answer, 404, "not_found")


def test_jobs_are_followed_until_they_end(head, ids):
    answer = head.get("/events/jobs", params={"id": ids.own.job_id, "duration_s": 0})
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert '"ended": 1' in answer.text


@pytest.mark.parametrize("job", ["x", "", "0" * 36])
def test_what_is_no_job_is_not_followed(head, job):
    assert head.get("/events/jobs", params={"id": job}).status_code == 422


def test_the_lights_of_a_division_are_followed(program, ids):
    url = f"/events/divisions/{ids.own.division_id}"
    answer = program("teacher").get(url, params={"duration_s": 0})
    assert '"green":' in answer.text
    url = f"/events/divisions/{ids.other.division_id}"
    refused(program("teacher").get(url, params={"duration_s": 0}), 404, "not_found")


def test_a_division_tells_its_lights_gaps_and_whether_an_export_is_possible(head, ids):
    told = head.get(f"/divisions/{ids.own.division_id}").json()
    assert (told["code"], told["export_possible"], told["why_not"]) == ("1MELEC1", True, None)
    lights = told["lights"]
    assert lights["red"] + lights["orange"] + lights["green"] == lights["pupil_count"]
    assert len(told["pupils"]) == lights["pupil_count"]
    assert told["latest"]["version"] == 2
    assert told["preflight"][0]["severity"] == "mandatory"
    assert told["preflight"][0]["actor_label"]
    red = head.get(f"/divisions/{ids.own.divisions['1AGORA É&2']}").json()
    assert (red["export_possible"], red["why_not"]) == (False, "all_red")


def test_a_teacher_lists_his_divisions_and_a_head_those_of_his_school(program, ids):
    codes = [one["code"] for one in program("teacher").get("/divisions").json()["items"]]
    assert codes == ["1MELEC1"]
    mine = {one["code"] for one in program("head").get("/divisions").json()["items"]}
    assert mine == set(ids.own.divisions)
    chosen = program("head").get("/divisions", params={"diploma_code": ids.own.diploma}).json()
    assert [one["code"] for one in chosen["items"]] == ["1MELEC1"]
    other = program("head").get("/divisions", params={"uai": ids.other.uai}).json()
    assert other["items"] == []


def test_the_settings_of_a_level_are_read_and_put(head, ids):
    url = f"/schools/{ids.own.uai}/years/2026/diplomas/{ids.own.diploma}/levels"
    (level,) = head.get(url).json()["items"]
    assert (level["periodicity"], level["is_locked"]) == ("semester", True)
    wanted = {name: level[name] for name in ("periodicity", "exports_pfmp", "exports_project",
                                             "exports_previous_year")}  # fmt: skip
    told = head.put(f"{url}/premiere", json=wanted | {"exports_project": True}).json()
    assert told["exports_project"] is True
    answer = head.put(f"{url}/premiere", json=wanted | {"periodicity": "trimester"})
    refused(answer, 409, "periodicity_locked")
    answer = head.put(f"{url}/premiere", json=wanted | {"exports_previous_year": True})
    assert answer.json()["faults"][0]["field"] == "exports_previous_year"
    refused(head.put(f"{url}/terminale", json=wanted), 404, "not_found")


def test_nights_are_told(program, w):
    from pipeline import nightly

    nightly.tick(w)
    (night,) = program("head").get("/nights").json()["items"]
    assert (night["job_count"], night["open_count"], night["is_over"]) == (3, 3, False)
