"""From facts to the document of one file: who is in it, who is left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple, cast

from pipeline.domain import document as doc
from pipeline.domain.completeness import gaps_of
from pipeline.domain.entries import has_both_names, is_blank
from pipeline.domain.evaluations import (
    Group,
    evaluations_of,
    groups_of,
    mark_of,
    teacher_of,
    text_of,
)
from pipeline.domain.facts import BookletFacts, LevelFacts, Limits
from pipeline.domain.gaps import Gap, Light, light_of
from pipeline.domain.life import Commitment, Opinion, OpinionKind
from pipeline.domain.periods import Periodicity


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


@dataclass(frozen=True, slots=True)
class Assembly:
    """A document, the lights of all the booklets given, and who was skipped."""

    document: doc.Document
    included: Mapping[Light, int]
    skipped: tuple[Skipped, ...]
    earlier_count: int = 0  # pupils whose year before travels along


@dataclass(slots=True)
class _Class:
    """A division as the document tells of it."""

    level: LevelFacts
    booklets: Sequence[BookletFacts]
    limits: Limits
    carries_pfmp: bool
    carries_project: bool
    groups: Mapping[str, Group] = field(init=False)

    def __post_init__(self) -> None:
        self.groups = groups_of(self.level, self.booklets)

    def year(self, booklet: BookletFacts) -> doc.SchoolYear:
        """The year of an exportable booklet."""
        level = self.level
        return doc.SchoolYear(
            start_year=level.start_year,
            periodicity=cast("Periodicity", level.periodicity),  # without one all are red
            evaluations=tuple(evaluations_of(booklet, level, self.limits, self.groups)),
            pfmp=_pfmp(booklet, asked=self.carries_pfmp and level.exports_pfmp),
            project=_project(booklet, asked=self.carries_project and level.exports_project),
            opinions=tuple(_opinions(booklet)),
        )


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
    now = _Class(level, booklets, *carried)
    before = _years_before(earlier, carried)
    pupils: list[doc.Pupil] = []
    skipped: list[Skipped] = []
    for booklet, gaps in judged:
        if booklet.siecle_id is None or light_of(gaps) is Light.RED:
            skipped.append(Skipped(booklet.siecle_id, booklet.booklet_id, gaps))
        else:
            years = (now.year(booklet), *before.get(booklet.booklet_id, ()))
            pupils.append(_pupil(booklet, years))
    lights = Counter(light_of(gaps) for _, gaps in judged)
    document = doc.Document(editor, application, level.uai, tuple(pupils))
    earlier_count = sum(len(pupil.years) > 1 for pupil in pupils)
    included = {light: lights[light] for light in Light}
    return Assembly(document, included, tuple(skipped), earlier_count)


def _years_before(
    earlier: Sequence[EarlierYear], carried: tuple[Limits, bool, bool]
) -> dict[int, tuple[doc.SchoolYear]]:
    """By booklet of this year, the year before of the pupils whose booklet then was exportable."""
    found = {}
    for one in earlier:
        division = _Class(one.level, one.booklets, *carried)
        for booklet_id, booklet in one.by_booklet.items():
            if light_of(gaps_of(booklet, one.level, carried[0])) is not Light.RED:
                found[booklet_id] = (division.year(booklet),)
    return found


def _pupil(booklet: BookletFacts, years: tuple[doc.SchoolYear, ...]) -> doc.Pupil:
    life = booklet.life
    commitments = tuple(one for one in Commitment if one in life.commitments)
    other = text_of(life.other_commitment) or None
    siecle_id = cast("int", booklet.siecle_id)  # without one the pupil is red
    return doc.Pupil(siecle_id, years, commitments, other, life.exam_opinion)


def _opinions(booklet: BookletFacts) -> Iterator[tuple[OpinionKind, Opinion]]:
    """Those that the file can hold: a text and both names."""
    for kind in OpinionKind:
        opinion = booklet.life.opinions.get(kind)
        if opinion is None or is_blank(opinion.text):
            continue
        if has_both_names(opinion.last_name, opinion.first_name):
            author = teacher_of(opinion.last_name, opinion.first_name)
            names = (author.last_name, author.first_name)
            yield kind, Opinion(text_of(opinion.text), *names, opinion.given_on)


def _pfmp(booklet: BookletFacts, *, asked: bool) -> doc.Pfmp | None:
    if not asked or (pfmp := booklet.pfmp) is None:
        return None
    teacher = teacher_of(pfmp.teacher_last_name, pfmp.teacher_first_name)
    return doc.Pfmp(text_of(pfmp.synthesis), teacher, pfmp.week_count, pfmp.abroad)


def _project(booklet: BookletFacts, *, asked: bool) -> doc.Project | None:
    if not asked or (project := booklet.project) is None:
        return None
    average = cast("Decimal", mark_of(project.average))  # without one the pupil is red
    teacher = teacher_of(project.teacher_last_name, project.teacher_first_name)
    return doc.Project(average, text_of(project.appreciation), teacher)
