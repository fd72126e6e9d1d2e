"""From the cells of one line to what they change in a booklet, as people and spreadsheets write."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from pipeline.domain.entry import Edit, parse_average
from pipeline.domain.facts import Teacher
from pipeline.domain.sheet import NO, YES

_TEXTS = {
    "appreciation": "appreciation",
    "pfmp_synthese": "pfmp_synthesis",
    "pfmp_enseignant_nom": "pfmp_teacher_last_name",
    "pfmp_enseignant_prenom": "pfmp_teacher_first_name",
    "projet_appreciation": "project_appreciation",
    "projet_enseignant_nom": "project_teacher_last_name",
    "projet_enseignant_prenom": "project_teacher_first_name",
}
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]*)?")
_DATE = re.compile(
    r"[0-9]{1,4}[/-](?:[0-9]{1,2}|[a-zéû]{3,9}\.?)(?:[/-][0-9]{1,4})?", re.IGNORECASE
)
_WHOLE = re.compile(r"([0-9]{1,9})(?:[.,]0*)?")
_TEACHER = re.compile("enseignant_(nom|prenom)(?:_([0-9]+))?")
_BY_DATE = "le tableur en a fait une date ; mettez la case au format texte, puis la valeur"
_T = TypeVar("_T")
_ABROAD = {YES: True, "vrai": True, NO: False, "faux": False}


def edit_of(values: Mapping[str, str]) -> tuple[Edit, list[str]]:
    """What a line changes, and every fault in it, without quoting any value."""
    line = _Line(values)
    marks = {int(name[-1]): line.mark(name) for name in values if name.startswith("moyenne_")}
    ratings = {name: line.mastery(name) for name in values if name.isdecimal()}
    texts: dict[str, Any] = {
        name: values[column] for column, name in _TEXTS.items() if column in values
    }
    edit = Edit(
        averages=marks,
        ratings=ratings,
        teacher_names=line.teachers(),
        pfmp_week_count=line.weeks("pfmp_semaines"),
        pfmp_abroad=line.abroad("pfmp_etranger"),
        project_average=line.mark("projet_moyenne"),
        **texts,
    )
    return edit, line.faults


class _Line:
    """Reads the cells of one line, and gathers what is wrong with them."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.faults: list[str] = []

    def mark(self, name: str) -> Decimal | None:
        """A mark, with a comma or a point."""
        what = "nombre illisible, attendu un nombre comme 12,5"
        return self._read(
            name, name, what, lambda t: parse_average(t) if _NUMBER.fullmatch(t) else None
        )

    def mastery(self, name: str) -> int | None:
        """A degree; spreadsheets may write 3,00."""
        shown = f"compétence {name}"
        return self._read(name, shown, "attendu 1, 2, 3 ou 4", _degree)

    def weeks(self, name: str) -> int | None:
        """A whole number."""
        return self._read(name, name, "attendu un nombre entier", _whole)

    def abroad(self, name: str) -> bool | None:
        """Yes or no."""
        return self._read(name, name, f"attendu {YES} ou {NO}", lambda t: _ABROAD.get(t.lower()))

    def teachers(self) -> dict[int, Teacher]:
        """The names given, by rank; a blank one leaves what is there."""
        found: dict[int, dict[str, str]] = {}
        for column, text in self._values.items():
            if (teacher := _TEACHER.fullmatch(column)) and text.strip():
                found.setdefault(int(teacher[2] or 1), {})[teacher[1]] = text
        return {
            rank: Teacher(names.get("nom", ""), names.get("prenom", ""))
            for rank, names in sorted(found.items())
        }

    def _read(
        self, name: str, shown: str, expected: str, parse: Callable[[str], _T | None]
    ) -> _T | None:
        text = self._values.get(name, "").strip()
        if not text:
            return None
        value = parse(text)
        if value is None:
            why = _BY_DATE if _DATE.fullmatch(text) else expected
            self.faults.append(f"{shown} : {why}.")
        return value


def _whole(text: str) -> int | None:
    found = _WHOLE.fullmatch(text)
    return int(found[1]) if found else None


def _degree(text: str) -> int | None:
    return value if (value := _whole(text)) in {1, 2, 3, 4} else None
