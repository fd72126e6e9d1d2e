"""From facts to the document of one file: who is in it, who is left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple, cast

from pipeline.domain import document as doc
from pipeline.domain.completeness import gaps_of
from pipeline.domain.evaluations import evaluations_of, groups_of, mark_of, teacher_of, text_of
from pipeline.domain.facts import BookletFacts, LevelFacts, Limits
from pipeline.domain.gaps import Gap, Light, light_of
from pipeline.domain.periods import Periodicity


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


def assemble(
    level: LevelFacts,
    booklets: Sequence[BookletFacts],
    *,
    editor: str,
    application: str,
    limits: Limits,
    carries_pfmp: bool,
    carries_project: bool,
) -> Assembly:
    """Build the document of the orange and green pupils, by SIECLE id.

    Statistics and marked periods are those of all the booklets given. With no exportable
    pupil the document is empty: the caller decides to refuse.
    """
    judged = sorted(
        ((booklet, gaps_of(booklet, level, limits)) for booklet in booklets),
        key=lambda pair: (pair[0].siecle_id or 0, pair[0].booklet_id),
    )
    groups = groups_of(level, booklets)
    pupils: list[doc.Pupil] = []
    skipped: list[Skipped] = []
    for booklet, gaps in judged:
        if booklet.siecle_id is None or light_of(gaps) is Light.RED:
            skipped.append(Skipped(booklet.siecle_id, booklet.booklet_id, gaps))
        else:
            year = doc.SchoolYear(
                start_year=level.start_year,
                periodicity=cast("Periodicity", level.periodicity),  # without one all are red
                evaluations=tuple(evaluations_of(booklet, level, limits, groups)),
                pfmp=_pfmp(booklet, asked=carries_pfmp and level.exports_pfmp),
                project=_project(booklet, asked=carries_project and level.exports_project),
            )
            pupils.append(doc.Pupil(booklet.siecle_id, (year,)))
    lights = Counter(light_of(gaps) for _, gaps in judged)
    document = doc.Document(editor, application, level.uai, tuple(pupils))
    return Assembly(document, {light: lights[light] for light in Light}, tuple(skipped))


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
