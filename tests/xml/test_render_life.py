"""Opinions, commitments and two years: both grammars take them, in their order."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from lxml import etree

from pipeline.domain.document import Document
from pipeline.domain.life import Commitment, ExamOpinion, Opinion, OpinionKind
from pipeline.domain.periods import Periodicity
from pipeline.xml.profiles import load_profiles
from pipeline.xml.render import render
from pipeline.xml.validate import schema_faults
from tests.xml import documents as built

HOSTILE = '<b>&amp; "l\'élève" ]]> €'
OPINIONS = tuple(
    (kind, Opinion(f"{kind} {HOSTILE}", HOSTILE, "Zoé", day))
    for kind, day in zip(OpinionKind, (dt.date(2026, 6, 12), None, None), strict=True)
)
BEFORE = replace(built.YEAR, start_year=2024, periodicity=Periodicity.TRIMESTER)


@pytest.fixture(params=["lsl-1.0", "lslpro-draft-1"])
def profile(request):
    return load_profiles()[request.param]


def full() -> Document:
    """A pupil of whom all that the grammar knows is said."""
    return built.with_pupils(
        replace(
            built.PUPIL,
            years=(replace(built.YEAR, opinions=OPINIONS), BEFORE),
            commitments=tuple(Commitment),
            other_commitment=HOSTILE,
            exam_opinion=ExamOpinion.MUST_PROVE,
        )
    )


def test_all_of_it_is_valid_and_to_the_letter(profile):
    data = render(full(), profile)
    assert schema_faults(data, profile) == []
    (pupil,) = etree.fromstring(data).iter("eleve")
    assert [one.tag for one in pupil] == ["engagements", "avisExamen", "scolarites"]
    assert [one.get("code") for one in pupil.iter("engagement")] == list("CVAES")
    assert pupil.findtext("engagements/engagement-autre") == HOSTILE
    assert pupil.find("avisExamen").get("code") == "D"
    now, before = pupil.iter("scolarite")
    assert [one.tag for one in now][:3] == ["avisEngagement", "avisInvestissement", "avisChefEtab"]
    assert [one.get("date") for one in now][:3] == ["2026-06-12", None, None]
    assert now[0].text == f"commitment {HOSTILE}"
    assert dict(now[1].attrib) == {"nom": HOSTILE, "prenom": "Zoé"}
    assert (before.get("annee-scolaire"), before.get("code-periode")) == ("2024", "T")


@pytest.mark.parametrize("other", [None, "Sapeur-pompier"])
def test_engagements_are_absent_where_there_are_none(profile, other):
    pupil = replace(built.PUPIL, commitments=(), other_commitment=other)
    data = render(built.with_pupils(pupil), profile)
    assert (b"<engagements>" in data) == (other is not None)
    assert b"<engagement " not in data
    assert schema_faults(data, profile) == []
