"""Edits of opinions, commitments and the opinion for the exam."""

from __future__ import annotations

import datetime as dt

import pytest
from rowsbuilder import NOW, a_school, compute_lights

from pipeline import booklets
from pipeline.domain.entry import ERASE, Edit
from pipeline.domain.facts import Limits
from pipeline.domain.life import Commitment, ExamOpinion, Opinion, OpinionKind
from pipeline.domain.periods import Level
from pipeline.errors import InvalidEntry
from pipeline.store import facts

HEAD = Opinion("Avis favorable.", "ROUX", "Zoé", dt.date(2026, 6, 12))
FULL = Edit(
    opinions={OpinionKind.HEAD: HEAD, OpinionKind.INVESTMENT: Opinion("Sérieux.", "A", "B")},
    commitments=(Commitment.CVL, Commitment.DELEGATE),
    other_commitment="Sapeur-pompier",
    exam_opinion=ExamOpinion.FAVOURABLE,
)


def edit(store, booklet_id, change):
    return booklets.edit(
        store, booklet_id, change, based_on=None, actor="prof", limits=Limits(), now=NOW
    )


def life(store, booklet_id):
    with store.reading() as connection:
        return facts.read_booklets(connection, booklet_ids=[booklet_id])[0].facts.life


@pytest.fixture
def booklet_id(store):
    return a_school(store, pupil_count=1, level=Level.TERMINALE).booklet_ids[0]


def test_all_of_it_is_kept_and_the_same_again_changes_nothing(store, booklet_id):
    assert edit(store, booklet_id, FULL).changed == (
        "avis du chef d'établissement", "avis sur l'investissement", "engagements",
        "autre engagement", "avis pour l'examen",
    )  # fmt: skip
    kept = life(store, booklet_id)
    assert kept.opinions == FULL.opinions
    assert kept.commitments == (Commitment.DELEGATE, Commitment.CVL)
    assert (kept.other_commitment, kept.exam_opinion) == ("Sapeur-pompier", "F")
    compute_lights(store)
    assert edit(store, booklet_id, FULL).changed == ()


def test_each_is_erased_by_itself(store, booklet_id):
    edit(store, booklet_id, FULL)
    erase = Edit(
        opinions={OpinionKind.HEAD: None}, commitments=(), other_commitment="", exam_opinion=ERASE
    )
    assert len(edit(store, booklet_id, erase).changed) == 4
    kept = life(store, booklet_id)
    assert list(kept.opinions) == [OpinionKind.INVESTMENT]
    assert (kept.commitments, kept.other_commitment, kept.exam_opinion) == ((), None, None)
    assert edit(store, booklet_id, erase).changed == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Edit(opinions={OpinionKind.HEAD: Opinion("", "ROUX", "Zoé")}), "texte est vide"),
        (Edit(opinions={OpinionKind.HEAD: Opinion("Bien.", "ROUX", "")}), "le nom et le prénom"),
        (Edit(opinions={OpinionKind.HEAD: Opinion("x" * 301, "A", "B")}), "301 caractères"),
        (Edit(other_commitment="x" * 301), "Autre engagement : 301"),
    ],
)
def test_what_the_file_cannot_hold_is_refused_and_nothing_kept(store, booklet_id, change, said):
    with pytest.raises(InvalidEntry, match=said):
        edit(store, booklet_id, change)
    assert not life(store, booklet_id).opinions


def test_the_opinion_for_the_exam_is_for_terminale(store):
    booklet_id = a_school(store, pupil_count=1).booklet_ids[0]
    with pytest.raises(InvalidEntry, match="en terminale seulement"):
        edit(store, booklet_id, Edit(exam_opinion=ExamOpinion.FAVOURABLE))
