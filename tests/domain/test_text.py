from __future__ import annotations

import unicodedata
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.text import forbidden_characters, normalise, normalise_name

ANY = st.text(st.characters(), max_size=40)


@pytest.mark.parametrize(
    "code_point",
    [0x00, 0x08, 0x0B, 0x0C, 0x0E, 0x1F, 0xD800, 0xDFFF, 0xFFFE, 0xFFFF],
)
def test_what_xml_1_0_forbids_is_found(code_point: int) -> None:
    assert forbidden_characters(f"a{chr(code_point)}b") == [f"U+{code_point:04X}"]


@pytest.mark.parametrize(
    "code_point",
    [0x09, 0x0A, 0x0D, 0x20, 0x7F, 0xD7FF, 0xE000, 0xFFFD, 0x10000, 0x10FFFF],
)
def test_what_xml_1_0_allows_is_left(code_point: int) -> None:
    assert forbidden_characters(f"a{chr(code_point)}b") == []


def test_forbidden_characters_are_named_once_in_order() -> None:
    assert forbidden_characters("\x1f\x01\x1f") == ["U+001F", "U+0001"]


@pytest.mark.parametrize(
    "newline", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"]
)
def test_every_newline_becomes_one(newline: str) -> None:
    assert normalise(f"a{newline}b") == ("a\nb", [])


@pytest.mark.parametrize(
    ("entered", "stored", "removed"),
    [
        ("", "", []),
        (" \u00a0\n", "", []),
        ("  a  b ", "a  b", []),
        ("e\u0301", "é", []),
        ("a\x00b\x01", "ab", ["U+0000", "U+0001"]),
        ("a\n\nb", "a\n\nb", []),
        ("\x00", "", ["U+0000"]),
    ],
)
def test_a_text_is_stored_normalised(entered: str, stored: str, removed: list[str]) -> None:
    assert normalise(entered) == (stored, removed)


@pytest.mark.parametrize(
    ("entered", "stored"), [(" DE  LA\nRUE ", "DE LA RUE"), ("a\u00a0b", "a b"), ("", "")]
)
def test_a_name_is_one_line(entered: str, stored: str) -> None:
    assert normalise_name(entered) == (stored, [])


@given(ANY)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once, _ = normalise(text)

    assert normalise(once) == (once, [])


@given(ANY)
def test_a_normalised_text_is_nfc_and_survives_xml(text: str) -> None:
    stored, _ = normalise(text)
    element = ET.Element("a")
    element.text = stored

    assert unicodedata.is_normalized("NFC", stored)
    assert (ET.fromstring(ET.tostring(element, "utf-8")).text or "") == stored


@given(ANY)
def test_a_normalised_name_survives_as_an_attribute(text: str) -> None:
    stored, _ = normalise_name(text)
    element = ET.Element("a", {"nom": stored})

    assert ET.fromstring(ET.tostring(element, "utf-8")).get("nom") == stored
