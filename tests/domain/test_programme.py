from __future__ import annotations

import pytest

from pipeline.domain.programme import subject_code_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [("071100", "071100"), (" 71100 ", "071100"), ("1", "000001"), ("0711001", None), ("", None),
     ("07110A", None), ("٧١١٠٠", None), ("-71100", None)],
)  # fmt: skip
def test_a_subject_code_has_six_digits(text: str, expected: str | None) -> None:
    assert subject_code_of(text) == expected
