from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.names import alphabetical, artifact_file_name, file_label

SAFE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)?")
HOSTILE = [
    "",
    " ",
    "2MELEC1",
    "2melec1",
    "2MELEC 1",
    "2MELEC-1",
    "2MELEC/1",
    "2MELEC\\1",
    "2MÉLEC1",
    "2ME\u0301LEC1",
    "../../etc/passwd",
    "..",
    ".",
    "***",
    "???",
    "CON",
    "con",
    "a:b",
    "a|b",
    'a"b',
    "a\x00b",
    "a\nb",
    "日本",
    "🎓",
    "é",
    "É",
    "ß",
    "ss",
    "SS",
    "２MELEC１",
    "\ud800",
    "-",
    "--",
    "A" * 16,
    "A" * 17,
    "A" * 300,
    "=1+1",
    "<script>",
    "%2e%2e",
]


def test_a_plain_label_stays_as_it_is() -> None:
    assert file_label("2MELEC1") == "2MELEC1"
    assert file_label("61") == "61"


@pytest.mark.parametrize("label", HOSTILE)
def test_a_hostile_label_is_made_safe(label: str) -> None:
    made = file_label(label)

    assert made.isascii()
    assert SAFE.fullmatch(made)
    assert len(made) <= 25


def test_hostile_labels_stay_unique_even_where_case_is_ignored() -> None:
    assert len({file_label(label).lower() for label in HOSTILE}) == len(HOSTILE)


@given(st.lists(st.text(max_size=30), unique=True, max_size=20))
def test_any_labels_stay_safe_and_unique(labels: list[str]) -> None:
    made = [file_label(label) for label in labels]

    assert all(SAFE.fullmatch(label) for label in made)
    assert len({label.lower() for label in made}) == len(labels)


@given(st.text(max_size=20))
def test_a_digest_is_never_a_plain_label(label: str) -> None:
    made = file_label(label)

    assert made == label or "-" in made
    assert file_label(made) != made or made == label


@pytest.mark.parametrize("label", ["***", "日本", ""])
def test_a_label_without_any_plain_character_never_takes_the_name_of_a_plain_one(
    label: str,
) -> None:
    digest = file_label(label).rsplit("-", 1)[-1]

    assert file_label(digest) == digest != file_label(label)


def test_a_division_cut_in_two_by_diploma_or_level_has_two_labels() -> None:
    made = {
        file_label("TMELEC"),
        file_label("TMELEC", "25520"),
        file_label("TMELEC", "25519"),
        file_label("TMELEC", "25520", "premiere"),
        file_label("TMELEC", "25520", "terminale"),
        file_label("TMELEC", level="premiere"),
        file_label("TMELEC", level="terminale"),
    }

    assert len(made) == 7


def test_a_file_name_says_it_all_in_utc() -> None:
    paris = dt.timezone(dt.timedelta(hours=2))

    name = artifact_file_name(
        uai="0999999Z",
        start_year=2025,
        label="2MELEC1",
        profile="lsl-1.0",
        version=7,
        created_at=dt.datetime(2026, 6, 1, 1, 2, 3, tzinfo=paris),
    )

    assert name == "LSLPRO_0999999Z_2025_2MELEC1_lsl-1.0_v007_20260531T230203Z.xml"


@pytest.mark.parametrize(("version", "written"), [(1, "v001"), (999, "v999"), (1000, "v1000")])
def test_a_version_has_three_digits_or_more(version: int, written: str) -> None:
    name = artifact_file_name(
        uai="0999999Z",
        start_year=2025,
        label="A",
        profile="p",
        version=version,
        created_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    )

    assert f"_{written}_" in name


def test_people_stand_in_the_order_of_a_register() -> None:
    people = [
        ("ZOLA", "Émile"), ("ÉPROUVETTE", "Zoé"), ("EXEMPLE", "Camille"), ("CŒUR", "Théo"),
        ("COGNAC", "Léa"), ("D'ESSAI", "Inès"), ("Dérive", "Tom"), ("EXEMPLE", "Anaïs"),
    ]  # fmt: skip
    assert sorted(people, key=lambda one: alphabetical(*one)) == [
        ("CŒUR", "Théo"), ("COGNAC", "Léa"), ("Dérive", "Tom"), ("D'ESSAI", "Inès"),
        ("ÉPROUVETTE", "Zoé"), ("EXEMPLE", "Anaïs"), ("EXEMPLE", "Camille"), ("ZOLA", "Émile"),
    ]  # fmt: skip
