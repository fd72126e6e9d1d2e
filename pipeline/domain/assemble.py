"""From facts to the document of one file: who is in it, who is left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from pipeline.domain import document as doc
from pipeline.domain.completeness import gaps_of
from pipeline.domain.evaluations import text_of
from pipeline.domain.facts import BookletFacts, LevelFacts, Limits
from pipeline.domain.gaps import SUBJECT_GAPS, Gap, Light, light_of
from pipeline.domain.life import Commitment
from pipeline.domain.years import Class

_Told = tuple[doc.SchoolYear, tuple[Gap, ...]]  # a year of the file, and the gaps of its booklet


@dataclass(frozen=True, slots=True)
class EarlierYear:
    """A division of the year before: its level, all its booklets, and whose they are now.

    `by_booklet` gives, for booklets of this year, that pupil's booklet of the year before.
    """

    level: LevelFacts
    booklets: tuple[BookletFacts, ...]
    by_booklet: Mapping[int, BookletFacts]


class Skipped(NamedTuple):
    """A red pupil, left out of the file, and every gap of the booklet."""

    siecle_id: int | None
    booklet_id: int
    gaps: tuple[Gap, ...]


class Shortened(NamedTuple):
    """A pupil in the file, of whose year subjects stay out of it: a gap for each reason."""

    siecle_id: int
    start_year: int
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Assembly:
    """A document, the lights of all the booklets given, who was skipped and who shortened."""

    document: doc.Document
    included: Mapping[Light, int]
    skipped: tuple[Skipped, ...]
    earlier_count: int = 0  # pupils whose year before travels along
    shortened: tuple[Shortened, ...] = ()


def assemble(
    level: LevelFacts,
    booklets: Sequence[BookletFacts],
    *,
    editor: str,
    application: str,
    limits: Limits,
    carries_pfmp: bool,
    carries_project: bool,
    earlier: Sequence[EarlierYear] = (),
) -> Assembly:
    """Build the document of the orange and green pupils, by SIECLE id.

    Statistics and marked periods are those of all the booklets given. A year before follows
    the pupil's own where its booklet was exportable. With no exportable pupil the document is
    empty: the caller decides to refuse.
    """
    judged = sorted(
        ((booklet, gaps_of(booklet, level, limits)) for booklet in booklets),
        key=lambda pair: (pair[0].siecle_id or 0, pair[0].booklet_id),
    )
    carried = (limits, carries_pfmp, carries_project)
    now = Class(level, booklets, *carried)
    before = _years_before(earlier, carried)
    pupils: list[doc.Pupil] = []
    skipped: list[Skipped] = []
    shortened: list[Shortened] = []
    for booklet, gaps in judged:
        if booklet.siecle_id is None or light_of(gaps) is Light.RED:
            skipped.append(Skipped(booklet.siecle_id, booklet.booklet_id, gaps))
            continue
        told = [(now.year(booklet, gaps), gaps), *before.get(booklet.booklet_id, ())]
        pupils.append(_pupil(booklet, tuple(year for year, _ in told)))
        shortened += _shortened(booklet.siecle_id, told)
    lights = Counter(light_of(gaps) for _, gaps in judged)
    document = doc.Document(editor, application, level.uai, tuple(pupils))
    earlier_count = sum(len(pupil.years) > 1 for pupil in pupils)
    included = {light: lights[light] for light in Light}
    return Assembly(document, included, tuple(skipped), earlier_count, tuple(shortened))


def _years_before(
    earlier: Sequence[EarlierYear], carried: tuple[Limits, bool, bool]
) -> dict[int, tuple[_Told]]:
    """By booklet of this year, the year before of the pupils whose booklet then was exportable."""
    found = {}
    for one in earlier:
        division = Class(one.level, one.booklets, *carried)
        for booklet_id, booklet in one.by_booklet.items():
            gaps = gaps_of(booklet, one.level, carried[0])
            if light_of(gaps) is not Light.RED:
                found[booklet_id] = ((division.year(booklet, gaps), gaps),)
    return found


def _shortened(siecle_id: int, told: Sequence[_Told]) -> Iterator[Shortened]:
    for year, gaps in told:
        if of_subjects := tuple(gap for gap in gaps if gap.code in SUBJECT_GAPS):
            yield Shortened(siecle_id, year.start_year, of_subjects)


def _pupil(booklet: BookletFacts, years: tuple[doc.SchoolYear, ...]) -> doc.Pupil:
    life = booklet.life
    commitments = tuple(one for one in Commitment if one in life.commitments)
    other = text_of(life.other_commitment) or None
    siecle_id = cast("int", booklet.siecle_id)  # without one the pupil is red
    return doc.Pupil(siecle_id, years, commitments, other, life.exam_opinion)
