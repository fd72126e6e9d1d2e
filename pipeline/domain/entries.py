"""What was entered in a booklet: is it blank, is it a mark, is anything there."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pipeline.domain.facts import BookletFacts, EvaluationFacts, Teacher
from pipeline.domain.periods import Periodicity

MASTERIES = range(1, 5)  # the degrees of the guide: 1 not mastered … 4 well mastered
HIGHEST_AVERAGE = 20
_HUNDREDTH = Decimal("0.01")


def is_blank(text: str | None) -> bool:
    """Whether nothing but white space was entered."""
    return text is None or not text.strip()


def has_both_names(last_name: str | None, first_name: str | None) -> bool:
    """Whether a teacher is named as the file needs it."""
    return not (is_blank(last_name) or is_blank(first_name))


def merged(held: tuple[Teacher, ...], given: Mapping[int, Teacher]) -> tuple[Teacher, ...]:
    """The teachers held with those given, by rank from 1, written over them.

    A blank name leaves the one that is there; a rank beyond the list adds to its end.
    """
    found = list(held)
    for rank, one in sorted(given.items()):
        was = found.pop(rank - 1) if rank <= len(found) else Teacher("", "")
        both = Teacher(one.last_name or was.last_name, one.first_name or was.first_name)
        found.insert(rank - 1, both)
    return tuple(found)


def is_average(average: Decimal) -> bool:
    """Whether it is a mark the file can hold: 0 to 20, worth at most two decimals."""
    if not average.is_finite() or not 0 <= average <= HIGHEST_AVERAGE:
        return False
    return average.quantize(_HUNDREDTH) == average


def periods_of(periodicity: Periodicity | None) -> range:
    """The period numbers that exist; the widest choice as long as none is set."""
    return range(1, (periodicity or Periodicity.TRIMESTER).period_count + 1)


def valid_averages(
    evaluation: EvaluationFacts, periodicity: Periodicity | None
) -> Mapping[int, Decimal]:
    """The averages that count: valid marks of periods that exist, by period."""
    periods = periods_of(periodicity)
    return {p: a for p, a in sorted(evaluation.averages.items()) if p in periods and is_average(a)}


def is_untouched(booklet: BookletFacts) -> bool:
    """Whether no datum at all was entered, in any subject."""
    pfmp, project = booklet.pfmp, booklet.project
    texts: list[str | None] = []
    others: list[object] = []
    for evaluation in booklet.evaluations:
        texts.append(evaluation.appreciation)
        texts += [name for t in evaluation.teachers for name in (t.last_name, t.first_name)]
        others += [*evaluation.averages, *evaluation.ratings]
    if pfmp:
        texts += [pfmp.synthesis, pfmp.teacher_last_name, pfmp.teacher_first_name]
        others += [pfmp.week_count, pfmp.abroad or None]
    if project:
        texts += [project.appreciation, project.teacher_last_name, project.teacher_first_name]
        others.append(project.average)
    texts += booklet.life.texts
    others += [*booklet.life.commitments, booklet.life.exam_opinion]
    return all(map(is_blank, texts)) and all(other is None for other in others)
