"""A text goes into a spreadsheet and comes back the same; on the way it is never a formula."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.exchange.spreadsheet_text import escaped, guarded, unescaped, unguarded

texts = st.text(st.sampled_from("'=+-@\t\rA_x00415F "), max_size=20) | st.text()


@given(texts)
@example("'=1")
@example("''")
def test_a_guarded_text_comes_back_and_starts_no_formula(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in set("=+-@\t\r")


@given(texts)
@example("_x0041_")
@example("_x005F_x0041_")
def test_an_escaped_text_comes_back(text: str) -> None:
    assert unescaped(escaped(text)) == text
