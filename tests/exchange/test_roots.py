"""A wrong file is named for what it is, with the command that takes it."""

from __future__ import annotations

import pytest

from pipeline.exchange.roots import KNOWN, NOMENCLATURE, PUPILS, STS, why_not
from tests.house.commands import command


def test_every_command_that_takes_a_file_exists() -> None:
    named = [one.command.split()[1:] for one in KNOWN.values() if one.command]
    assert len(named) == 5
    assert all(command(*path) for path in named)


@pytest.mark.parametrize("root", [root for root, one in KNOWN.items() if one.command])
def test_a_known_file_given_elsewhere_names_its_command(root: str) -> None:
    expected = PUPILS if root != PUPILS.root else NOMENCLATURE
    told = why_not(root, expected)
    assert f"« {KNOWN[root].command} »" in told
    assert expected.what in told


def test_the_wrong_way_export_of_sts_says_what_to_do() -> None:
    told = why_not("EDT_STS", STS)
    assert "emploi du temps destiné à STS" in told
    assert "Exports, Emplois du temps" in told


def test_an_unknown_root_is_quoted_but_never_at_length() -> None:
    told = why_not("x" * 5_000, PUPILS)
    assert len(told) < 300
