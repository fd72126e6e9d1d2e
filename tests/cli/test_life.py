"""The commands about opinions and commitments."""

from __future__ import annotations

import pytest

from tests.cli.test_commands import a_green_booklet


@pytest.fixture
def booklet(school):
    return a_green_booklet(school)


def held(school, booklet):
    return school("booklet", "show", booklet, "--json").json


def test_an_opinion_is_written_shown_and_erased(school, booklet):
    by = ("--by", "ROUX, Zoé", "--on", "2026-06-12")
    answer = school("booklet", "opinion", booklet, "chef", "--text", "Très investie.", *by)
    assert "avis du chef d'établissement" in answer.out
    assert held(school, booklet)["opinions"] == {
        "head": ["Très investie.", "ROUX", "Zoé", "2026-06-12"]
    }
    assert "Très investie." in school("booklet", "show", booklet).out
    school("booklet", "opinion", booklet, "chef", "--text", "")
    assert held(school, booklet)["opinions"] == {}


def test_commitments_are_replaced_and_emptied(school, booklet):
    school("booklet", "commitments", booklet, "--code", "s", "--code", "C", "--other", "Pompier")
    assert held(school, booklet)["commitments"] == ["C", "S"]
    assert "Délégué de classe" in school("booklet", "show", booklet).out
    school("booklet", "commitments", booklet, "--code", "aucun", "--other", "")
    assert (held(school, booklet)["commitments"], held(school, booklet)["other_commitment"]) == (
        [],
        None,
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("opinion", "recteur", "--text", "x"), "attendu engagement, investissement, chef"),
        (("opinion", "chef", "--text", "x"), "le nom et le prénom"),
        (("opinion", "chef", "--text", "x", "--by", "A, B", "--on", "12/06/2026"), "AAAA-MM-JJ"),
        (("commitments", "--code", "Z"), "attendu C, V, A, E, S"),
        (("commitments", "--exam-opinion", "T"), "en terminale seulement"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_kept(school, booklet, arguments, said):
    before = held(school, booklet)
    name, *rest = arguments
    answer = school("booklet", name, booklet, *rest)
    assert (answer.code != 0, said in answer.err) == (True, True), answer.err
    assert held(school, booklet) == before
