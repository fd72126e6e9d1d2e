from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.mef import Mef, diploma_label
from pipeline.domain.periods import Level


@pytest.mark.parametrize(
    "text", ["2472552033", "24725520330", "24725520332", "2472552033A", " 24725520330\n"]
)
def test_every_variant_leads_to_the_reference_mef(text: str) -> None:
    assert Mef.parse(text) == Mef("2472552033")


@pytest.mark.parametrize(
    "text",
    ["", "247255203", "247255203300", "24725520é3", "2472 552033", "247-552033", "٢٤٧٢٥٥٢٠٣٣"],
)
def test_what_is_no_mef_is_none(text: str) -> None:
    assert Mef.parse(text) is None


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("2472552031", None),
        ("2472552032", Level.PREMIERE),
        ("2472552033", Level.TERMINALE),
        ("2472552034", None),
        ("247255203A", None),
    ],
)
def test_the_tenth_character_tells_the_level(code: str, expected: Level | None) -> None:
    assert Mef(code).level is expected


def test_the_diploma_is_the_five_characters_after_the_dispositif() -> None:
    assert Mef("2472552033").diploma_code == "25520"


def test_a_bac_pro_has_the_dispositif_247() -> None:
    codes = ["2462552033", "2472552033", "2482552033"]

    assert [code for code in codes if Mef(code).is_bac_pro] == ["2472552033"]


def test_letters_and_leading_zeros_are_kept() -> None:
    assert Mef.parse("0010001b11a") == Mef("0010001B11")


@given(st.from_regex(r"[0-9A-Z]{10}[0-9A-Z]?", fullmatch=True))
def test_a_parsed_code_parses_to_itself(text: str) -> None:
    mef = Mef.parse(text)

    assert mef is not None
    assert Mef.parse(mef.code) == mef


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("1ère pro. Métiers de l'électricité", "Métiers de l'électricité"),
        ("1ERE PRO PRODUCTION MECANIQUE", "PRODUCTION MECANIQUE"),
        ("Première professionnelle - cuisine", "cuisine"),
        ("TLE PRO CUISINE", "CUISINE"),
        ("Terminale professionnelle : AGOrA", "AGOrA"),
        ("Maintenance des systèmes", "Maintenance des systèmes"),
        ("TLEPRO25520", ""),
        ("1ERPRO25520", ""),
        ("Tle pro.", ""),
        ("", ""),
    ],
)
def test_a_mef_label_names_its_speciality(label: str, expected: str) -> None:
    assert diploma_label(label) == expected
