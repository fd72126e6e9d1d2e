"""The names of files of others are shown short, whole in one line, and harmless."""

from __future__ import annotations

import pytest

from pipeline.domain.given_file import LONGEST_NAME, GivenFile, shown_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("ElevesSansAdresses.xml", "ElevesSansAdresses.xml"),
        ("Élèves 2025 (1).xml", "Élèves 2025 (1).xml"),
        ("/media/dupont/eleves.xml", "eleves.xml"),
        ("C:\\fakepath\\eleves.xml", "eleves.xml"),
        ("a\nb\x1b[31m\u202ecod.xml", "a_b_[31m_cod.xml"),
        ("", "(sans nom)"),
        ("folder/", "(sans nom)"),
    ],
)
def test_a_name_is_shown_without_folders_and_without_what_a_terminal_obeys(name, shown):
    assert shown_name(name) == shown


@pytest.mark.parametrize("length", [LONGEST_NAME - 1, LONGEST_NAME, LONGEST_NAME + 1, 5_000])
def test_a_long_name_keeps_its_beginning_and_its_end(length):
    name = "e" * (length - 4) + ".xml"
    shown = shown_name(name)
    assert len(shown) == min(length, LONGEST_NAME)
    assert (shown == name) is (length <= LONGEST_NAME)
    assert shown.startswith("eee")
    assert shown.endswith("e.xml")


def test_what_is_known_of_a_file_stands_behind_its_name():
    assert str(GivenFile("x.xml", "0999999Z", 2025)) == (
        "x.xml (établissement 0999999Z, année 2025-2026)"
    )
    assert str(GivenFile("x.xml", start_year=2025)) == "x.xml (année 2025-2026)"
    assert str(GivenFile("x.xml")) == "x.xml"
