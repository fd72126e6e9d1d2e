"""Texts as they may be stored: normalised, measured, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.domain.facts import Limits, Teacher
from pipeline.domain.life import Opinion
from pipeline.domain.text import normalise, normalise_name


class TextRule(NamedTuple):
    """How a text is called, the name of its limit in `Limits`, and how it is made tidy."""

    label: str
    limit: str
    tidy: Callable[[str], tuple[str, list[str]]] = normalise


@dataclass(frozen=True, slots=True)
class Tidying:
    """Normalises texts, and gathers what is wrong with them and what was removed."""

    limits: Limits
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def text(self, text: str, rule: TextRule) -> str:
        """The text as it may be stored; nothing is cut."""
        value, removed = rule.tidy(text)
        if removed:
            characters = ", ".join(removed)
            self.notes.append(f"{rule.label} : caractères interdits en XML retirés ({characters}).")
        limit: int = getattr(self.limits, rule.limit)
        if len(value) > limit:
            self.faults.append(f"{rule.label} : {len(value)} caractères, {limit} au plus.")
        return value

    def teacher(self, rank: int, teacher: Teacher) -> Teacher:
        """The teacher, whose two names are needed."""
        return Teacher(*self._names(teacher.last_name, teacher.first_name, f"enseignant n° {rank}"))

    def opinion(self, label: str, opinion: Opinion) -> Opinion:
        """The opinion, whose text and two names are needed."""
        text = self.text(opinion.text, TextRule(label, "appreciation"))
        if not text:
            self.faults.append(f"{label} : le texte est vide.")
        names = self._names(opinion.last_name, opinion.first_name, f"auteur, {label.lower()}")
        return Opinion(text, *names, opinion.given_on)

    def _names(self, last_name: str, first_name: str, who: str) -> tuple[str, str]:
        last = self.text(last_name, TextRule(f"Nom, {who}", "last_name", normalise_name))
        first = self.text(first_name, TextRule(f"Prénom, {who}", "first_name", normalise_name))
        if not (last and first):
            needed = "le nom et le prénom sont tous deux nécessaires."
            self.faults.append(f"{who[0].upper()}{who[1:]} : {needed}")
        return last, first
