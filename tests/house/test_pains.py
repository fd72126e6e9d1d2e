"""docs/pain-points.md: each pain has a test of that number, or a reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Collection

import pytest

from tests.house.source import functions, own_tests, read

PAGE = "docs/pain-points.md"
PAINS = range(1, 33)
NUMBERED = re.compile(r"test_pain_(\d\d)_\w+")
ROW = re.compile(r"^\| (\d+) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)
REASON = re.compile(r"reason: .{20,}")


def faults(page: str, tests: Collection[str]) -> list[str]:
    """Pains without a line, lines without a test or reason, and tests that no line names."""
    rows = [(int(number), last) for number, _, _, last in ROW.findall(page)]
    numbers = [number for number, _ in rows]
    found = [f"pain {n} has {numbers.count(n)} lines" for n in PAINS if numbers.count(n) != 1]
    named = {match[0] for _, last in rows for match in NUMBERED.finditer(last)}
    for number, last in rows:
        own = [match for match in NUMBERED.finditer(last) if int(match[1]) == number]
        if not own and not REASON.fullmatch(last):
            found.append(f"pain {number} has neither test nor reason")
    found += [f"{name} is no test" for name in sorted(named - set(tests))]
    return found + [f"{name} is on no line" for name in sorted(set(tests) - named)]


def numbered_tests() -> set[str]:
    return {
        node.name
        for one in own_tests()
        if one.path.startswith("tests/pains/")
        for node in functions(one)
        if NUMBERED.fullmatch(node.name)
    }


def test_each_pain_has_a_test_or_a_reason() -> None:
    found = faults(read(PAGE), numbered_tests())
    assert not found, "\n".join(found)


def line(number: int, last: str) -> str:
    return f"| {number} | a pain | what we do | {last} |"


WHOLE = [line(n, f"`test_pain_{n:02d}_x`") for n in PAINS]
TESTS = {f"test_pain_{n:02d}_x" for n in PAINS}


@pytest.mark.parametrize(
    ("page", "tests", "told"),
    [
        (WHOLE[1:], TESTS - {"test_pain_01_x"}, "pain 1 has 0 lines"),
        ([*WHOLE, WHOLE[0]], TESTS, "pain 1 has 2 lines"),
        ([line(1, "later"), *WHOLE[1:]], TESTS - {"test_pain_01_x"}, "neither test nor reason"),
        ([line(1, "reason: no"), *WHOLE[1:]], TESTS - {"test_pain_01_x"}, "neither"),
        ([line(1, "`test_pain_02_x`"), *WHOLE[1:]], TESTS - {"test_pain_01_x"}, "neither"),
        (WHOLE, TESTS - {"test_pain_01_x"}, "is no test"),
        (WHOLE, TESTS | {"test_pain_01_y"}, "is on no line"),
    ],
)
def test_the_check_sees_a_pain_that_was_forgotten(
    page: list[str], tests: set[str], told: str
) -> None:
    (found,) = faults("\n".join(page), tests)
    assert told in found


def test_the_check_passes_a_test_or_a_reason_for_each() -> None:
    reason = line(1, "reason: it is the ministry's to give, not ours")
    assert not faults("\n".join(WHOLE), TESTS)
    assert not faults("\n".join([reason, *WHOLE[1:]]), TESTS - {"test_pain_01_x"})
