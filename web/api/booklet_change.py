"""From the change that a PATCH holds to the edit of the use case: absent stays, `null` erases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from pipeline.domain.entry import ERASE, Edit, Erase
from pipeline.domain.facts import Teacher
from pipeline.domain.life import Opinion, OpinionKind
from web.api.booklet_models import BookletPatch, OpinionParts


def edit_of(patch: BookletPatch) -> Edit:
    """The edit of the fields given, and of no other."""
    return Edit(**{name: _value(name, getattr(patch, name)) for name in patch.model_fields_set})


def _value(name: str, given: Any) -> Any:
    return _SPECIAL.get(name, _text)(given)


def _text(given: str | None) -> str:
    return "" if given is None else given


def _or_erase(given: Any) -> Any | Erase:
    return ERASE if given is None else given


def _mark(given: str | None) -> Decimal | None:
    return None if given is None else Decimal(given.replace(",", "."))


def _averages(given: dict[str, str | None]) -> dict[int, Decimal | None]:
    return {int(period): _mark(one) for period, one in given.items()}


def _teachers(given: list[list[str]] | None) -> tuple[Teacher, ...]:
    return tuple(Teacher(last, first) for last, first in given or ())


def _opinions(given: dict[OpinionKind, OpinionParts | None]) -> dict[OpinionKind, Opinion | None]:
    return {kind: parts and _opinion(parts) for kind, parts in given.items()}


def _opinion(parts: OpinionParts) -> Opinion:
    words, last, first, day = parts
    return Opinion(words, last, first, dt.date.fromisoformat(day) if day else None)


_SPECIAL: dict[str, Callable[[Any], Any]] = {
    "averages": _averages,
    "ratings": dict,
    "teachers": _teachers,
    "pfmp_week_count": _or_erase,
    "pfmp_abroad": bool,
    "project_average": lambda given: _or_erase(_mark(given)),
    "opinions": _opinions,
    "commitments": lambda given: tuple(given or ()),
    "exam_opinion": _or_erase,
}
