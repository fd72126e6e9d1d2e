"""No page quotes a command: not in its template, not in what it says of an error."""

from __future__ import annotations

import re

import pytest

from pipeline import errors
from pipeline.desk import page_words
from pipeline.desk.exportable import WhyNot
from pipeline.desk.page_words import words_for
from pipeline.desk.places import Mend
from pipeline.domain.gaps import Gap, GapCode, Severity
from pipeline.domain.given_file import GivenFile
from pipeline.errors import PipelineError
from web import head_changes, head_gaps, head_words
from web.views import templates_folder

COMMAND = re.compile(r"lslpro\s+[a-z]|--[a-z]")
NOT_FOUND = errors.NotFound("Division", "1X", "« lslpro status » montre celles qu'il y a.")
ERRORS: list[PipelineError] = [
    NOT_FOUND,
    errors.NoDivision("export"),
    errors.EmptyDivision("1X"),
    errors.DivisionUnknown("a.xml"),
    errors.OutdatedDatabase("0001"),
    errors.PeriodicityNotSet("25520", "Première"),
    errors.NothingExportable("1X", 3),
    errors.AlreadyThere("a.xml"),
    errors.WrongYear(GivenFile("a.xml", start_year=2024), 2025),
    errors.WrongSchool(GivenFile("a.xml", uai="0750655E"), "0888888Y"),
    errors.MoveNotAllowed("x", "ready", "cancelled"),
    errors.MoveNotAllowed("x", "running", "queued"),
    errors.ArtifactUnusable("a.xml", "le fichier a disparu du dépôt"),
    errors.StoreUnavailable("database is locked"),
    errors.BrokerUnavailable("refused"),
    errors.ArtifactsUnavailable("No space left on device"),
    errors.IdempotencyConflict("k"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda one: one.code)
def test_what_a_page_says_of_an_error_quotes_no_command(error: PipelineError) -> None:
    said = words_for(error)
    assert not COMMAND.search(said)
    assert said[0].isupper()
    assert said[-1] in ".:"


def test_every_error_whose_own_words_quote_a_command_has_others() -> None:
    quoting = {one.code for one in ERRORS if COMMAND.search(str(one))}
    assert len(quoting) > 5
    assert quoting <= set(page_words._WORDS)


def test_an_error_without_other_words_says_its_own() -> None:
    error = errors.ArtifactExpired("a.xml")
    assert words_for(error) == str(error)


@pytest.mark.parametrize("path", sorted(templates_folder().rglob("*.html")), ids=lambda p: p.name)
def test_no_template_quotes_a_command(path) -> None:
    assert not COMMAND.search(re.sub(r"{#.*?#}", "", path.read_text(), flags=re.DOTALL))


def test_each_reason_and_each_place_where_a_gap_is_mended_has_its_words() -> None:
    assert set(head_words.WHY_NOT) == set(head_words.WHY_NOT_SHORT) == set(WhyNot)
    assert set(head_gaps.ADVICE) == set(Mend) - {Mend.BOOKLET, Mend.CONFIGURATION}
    assert {code for code in GapCode if anchored(code)} == set(GapCode)


def anchored(code: GapCode) -> bool:
    """Whether a gap is linked to a field, or has a sentence that says who mends it."""
    gap = Gap(code, Severity.MANDATORY, "1")
    (line,) = head_gaps.lines([gap], 12, {}, "/lsl/x/configuration")
    return bool(line.items[0].address) != bool(line.advice)


def test_no_sentence_of_the_head_s_pages_quotes_one() -> None:
    for module in (head_words, head_gaps, head_changes):
        told = [value for value in vars(module).values() if isinstance(value, str | dict)]
        assert not COMMAND.search(" ".join(str(one) for one in told if one is not vars(module)))
