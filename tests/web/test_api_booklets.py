"""Booklets by the API: read at a revision, changed at that revision, many at once."""

from __future__ import annotations

import pytest

from tests.web.programs import at_fault, refused


@pytest.fixture
def head(program):
    return program("head")


@pytest.fixture
def url(ids):
    return f"/booklets/{ids.own.booklet_id}"


def change(client, url, body, etag=None, **headers):
    etag = client.get(url).headers["etag"] if etag is None else etag
    return client.patch(url, json=body, headers={"If-Match": etag} | headers)


def test_a_booklet_is_read_with_its_revision_and_without_a_name(head, url, ids):
    answer = head.get(url)
    told = answer.json()
    assert answer.headers["etag"] == f'"{told["revision"]}"'
    assert told["siecle_id"] == ids.own.siecle_ids["green"]
    assert set(told["averages"]) == {"1", "2"}
    assert "last_name" not in told


def test_what_was_read_is_not_sent_again_until_it_changes(head, url):
    etag = head.get(url).headers["etag"]
    for known in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        answer = head.get(url, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == etag
    change(head, url, {"appreciation": "Autre."})
    assert head.get(url, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("known", ["", '"', "7", "x" * 1_999])
def test_a_tag_that_cannot_be_read_is_known_to_nobody(head, url, known):
    assert head.get(url, headers={"If-None-Match": known}).status_code == 200


def test_every_field_is_written_and_read_back(head, url):
    body = {
        "averages": {"1": "12,5", "2": "9.25"}, "appreciation": "Sérieux « et » <b>appliqué</b>.",
        "teachers": [["DURAND", "Inès"], ["O’BRIEN", "Zoé"]], "pfmp_synthesis": "Bien intégrée.",
        "pfmp_teacher_last_name": "MARTIN", "pfmp_teacher_first_name": "Léo",
        "pfmp_week_count": 8, "pfmp_abroad": True, "project_average": "14",
        "project_appreciation": "Mené à bien.", "project_teacher_last_name": "ROUX",
        "project_teacher_first_name": "Élie", "commitments": ["C", "V"],
        "opinions": {"head": ["Avis favorable.", "ROUX", "Zoé", "2026-11-24"]},
        "other_commitment": "Tutorat.",
    }  # fmt: skip
    assert change(head, url, body).status_code == 200
    told = head.get(url).json()
    wanted = body | {"averages": {"1": "12.50", "2": "9.25"}, "project_average": "14.00"}
    assert {name: told[name] for name in body} == wanted


def test_null_erases_and_what_is_absent_stays(head, url):
    before = head.get(url).json()
    body = {"appreciation": None, "averages": {"1": None}, "teachers": None, "opinions": {},
            "pfmp_week_count": None, "pfmp_abroad": None, "commitments": None,
            "exam_opinion": None, "project_average": None}  # fmt: skip
    assert change(head, url, body).status_code == 200
    told = head.get(url).json()
    assert (told["appreciation"], told["teachers"], set(told["averages"])) == (None, [], {"2"})
    assert told["ratings"] == before["ratings"]


def test_a_change_that_changes_nothing_makes_no_revision(head, url):
    before = head.get(url).json()
    answer = change(head, url, {"appreciation": before["appreciation"]})
    assert answer.json()["changed"] == []
    assert answer.headers["etag"] == f'"{before["revision"]}"'


def test_what_was_taken_out_of_a_text_is_told(head, url):
    answer = change(head, url, {"appreciation": "a\u0001b"})
    assert answer.status_code == 200
    assert answer.json()["notes"]


def test_a_write_without_a_reading_is_refused(head, url):
    refused(head.patch(url, json={"appreciation": "x"}), 428, "not_read_first")


def test_the_second_of_two_writers_is_told_what_changed_and_nothing_is_written(program, url):
    first, second = program("head"), program("teacher")
    etag = second.get(url).headers["etag"]
    change(first, url, {"appreciation": "Du chef.", "averages": {"1": "7"}})
    told = refused(change(second, url, {"appreciation": "Du professeur."}, etag), 412,
                   "outdated_booklet")  # fmt: skip
    assert told["changes"] == ["appréciation", "moyenne 1"]
    assert f'"{told["revision"]}"' == second.get(url).headers["etag"]
    assert second.get(url).json()["appreciation"] == "Du chef."


@pytest.mark.parametrize("tag", ['"99999"', 'W/"{}"', '"x"', '"-1"', '""'])
def test_a_tag_that_is_not_the_current_one_is_outdated(head, url, tag):
    revision = head.get(url).json()["revision"]
    refused(change(head, url, {"appreciation": "x"}, tag.format(revision)), 412,
            "outdated_booklet")  # fmt: skip


@pytest.mark.parametrize("tag", ['"{}"', "*", ' "{}" ', '"0", "{}"', '"x" , "{}"'])
def test_a_tag_among_which_the_current_one_is_lets_write(head, url, tag):
    revision = head.get(url).json()["revision"]
    assert change(head, url, {"appreciation": "x"}, tag.format(revision)).status_code == 200


@pytest.mark.parametrize("tag", ["7", '"', '"a" "b"', "x" * 2_001])
def test_a_tag_that_cannot_be_read_is_a_fault(head, url, tag):
    answer = change(head, url, {"appreciation": "x"}, tag)
    assert answer.status_code == 422
    assert answer.json()["faults"]


def test_a_merge_patch_is_taken_by_its_own_name_too(head, url):
    kind = {"Content-Type": "application/merge-patch+json"}
    assert change(head, url, {"appreciation": "x"}, **kind).status_code == 200


def test_every_fault_of_entry_stands_at_its_field_and_nothing_is_written(head, url):
    before = head.get(url)
    body = {"averages": {"1": "20,01", "2": "10", "3": "10"}, "ratings": {"1234": 2},
            "appreciation": "x" * 2_000, "exam_opinion": "T"}  # fmt: skip
    found = at_fault(change(head, url, body), "invalid_entry")
    assert set(found) == {"averages.1", "averages.3", "ratings.1234", "appreciation",
                          "exam_opinion"}  # fmt: skip
    assert head.get(url).headers["etag"] == before.headers["etag"]


def test_a_booklet_of_another_school_is_not_found(head, ids):
    url = f"/booklets/{ids.other.booklet_id}"
    for answer in (head.get(url), head.get(f"{url}/light"),
                   head.patch(url, json={}, headers={"If-Match": "*"})):  # fmt: skip
        refused(answer, 404, "not_found")


def test_the_light_of_a_booklet_tells_all_that_it_lacks(head, ids):
    told = head.get(f"/booklets/{ids.own.booklets['red']}/light").json()
    assert (told["light"], told["pending"]) == ("red", False)
    assert all(
        gap["label"] and gap["severity"] in {"mandatory", "optional"} for gap in told["gaps"]
    )


def test_a_light_that_is_being_computed_says_so(head, url):
    change(head, url, {"appreciation": None})
    assert head.get(f"{url}/light").json()["pending"] is True


def rows(ids, *changes):
    found = ids.own.booklets
    return [
        {"booklet_id": found[light], "revision": revision, "change": body}
        for light, revision, body in changes
    ]


def fill(client, ids, *changes):
    url = f"/divisions/{ids.own.division_id}/booklets"
    return client.patch(url, json={"rows": rows(ids, *changes)})


def revision(client, ids, light):
    return client.get(f"/booklets/{ids.own.booklets[light]}").json()["revision"]


def test_a_grid_is_written_in_one_go(head, ids):
    at = revision(head, ids, "green"), revision(head, ids, "orange")
    told = fill(head, ids, ("green", at[0], {"averages": {"1": "11"}}),
                ("orange", at[1], {"averages": {"1": "12"}})).json()  # fmt: skip
    assert [one["changed"] for one in told["rows"]] == [["moyenne 1"]] * 2
    assert revision(head, ids, "green") == at[0] + 1


def test_one_fault_of_a_grid_keeps_all_of_it_out(head, ids):
    at = revision(head, ids, "green"), revision(head, ids, "orange")
    answer = fill(head, ids, ("green", at[0], {"averages": {"1": "11"}}),
                  ("orange", at[1], {"averages": {"1": "21"}}))  # fmt: skip
    assert set(at_fault(answer, "invalid_entry")) == {f"booklets.{ids.own.booklets['orange']}"}
    assert (revision(head, ids, "green"), revision(head, ids, "orange")) == at


def test_what_another_wrote_since_the_reading_is_not_overwritten_by_a_grid(head, ids, program):
    at = revision(head, ids, "green")
    url = f"/booklets/{ids.own.booklets['green']}"
    change(program("teacher"), url, {"averages": {"1": "7"}})
    answer = fill(head, ids, ("green", at, {"averages": {"1": "11"}}))
    assert answer.status_code == 422
    assert head.get(url).json()["averages"]["1"] == "7.00"
    assert fill(head, ids, ("green", at, {"averages": {"2": "11"}})).status_code == 200


def test_a_booklet_stands_once_in_a_grid(head, ids):
    answer = fill(head, ids, ("green", 0, {}), ("green", 0, {"appreciation": "x"}))
    assert set(at_fault(answer, "invalid_entry")) == {"rows"}


def test_a_booklet_of_another_division_is_not_of_the_grid(head, ids):
    url = f"/divisions/{ids.own.divisions['TCUIS1']}/booklets"
    answer = head.patch(url, json={"rows": rows(ids, ("green", 0, {}))})
    refused(answer, 404, "not_found")


@pytest.mark.parametrize("count", [0, 101])
def test_a_grid_is_of_one_row_at_least_and_of_a_hundred_at_most(head, ids, count):
    body = {"rows": rows(ids, ("green", 0, {})) * count}
    answer = head.patch(f"/divisions/{ids.own.division_id}/booklets", json=body)
    assert set(at_fault(answer)) == {"body.rows"}
