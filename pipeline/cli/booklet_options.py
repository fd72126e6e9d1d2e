"""Reading the options of `booklet set`. Each raises InvalidEntry, naming what was expected."""

from __future__ import annotations

from decimal import Decimal

from pipeline.domain.entry import ERASE, Erase, parse_average
from pipeline.domain.facts import Teacher
from pipeline.errors import InvalidEntry


def pair(text: str) -> tuple[str, str]:
    """Split `CLÉ=VALEUR`."""
    key, equals, value = text.partition("=")
    if not equals:
        raise InvalidEntry([f"« {text} » : attendu CLÉ=VALEUR."])
    return key.strip(), value.strip()


def names(text: str | None) -> tuple[str | None, str | None]:
    """Split « NOM, Prénom »; two `None` leave both alone."""
    if text is None:
        return None, None
    last, _, first = text.partition(",")
    return last.strip(), first.strip()


def teachers(texts: list[str] | None) -> tuple[Teacher, ...] | None:
    """The list that replaces the teachers; an empty one erases them."""
    if texts is None:
        return None
    return tuple(
        Teacher(last or "", first or "") for last, first in map(names, filter(None, texts))
    )


def average(text: str) -> Decimal | None:
    """A mark; empty erases. A text that is no number is refused, never taken for an erasure."""
    if not text:
        return None
    value = parse_average(text)
    if value is None:
        raise InvalidEntry([f"Moyenne « {text} » : attendu un nombre de 0 à 20."])
    return value


def mark(text: str) -> Decimal | Erase:
    """A mark; empty erases."""
    value = average(text)
    return ERASE if value is None else value


def period(text: str) -> int:
    """The number of a period."""
    return _number(text, "Période", "1, 2 ou 3")


def mastery(text: str) -> int | None:
    """A degree of mastery; empty erases."""
    return _number(text, "Degré de maîtrise", "1, 2, 3 ou 4") if text else None


def weeks(text: str) -> int | Erase:
    """A number of weeks; empty erases."""
    return _number(text, "Semaines de PFMP", "un nombre entier") if text else ERASE


def _number(text: str, what: str, expected: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise InvalidEntry([f"{what} « {text} » : attendu {expected}."])
    return int(text)
