"""Opinions, commitments and the year before, as the document holds them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from pipeline.domain.assemble import Assembly, EarlierYear, assemble
from pipeline.domain.facts import BookletFacts, Limits
from pipeline.domain.life import Commitment, ExamOpinion, LifeFacts, Opinion, OpinionKind
from pipeline.domain.periods import Level, Periodicity
from tests.domain.builders import booklet, evaluation, level

HEAD = Opinion("  Avis\r\nfavorable. ", "ROUX", " Zoé ", dt.date(2026, 6, 12))
CPE = Opinion("Délégué actif.", "PETIT", "Ana")
PREMIERE = level(level=Level.PREMIERE, start_year=2024, periodicity=Periodicity.SEMESTER)


def assembled(*booklets: BookletFacts, earlier: tuple[EarlierYear, ...] = ()) -> Assembly:
    return assemble(
        level(), booklets, editor="E", application="A", limits=Limits(), carries_pfmp=True,
        carries_project=True, earlier=earlier,
    )  # fmt: skip


def then(*booklets: BookletFacts, of: int = 1) -> EarlierYear:
    """The première of the year before, whose first booklet is of the pupil of booklet `of`."""
    return EarlierYear(PREMIERE, booklets, {of: booklets[0]})


def marked(number: int, mark: str) -> BookletFacts:
    averages = {1: Decimal(mark)}
    return booklet(
        booklet_id=number, siecle_id=number, evaluations=(evaluation(averages=averages),)
    )


def test_opinions_stand_in_the_file_s_order_and_are_normalised() -> None:
    life = LifeFacts({OpinionKind.HEAD: HEAD, OpinionKind.COMMITMENT: CPE})
    (year,) = assembled(booklet(life=life)).document.pupils[0].years
    assert year.opinions == (
        (OpinionKind.COMMITMENT, CPE),
        (OpinionKind.HEAD, Opinion("Avis\nfavorable.", "ROUX", "Zoé", dt.date(2026, 6, 12))),
    )


@pytest.mark.parametrize(
    "spoiled",
    [Opinion(" ", "ROUX", "Zoé"), Opinion("Bien.", "", "Zoé"), Opinion("Bien.", "A", " ")],
)
def test_an_opinion_without_text_or_author_is_left_out(spoiled: Opinion) -> None:
    life = LifeFacts({OpinionKind.HEAD: spoiled})
    (year,) = assembled(booklet(life=life)).document.pupils[0].years
    assert year.opinions == ()


def test_commitments_keep_one_order_and_the_exam_opinion_travels() -> None:
    life = LifeFacts(
        commitments=(Commitment.SPORTS, Commitment.DELEGATE),
        other_commitment=" Sapeur-pompier ",
        exam_opinion=ExamOpinion.FAVOURABLE,
    )
    (pupil,) = assembled(booklet(life=life)).document.pupils
    assert pupil.commitments == (Commitment.DELEGATE, Commitment.SPORTS)
    assert (pupil.other_commitment, pupil.exam_opinion) == ("Sapeur-pompier", "F")


def test_a_booklet_with_a_commitment_only_is_not_untouched() -> None:
    life = LifeFacts(commitments=(Commitment.CVL,))
    bare = BookletFacts(1, 7, 1, life=life)
    (skipped,) = assembled(bare).skipped
    assert "nothing_entered" not in {gap.code for gap in skipped.gaps}


def test_the_year_before_follows_with_its_own_periodicity_and_figures() -> None:
    found = assembled(marked(1, "12"), earlier=(then(marked(11, "9"), marked(12, "15")),))
    now, before = found.document.pupils[0].years
    assert (now.start_year, before.start_year) == (2025, 2024)
    assert before.periodicity is Periodicity.SEMESTER
    assert before.evaluations[0].averages == ((1, Decimal("9.00")),)
    group = before.evaluations[0].group
    assert (group.size, group.average) == (2, Decimal("12.00"))
    assert now.evaluations[0].group.size == 1
    assert found.earlier_count == 1


def test_a_year_before_that_was_red_stays_at_home() -> None:
    red = booklet(booklet_id=11, evaluations=())
    found = assembled(marked(1, "12"), earlier=(then(red),))
    assert [year.start_year for year in found.document.pupils[0].years] == [2025]
    assert found.earlier_count == 0


def test_a_year_before_that_is_another_pupil_s_is_not_his() -> None:
    found = assembled(marked(1, "12"), marked(2, "13"), earlier=(then(marked(11, "9"), of=2),))
    assert [len(pupil.years) for pupil in found.document.pupils] == [1, 2]
