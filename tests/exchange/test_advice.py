"""Each thing found in a file comes with what to do about it."""

from __future__ import annotations

import pytest

from pipeline.exchange.advice import ADVICE, advice_of
from pipeline.exchange.problems import ProblemCode


def test_each_code_says_what_to_do_in_a_sentence() -> None:
    assert set(ADVICE) == set(ProblemCode)
    for code, advice in ADVICE.items():
        assert advice[0].isupper(), code
        assert advice.endswith("."), code
        assert "lslpro" not in advice, code  # pages show it too


@pytest.mark.parametrize("count", [1, 3])
def test_what_holds_for_several_is_said_once(count: int) -> None:
    codes = [ProblemCode.DIVISION_FAKE, ProblemCode.DIVISION_MISSING] * count
    assert len(advice_of(codes)) == 1
