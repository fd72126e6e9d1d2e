"""Saving as one goes, as the script asks for it."""

from __future__ import annotations

import json

import pytest

from tests.usecases.exporting import execute
from tests.web.forms import booklet


class Page:
    """What the script holds of a page."""

    def __init__(self, browser, booklet_id):
        form = booklet(browser, booklet_id)
        self.browser, self.url = browser, f"/livrets/{booklet_id}"
        self.revision, self.read = form["revision"], json.loads(form["lu"])

    def patch(self, values, *, read=None, **headers):
        return self.browser.patch(
            self.url,
            json={"values": values, "read": self.read if read is None else read},
            headers={"X-CSRF-Token": self.browser.csrf, "If-Match": f'"{self.revision}"',
                     "Accept": "application/json"} | headers,
        )  # fmt: skip


@pytest.fixture
def green(ids):
    return ids.own.booklets["green"]


def test_one_field_is_saved_and_the_answer_brings_the_page_up_to_date(as_teacher, green):
    page = Page(as_teacher, green)
    answer = page.patch({"appreciation": ""})
    said = answer.json()
    assert (answer.status_code, said["saved"], said["at"]) == (200, ["appreciation"], "13 h 00")
    assert said["revision"] > int(page.revision)
    assert answer.headers["etag"] == f'"{said["revision"]}"'
    assert said["light"] == {"code": "orange", "text": "Orange : exportable, incomplet"}
    assert [one["anchor"] for one in said["gaps"]] == ["appreciation"]


def test_what_is_right_is_saved_beside_what_is_not(as_teacher, green):
    answer = Page(as_teacher, green).patch({"moyenne-1": "25", "moyenne-2": "9"})
    said = answer.json()
    assert (answer.status_code, said["saved"]) == (422, ["moyenne-2"])
    assert said["faults"] == {
        "moyenne-1": ["Moyenne de la période 1 : attendu un nombre de 0 à 20."]
    }
    assert booklet(as_teacher, green)["moyenne-2"] == "9"


def test_a_clash_is_told_and_not_written(as_teacher, as_head, green):
    page = Page(as_teacher, green)
    Page(as_head, green).patch({"appreciation": "Du chef."})
    answer = page.patch({"appreciation": "Du professeur.", "moyenne-1": "4"})
    said = answer.json()
    assert (answer.status_code, said["saved"]) == (409, ["moyenne-1"])
    clash = said["clashes"]["appreciation"]
    assert clash["theirs"] == "Du chef."
    assert clash["who"] == "Head D’ESSAI a modifié l’appréciation générale à 13 h 00."
    chosen = page.patch({"appreciation": "Du professeur."}, read={"appreciation": clash["read"]})
    assert chosen.status_code == 200
    assert booklet(as_head, green)["appreciation"] == "Du professeur."


def test_the_state_tells_the_light_and_what_others_changed(as_teacher, as_head, green):
    page = Page(as_teacher, green)
    Page(as_head, green).patch({"appreciation": ""})
    said = as_teacher.get(f"{page.url}/etat?revision={page.revision}").json()
    assert said["told"] == ["Head D’ESSAI a modifié l’appréciation générale à 13 h 00."]
    assert (said["light"]["code"], said["values"]["appreciation"]) == ("orange", "")


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"If-Match": "x"}, 422), ({"If-Match": ""}, 422), ({"X-CSRF-Token": "x"}, 403)],
)
def test_a_request_that_is_not_the_page_s_changes_nothing(as_teacher, green, headers, status):
    before = booklet(as_teacher, green)["appreciation"]
    answer = Page(as_teacher, green).patch({"appreciation": "Non."}, **headers)
    assert answer.status_code == status
    assert booklet(as_teacher, green)["appreciation"] == before


@pytest.mark.parametrize(
    "body",
    [
        "", "null", "[]", "{}", '{"values": 1}', '{"values": {"appreciation": 1}}',
        '{"values": {"appreciation": null}}', '{"values": {}, "read": []}',
    ],
)  # fmt: skip
def test_a_body_of_another_shape_is_refused(as_teacher, green, body):
    answer = as_teacher.patch(
        f"/livrets/{green}", content=body,
        headers={"X-CSRF-Token": as_teacher.csrf, "If-Match": '"1"', "Accept": "application/json",
                 "Content-Type": "application/json"},
    )  # fmt: skip
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_half_a_character_is_no_error_of_ours(as_teacher, green):
    answer = as_teacher.patch(
        f"/livrets/{green}", content='{"values": {"appreciation": "a\\ud800b"}}',
        headers={"X-CSRF-Token": as_teacher.csrf, "If-Match": '"1"', "Accept": "application/json",
                 "Content-Type": "application/json"},
    )  # fmt: skip
    assert answer.status_code < 500


def test_unknown_fields_are_left_aside(as_teacher, green):
    answer = Page(as_teacher, green).patch(
        {"moyenne-3": "12", "competence-0000": "1", "livret": "x", "projet-moyenne": "12"}
    )
    assert (answer.status_code, answer.json()["saved"]) == (200, [])


def test_without_periodicity_the_script_is_told_who_fixes_it(w, as_teacher, green):
    page = Page(as_teacher, green)
    execute(w.store, "UPDATE level_settings SET periodicity = NULL")
    answer = page.patch({"moyenne-1": "4"})
    assert (answer.status_code, answer.json()["code"]) == (409, "periodicity_not_set")
    assert "lslpro" not in answer.json()["detail"]
    assert "chef d’établissement" in answer.json()["detail"]
