"""Hostile texts in every field of a booklet: stored as they are, inert wherever they show."""

from __future__ import annotations

import pytest
from lxml import html

from tests.usecases.exporting import execute
from tests.web.forms import booklet, given_back

HOSTILE = (
    '<script>alert(1)</script>"><img src=x onerror=alert(1)>',
    "{{7*7}}${7*7}'-alert(1)-'</textarea>",
)
TEXTS = (
    "appreciation", "pfmp-synthese", "autre-engagement", "avis-engagement-texte",
    "avis-investissement-texte", "avis-chef-texte",
)  # fmt: skip
NAMES = (
    "enseignant-1", "enseignant-2", "pfmp-enseignant", "avis-engagement", "avis-investissement",
    "avis-chef",
)  # fmt: skip
INERT = "//script[not(@src)] | //img[@src='x'] | //@onerror | //main//script"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_texts_are_kept_and_inert(as_teacher, as_head, ids, hostile):
    red = ids.own.booklets["red"]
    typed = dict.fromkeys(TEXTS, hostile)
    typed |= {f"{name}-{part}": hostile[:50] for name in NAMES for part in ("nom", "prenom")}
    form = booklet(as_teacher, red)
    assert form.send(**typed).status_code == 303
    answer = as_head.get(f"/livrets/{red}")
    shown = given_back(as_head, answer)
    assert {name: shown[name] for name in typed} == typed
    for page in (
        answer, as_head.get(f"/saisie/{ids.own.division_id}"),
        as_head.get(f"/divisions/{ids.own.division_id}/grille"),
    ):  # fmt: skip
        assert not html.fromstring(page.text).xpath(INERT)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_texts_are_inert_in_a_clash_and_beside_a_fault(as_teacher, as_head, ids, hostile):
    red = ids.own.booklets["red"]
    form = booklet(as_teacher, red)
    booklet(as_head, red).send(appreciation=hostile)
    answer = form.send(**{"appreciation": f"{hostile} autre", "autre-engagement": hostile})
    assert answer.status_code == 409
    assert not html.fromstring(answer.text).xpath(INERT)
    refused = booklet(as_teacher, red).send(**{"moyenne-1": hostile, "pfmp-semaines": hostile})
    assert refused.status_code == 422
    assert not html.fromstring(refused.text).xpath(INERT)
    assert given_back(as_teacher, refused)["moyenne-1"] == hostile


def test_hostile_names_of_pupils_and_offered_teachers_are_inert(w, as_head, ids):
    execute(w.store, "UPDATE student SET last_name = :n, first_name = :n", n=HOSTILE[0])
    execute(
        w.store,
        "INSERT INTO sts_teacher (school_uai, start_year, sts_id, last_name, first_name)"
        " VALUES (:uai, :year, 'X1', :n, :n)",
        uai=ids.own.uai, year=ids.own.start_year, n=HOSTILE[0],
    )  # fmt: skip
    urls = (
        "/saisie", f"/saisie/{ids.own.division_id}", f"/livrets/{ids.own.booklet_id}",
        f"/divisions/{ids.own.division_id}/grille",
    )  # fmt: skip
    for url in urls:
        answer = as_head.get(url)
        assert answer.status_code == 200
        assert not html.fromstring(answer.text).xpath(INERT)


@pytest.mark.parametrize(
    "champ", ["<script>alert(1)</script>", "moyenne-1'\"><img src=x onerror=alert(1)>", "x" * 41]
)
def test_a_hostile_choice_of_grid_is_inert(as_head, ids, champ):
    answer = as_head.get(f"/divisions/{ids.own.division_id}/grille", params={"champ": champ})
    assert answer.status_code in {404, 422}
    assert not html.fromstring(answer.text).xpath(INERT)


def test_nothing_of_a_pupil_stands_in_a_title_or_an_address(as_head, ids):
    answer = as_head.get(f"/livrets/{ids.own.booklet_id}")
    page = html.fromstring(answer.text)
    (title,) = page.xpath("//title")
    name = page.xpath("//h1")[0].text_content().split()[0]
    assert name not in title.text_content()
    assert not [one for one in page.xpath("//@href | //@action") if name in one]
