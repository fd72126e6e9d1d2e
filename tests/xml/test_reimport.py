"""Versions as files, imported one over the other: the bytes of both, whatever they hold."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.domain.document import Document
from pipeline.domain.fields import fields_of
from pipeline.receiver import Fate, State, receive
from pipeline.xml.profiles import load_profiles
from pipeline.xml.read_back import read_back
from pipeline.xml.render import render
from tests.xml.generated import documents

PROFILES = load_profiles()
FILES = documents(st.integers(1, 4))  # few pupils, so that two versions speak of the same ones
laws = settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def version(document: Document, profile: str) -> Document:
    """What a receiver reads in the file of a document."""
    return read_back(render(document, PROFILES[profile]), "x.xml", PROFILES).document


def union(first: Document, second: Document) -> State:
    """What must be held after both, field by field: the second's word, else the first's."""
    old, new = ({one.siecle_id: fields_of(one) for one in each.pupils} for each in (first, second))
    return {key: old.get(key, {}) | new.get(key, {}) for key in {*old, *new}}


@pytest.mark.parametrize("profile", sorted(PROFILES))
@laws
@given(FILES, FILES)
def test_version_2_over_version_1_is_version_2_into_an_lsl_that_holds_version_1(
    profile: str, one: Document, two: Document
) -> None:
    first, second = version(one, profile), version(two, profile)
    after_first, _ = receive({}, first)
    after_both, told = receive(after_first, second)
    assert after_both == union(first, second)
    holding = {pupil.siecle_id: fields_of(pupil) for pupil in first.pupils}
    assert (after_both, told) == receive(holding, second)


@pytest.mark.parametrize("profile", sorted(PROFILES))
@laws
@given(FILES, FILES)
def test_version_1_again_brings_back_its_words_and_keeps_what_only_version_2_said(
    profile: str, one: Document, two: Document
) -> None:
    first, second = version(one, profile), version(two, profile)
    state, _ = receive({}, first)
    for each in (second, first):
        state, _ = receive(state, each)
    assert state == union(second, first)
    again, report = receive(state, first)
    assert again == state
    assert {each.fate for each in report.pupils} == {Fate.UNCHANGED}
