from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import pytest

from pipeline import labels
from pipeline.domain.actors import WHO_ACTS, Actor
from pipeline.domain.completeness import PROJECT, gaps_of
from pipeline.domain.facts import Limits
from pipeline.domain.faults import FaultCode
from pipeline.domain.gaps import Gap, GapCode, Light, Severity
from pipeline.domain.periods import Level, Periodicity
from pipeline.domain.states import JobKind, JobState, Outcome
from tests.domain.builders import booklet, level


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (GapCode, labels.GAPS),
        (Actor, labels.ACTORS),
        (FaultCode, labels.FAULTS),
        (Light, labels.LIGHTS),
        (Severity, labels.SEVERITIES),
        (JobState, labels.JOB_STATES),
        (JobKind, labels.JOB_KINDS),
        (Outcome, labels.OUTCOMES),
        (Level, labels.LEVELS),
        (Periodicity, labels.PERIODICITIES),
    ],
)
def test_every_code_has_a_label_of_its_own(
    codes: type[StrEnum], words: Mapping[StrEnum, str]
) -> None:
    assert list(words) == list(codes)
    assert all(word.strip() == word != "" for word in words.values())
    assert len(set(words.values())) == len(words)


@pytest.mark.parametrize(
    ("code", "subject", "label"),
    [
        (GapCode.SIECLE_ID_MISSING, "", "Identifiant SIECLE absent"),
        (
            GapCode.COMPETENCE_NOT_RATED,
            "9001",
            "Degré de maîtrise non renseigné : compétence 9001",
        ),
        (
            GapCode.AVERAGE_INVALID,
            "2",
            "Moyenne hors de 0 à 20 ou à plus de deux décimales : période 2",
        ),
        (
            GapCode.AVERAGE_INVALID,
            PROJECT,
            "Moyenne hors de 0 à 20 ou à plus de deux décimales : projet",
        ),
        (
            GapCode.PERIOD_INVALID,
            "3",
            "Période inexistante dans la périodicité du niveau : période 3",
        ),
        (GapCode.TEACHER_NAME_INCOMPLETE, "2", "Nom ou prénom manquant : enseignant 2"),
        (
            GapCode.SUBJECT_CODE_NOT_NATIONAL,
            "AGL1",
            "Non exporté, faute de code national : matière AGL1",
        ),
        (GapCode.TEXT_TOO_LONG, "appreciation", "Texte trop long : appréciation générale"),
        (
            GapCode.TEXT_TOO_LONG,
            "teacher_12_first_name",
            "Texte trop long : prénom de l’enseignant 12",
        ),
        (
            GapCode.TEXT_FORBIDDEN_CHARACTER,
            "pfmp_synthesis",
            "Caractère interdit dans le texte : synthèse de PFMP",
        ),
    ],
)
def test_a_gap_is_named_with_its_subject(code: GapCode, subject: str, label: str) -> None:
    assert labels.gap_label(Gap(code, Severity.MANDATORY, subject)) == label


def test_an_unknown_subject_is_shown_as_it_is() -> None:
    assert labels.subject_label(Gap(GapCode.TEXT_TOO_LONG, Severity.MANDATORY, "x")) == "x"


def test_every_field_that_a_rule_measures_has_french_words() -> None:
    nothing_fits = Limits(appreciation=0, last_name=0, first_name=0, pfmp_synthesis=0)
    gaps = gaps_of(booklet(), level(exports_project=True), nothing_fits)

    assert len(gaps) == 9
    assert all("_" not in labels.gap_label(gap) for gap in gaps)


def test_gaps_of_one_code_stand_on_one_line() -> None:
    rated = [
        Gap(GapCode.COMPETENCE_NOT_RATED, Severity.MANDATORY, code) for code in ("9001", "9002")
    ]
    missing = Gap(GapCode.APPRECIATION_MISSING, Severity.OPTIONAL)
    assert labels.gap_lines([*rated, missing]) == [
        "Degré de maîtrise non renseigné : compétences 9001, 9002",
        "Appréciation générale absente",
    ]
    assert labels.gap_lines(rated[:1]) == ["Degré de maîtrise non renseigné : compétence 9001"]
    assert labels.gap_lines([]) == []


def test_every_gap_has_someone_who_acts() -> None:
    assert set(WHO_ACTS) == set(GapCode)
    assert set(WHO_ACTS.values()) == set(Actor)
