"""Versions by the API: told, compared, downloaded whole or not at all, known again."""

from __future__ import annotations

import base64
import hashlib

import pytest

from pipeline import upkeep
from tests.usecases.exporting import execute, set_marks, versions_of
from tests.web.programs import at_fault, refused


@pytest.fixture
def head(program):
    return program("head")


@pytest.fixture
def url(ids):
    return f"/versions/{ids.own.artifact_id}"


def path_of(w, sha256):
    return next(w.settings.artifacts_folder.rglob(f"*{sha256}*"))


def test_versions_are_told_newest_first_and_of_ones_own_schools(head, ids):
    items = head.get("/versions").json()["items"]
    assert [one["id"] for one in items] == ids.own.artifact_ids[::-1]
    asked = {"division_id": ids.own.division_id, "profile": "lsl-1.0"}
    assert head.get("/versions", params=asked).json()["items"] == []


def test_a_version_tells_what_it_holds_and_that_its_file_is_whole(head, url, ids):
    told = head.get(url).json()
    assert (told["version"], told["newest"], told["intact"]) == (2, 2, True)
    assert told["sha256"] == ids.own.sha256
    assert told["manifest"]["left_out"]
    assert told["reports"] == []


def test_a_version_is_not_told_again_until_something_of_it_changes(head, url):
    etag = head.get(url).headers["etag"]
    again = head.get(url, headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    head.post(f"{url}/sent")
    told = head.get(url, headers={"If-None-Match": etag})
    assert (told.status_code, bool(told.json()["sent_at"])) == (200, True)


def test_a_file_comes_under_its_name_with_its_type_and_its_digest(head, url, w, ids):
    answer = head.get(f"{url}/file")
    row = versions_of(w, ids.own.division_id)[-1]
    assert answer.headers["content-type"] == "application/xml"
    assert answer.headers["content-disposition"] == f'attachment; filename="{row.file_name}"'
    assert hashlib.sha256(answer.content).hexdigest() == row.sha256 == ids.own.sha256
    digest = base64.b64encode(bytes.fromhex(row.sha256)).decode()
    assert answer.headers["repr-digest"] == f"sha-256=:{digest}:"
    assert answer.headers["etag"] == f'"{row.sha256}"'
    assert answer.headers["cache-control"] == "no-store"


def test_a_file_that_is_held_already_is_not_sent_again(head, url, ids):
    known = {"If-None-Match": f'"{ids.own.sha256}"'}
    answer = head.get(f"{url}/file", headers=known)
    assert (answer.status_code, answer.content) == (304, b"")
    assert head.get(f"{url}/file", headers={"If-None-Match": '"autre"'}).status_code == 200


@pytest.mark.parametrize("spoil", [lambda p: p.write_bytes(b"<a/>"), lambda p: p.unlink()])
def test_a_file_that_is_damaged_or_gone_is_never_served(head, url, w, ids, spoil):
    path = path_of(w, ids.own.sha256)
    path.chmod(0o600)
    spoil(path)
    known = {"If-None-Match": f'"{ids.own.sha256}"'}
    for answer in (head.get(f"{url}/file"), head.get(f"{url}/file", headers=known),
                   head.get(f"{url}/diff"), head.get(f"{url}/preview")):  # fmt: skip
        refused(answer, 410, "artifact_unusable")
    told = head.get(url).json()
    assert (told["intact"], bool(told["why_unusable"])) == (False, True)


def test_a_version_past_its_keeping_is_not_served(head, w, ids):
    execute(w.store, "UPDATE artifact SET expired_at = created_at WHERE version = 1")
    upkeep.purge(w, grace_s=0)
    refused(head.get(f"/versions/{ids.own.artifact_ids[0]}/file"), 410, "artifact_expired")


def test_what_differs_from_the_version_before_is_told_by_pupil_and_field(head, url, ids):
    told = head.get(f"{url}/diff").json()
    (pupil,) = [one for one in told["pupils"] if one["siecle_id"] == ids.own.siecle_ids["green"]]
    assert pupil["presence"] == "changed"
    assert "12.34" in {change["after"] for change in pupil["fields"]}
    assert all(change["label"] for change in pupil["fields"])


def test_a_version_is_compared_to_the_data_of_now_and_to_any_other(head, url, w, ids):
    assert head.get(f"{url}/diff", params={"against": "today"}).json()["pupils"] == []
    set_marks(w.store, [ids.own.booklets["green"]], 900)
    assert head.get(f"{url}/diff", params={"against": "today"}).json()["pupils"]
    first, second = ids.own.artifact_ids
    forth = head.get(f"/versions/{second}/diff", params={"against": first}).json()
    back = head.get(f"/versions/{first}/diff", params={"against": second}).json()
    assert forth["before"] == back["after"]
    assert head.get(f"{url}/diff").json() == forth


def test_the_first_version_has_none_before_it(head, ids):
    refused(head.get(f"/versions/{ids.own.artifact_ids[0]}/diff"), 404, "not_found")


def test_no_version_is_compared_to_one_of_another_school(head, url, ids):
    asked = {"against": ids.other.artifact_id}
    refused(head.get(f"{url}/diff", params=asked), 404, "not_found")


@pytest.mark.parametrize("against", ["0", "-1", "x", "2147483648", "now"])
def test_what_is_no_version_is_not_compared(head, url, against):
    assert head.get(f"{url}/diff", params={"against": against}).status_code == 422


def test_what_lsl_would_do_is_foretold(head, url):
    told = head.get(f"{url}/preview").json()
    assert told["total"] == told["counts"]["new"] > 0
    head.post(f"{url}/sent")
    told = head.get(f"{url}/preview").json()
    assert told["counts"]["unchanged"] == told["total"]
    assert [one["version"] for one in told["uploads"]] == [2]


def test_an_upload_is_noted_once(head, url, ids):
    first, again = head.post(f"{url}/sent").json(), head.post(f"{url}/sent").json()
    assert (first["is_new"], again["is_new"]) == (True, False)
    assert first["sent_by"] == f"user:{ids.people['head'].account_id}"


def test_a_report_is_kept_as_it_is_and_given_back(head, url):
    data = b"\xd0\xcf\x11\xe0 bilan <script>"
    told = head.post(f"{url}/reports", files={"file": ("../bilan.xls", data)}).json()
    (kept,) = head.get(url).json()["reports"]
    assert kept["sha256"] == told["report_sha256"]
    answer = head.get(f"{url}/reports/{kept['sha256']}")
    assert answer.content == data
    assert answer.headers["content-type"] == "application/vnd.ms-excel"
    assert answer.headers["content-disposition"] == f'attachment; filename="{kept["name"]}"'
    again = head.post(f"{url}/reports", files={"file": ("b.xls", data)}).json()
    assert again["report_is_new"] is False


def test_a_report_that_is_empty_is_refused(head, url):
    answer = head.post(f"{url}/reports", files={"file": ("b.xls", b"")})
    refused(answer, 422, "unreadable_file")


def test_a_report_that_is_none_is_not_found(head, url):
    refused(head.get(f"{url}/reports/{'0' * 64}"), 404, "not_found")


def test_a_file_is_known_again_by_its_bytes(head, ids, w):
    first, second = versions_of(w, ids.own.division_id)
    data = w.artifacts.read(second.sha256, "")
    ask = lambda name, data: head.post("/verify", files={"file": (name, data)}).json()  # noqa: E731
    told = ask(second.file_name, data)
    assert (told["result"], told["version"], told["renamed"]) == ("intact", 2, False)
    assert ask("é\n.xml", data)["renamed"] is True
    told = ask(first.file_name, w.artifacts.read(first.sha256, ""))
    assert (told["result"], told["superseded_by"]) == ("intact", 2)
    assert ask(second.file_name, data + b" ")["result"] == "modified"
    assert ask("autre.xml", b"<a/>")["result"] == "unknown"


def test_a_file_of_another_school_is_unknown_here(program, ids, w):
    (row, *_) = versions_of(w, ids.other.division_id)
    data = {"file": (row.file_name, w.artifacts.read(row.sha256, ""))}
    assert program("head").post("/verify", files=data).json()["result"] == "unknown"
    assert program("other_head").post("/verify", files=data).json()["result"] == "intact"


@pytest.mark.parametrize("form", [{"file": (None, b"x")}, {"autre": ("a.xml", b"x")}])
def test_a_form_without_its_file_is_a_fault(head, form):
    answer = head.post("/verify", files=form)
    assert set(at_fault(answer)) == {"body.file"}


def test_a_form_that_is_broken_is_unreadable(head):
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    for body in (b"--x\r\nrien", b"\0"):
        assert head.post("/verify", content=body, headers=kind).status_code in {400, 422}


def test_a_version_of_another_school_is_not_found(head, ids):
    url = f"/versions/{ids.other.artifact_id}"
    for answer in (head.get(url), head.get(f"{url}/file"), head.get(f"{url}/diff"),
                   head.get(f"{url}/preview"), head.post(f"{url}/sent")):  # fmt: skip
        refused(answer, 404, "not_found")
