"""The receiver's laws, on documents of every shape, and its refusals."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.domain.document import Document
from pipeline.domain.fields import Change, fields_of
from pipeline.receiver import (
    NOTHING_KNOWN,
    Fate,
    Known,
    Received,
    Refusal,
    RefusalCode,
    Report,
    State,
    receive,
)
from tests.xml import documents as built
from tests.xml.generated import documents

FEW = st.integers(1, 4)  # so that two files speak of the same pupils
FILES = documents(FEW)
laws = settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
MEF = "2472552032"
SUBJECT = ("071100", "S")


def holding(document: Document) -> State:
    """A state that holds a file, made by itself."""
    return {pupil.siecle_id: fields_of(pupil) for pupil in document.pupils}


@laws
@given(FILES)
def test_an_empty_state_then_holds_the_file(document: Document) -> None:
    state, report = receive({}, document)
    assert state == holding(document)
    assert {one.fate for one in report.pupils} == {Fate.NEW}


@laws
@given(FILES, FILES)
def test_the_second_version_after_the_first_is_the_second_into_what_holds_the_first(
    first: Document, second: Document
) -> None:
    after_first, _ = receive({}, first)
    assert receive(after_first, second) == receive(holding(first), second)


@laws
@given(FILES, FILES)
def test_importing_twice_changes_nothing(first: Document, second: Document) -> None:
    once, _ = receive(holding(first), second)
    twice, report = receive(once, second)
    assert twice == once
    assert {(one.fate, one.changes) for one in report.pupils} == {(Fate.UNCHANGED, ())}


@laws
@given(FILES, FILES)
def test_nothing_is_erased_and_all_that_the_file_says_is_held(
    first: Document, second: Document
) -> None:
    before = holding(first)
    after, _ = receive(before, second)
    said = holding(second)
    for siecle_id, fields in before.items():
        for place, value in fields.items():
            assert after[siecle_id][place] == said.get(siecle_id, {}).get(place, value)
    for siecle_id, fields in said.items():
        assert fields.items() <= after[siecle_id].items()


@laws
@given(FILES, FILES)
def test_the_changes_of_a_report_are_the_difference_of_the_states(
    first: Document, second: Document
) -> None:
    before = holding(first)
    after, report = receive(before, second)
    for one in report.pupils:
        held = dict(before.get(one.siecle_id, {}))
        for place, was, becomes in one.changes:
            assert held.get(place) == was != becomes
            held[place] = becomes
        assert held == after[one.siecle_id]


@laws
@given(FILES, FILES, st.sets(FEW))
def test_the_counts_of_a_report_total(first: Document, second: Document, pupils: set[int]) -> None:
    before = holding(first)
    after, report = receive(before, second, Known(pupils=pupils))
    assert sum(report.count(fate) for fate in Fate) == report.total == len(second.pupils)
    assert report.taken == report.total - report.count(Fate.REFUSED)
    for one in report.pupils:
        assert (one.fate is Fate.REFUSED) == (one.siecle_id not in pupils) == bool(one.refusals)
        if one.fate is Fate.REFUSED:
            assert after.get(one.siecle_id) == before.get(one.siecle_id)


def test_a_file_of_another_school_changes_nothing_and_tells_of_no_pupil() -> None:
    state = holding(built.DOCUMENT)
    same, report = receive(state, built.document(editor="X"), Known(uais={"0999998Y"}))
    assert same is state
    assert report == Report(1, (), Refusal(RefusalCode.WRONG_SCHOOL, "0999999Z"))
    assert report.progress == "0 / 1 (0 %)"


def refusals(document: Document, known: Known = NOTHING_KNOWN) -> list[tuple[Refusal, ...]]:
    state, report = receive({}, document, known)
    assert state == {}
    return [one.refusals for one in report.pupils]


def test_an_unknown_pupil_is_refused() -> None:
    found = refusals(built.DOCUMENT, Known(pupils=[7]))
    assert found == [(Refusal(RefusalCode.PUPIL_UNKNOWN),)]


def test_of_a_pupil_who_stands_twice_neither_is_taken() -> None:
    twice = built.with_pupils(built.PUPIL, built.PUPIL)
    assert refusals(twice) == [(Refusal(RefusalCode.PUPIL_DUPLICATED),)] * 2


def test_a_year_or_a_subject_that_stands_twice_is_refused() -> None:
    subjects = built.with_year(evaluations=(built.EVALUATION, built.EVALUATION))
    assert refusals(subjects) == [(Refusal(RefusalCode.SUBJECT_DUPLICATED, "2025/071100-S"),)]
    years = built.with_pupils(replace(built.PUPIL, years=(built.YEAR, built.YEAR)))
    assert refusals(years) == [(Refusal(RefusalCode.YEAR_DUPLICATED, "2025"),)]


@pytest.mark.parametrize(
    ("mefs", "programmes", "refused"),
    [
        ({(1234567, 2025): MEF}, {(2025, MEF): {SUBJECT}}, False),
        ({(1234567, 2025): MEF}, {(2025, MEF): {("071100", "O")}}, True),
        ({(1234567, 2025): MEF}, {(2025, MEF): set()}, True),
        ({(1234567, 2025): MEF}, {(2024, MEF): set()}, False),
        ({(1234567, 2024): MEF}, {(2025, MEF): set()}, False),
        ({}, {(2025, MEF): set()}, False),
        ({(1234567, 2025): MEF}, {}, False),
    ],
)
def test_a_subject_outside_a_programme_that_is_given_is_refused(
    mefs, programmes, *, refused
) -> None:
    known = Known(mefs=mefs, programmes=programmes)
    _, report = receive({}, built.DOCUMENT, known)
    expected = (Refusal(RefusalCode.NOT_IN_PROGRAMME, "2025/071100-S"),) if refused else ()
    assert report.pupils[0].refusals == expected


def test_every_reason_is_told_and_the_others_are_taken() -> None:
    spoiled = replace(built.PUPIL, years=(built.YEAR, built.YEAR))
    other = replace(built.PUPIL, siecle_id=2)
    state, report = receive({}, built.with_pupils(spoiled, other), Known(pupils={2}))
    assert [one.code for one in report.pupils[0].refusals] == [
        RefusalCode.PUPIL_UNKNOWN, RefusalCode.YEAR_DUPLICATED
    ]  # fmt: skip
    assert list(state) == [2]
    assert report.progress == "1 / 2 (50 %)"


def test_what_the_file_no_longer_says_is_kept_and_told() -> None:
    held = holding(built.DOCUMENT)
    shorter = built.with_year(evaluations=(replace(built.EVALUATION, appreciation=None),))
    state, report = receive(held, shorter)
    (told,) = report.pupils
    assert (told.fate, told.changes) == (Fate.UNCHANGED, ())
    assert [(place.part, place.name) for place in told.kept] == [("071100-S", "appreciation")]
    assert state == held


def test_another_year_than_the_files_is_not_told_as_kept() -> None:
    earlier = built.with_pupils(
        replace(built.PUPIL, years=(replace(built.YEAR, start_year=2024), built.YEAR))
    )
    _, report = receive(holding(earlier), built.DOCUMENT)
    assert report.pupils == (Received(1234567, Fate.UNCHANGED),)


def test_a_field_that_is_overwritten_is_told_with_both_values() -> None:
    _, report = receive(holding(built.DOCUMENT), built.with_evaluation(appreciation="Autre"))
    (told,) = report.pupils
    assert told.fate is Fate.CHANGED
    ((place, before, after),) = told.changes
    assert (place.name, before, after) == ("appreciation", built.EVALUATION.appreciation, "Autre")
    assert isinstance(told.changes[0], Change)


@pytest.mark.parametrize(
    ("taken", "words"), [(0, "0 / 3 (0 %)"), (2, "2 / 3 (66 %)"), (3, "3 / 3 (100 %)")]
)
def test_the_progress_is_worded_as_the_screen_does(taken, words) -> None:
    document = built.with_pupils(*(replace(built.PUPIL, siecle_id=n) for n in (1, 2, 3)))
    _, report = receive({}, document, Known(pupils=range(1, taken + 1)))
    assert report.progress == words
