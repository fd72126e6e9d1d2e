"""A pupil's year in a document, beside the division that makes its figures."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import cast

from pipeline.domain import document as doc
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
from pipeline.domain.gaps import Gap
from pipeline.domain.life import Opinion, OpinionKind
from pipeline.domain.periods import Periodicity
from pipeline.domain.subjects import other_subjects


@dataclass(slots=True)
class Class:
    """A division in one year, as a document tells of it."""

    level: LevelFacts
    booklets: Sequence[BookletFacts]
    limits: Limits
    carries_pfmp: bool
    carries_project: bool
    groups: Mapping[str, Group] = field(init=False)

    def __post_init__(self) -> None:
        self.groups = groups_of(self.level, self.booklets)

    def year(self, booklet: BookletFacts, gaps: Collection[Gap]) -> doc.SchoolYear:
        """The year of an exportable booklet, which has these gaps."""
        level = self.level
        others = other_subjects(booklet, level, self.limits, gaps)
        return doc.SchoolYear(
            start_year=level.start_year,
            periodicity=cast("Periodicity", level.periodicity),  # without one all are red
            evaluations=tuple(evaluations_of(booklet, others, level, self.groups)),
            pfmp=_pfmp(booklet, asked=self.carries_pfmp and level.exports_pfmp),
            project=_project(booklet, asked=self.carries_project and level.exports_project),
            opinions=tuple(_opinions(booklet)),
        )


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
