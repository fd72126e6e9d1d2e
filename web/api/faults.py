"""Faults of the API: pydantic's kinds in codes and words of ours, and never the value given."""

from __future__ import annotations

import re
from typing import Any

_PLAIN = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_FAULTS = {  # pydantic's kinds, as codes and words of ours
    "missing": ("missing", "Obligatoire."),
    "extra_forbidden": ("unknown_field", "Champ inconnu."),
    "unknown_parameter": ("unknown_parameter", "Paramètre inconnu."),
    "json_invalid": ("unreadable", "JSON illisible."),
    "string_too_long": ("too_long", "Trop long : {max_length} caractères au plus."),
    "string_too_short": ("too_short", "Trop court : {min_length} caractère(s) au moins."),
    "too_long": ("too_long", "Trop d'éléments : {max_length} au plus."),
    "too_short": ("too_short", "Trop peu d'éléments : {min_length} au moins."),
    "less_than_equal": ("too_large", "Au plus {le}."),
    "greater_than_equal": ("too_small", "Au moins {ge}."),
    "string_pattern_mismatch": ("wrong_form", "Mal écrit : attendu {pattern}."),
    "enum": ("wrong_choice", "Attendu : {expected}."),
    "literal_error": ("wrong_choice", "Attendu : {expected}."),
}
_OTHER = ("wrong_type", "Valeur d'un autre genre que celui attendu.")


def fault(field: str, code: str, message: str) -> dict[str, str]:
    """One fault."""
    return {"field": field, "code": code, "message": message}


def of_pydantic(one: dict[str, Any]) -> dict[str, str]:
    """A fault of what pydantic found wrong."""
    code, words = _FAULTS.get(one["type"], _OTHER)
    if one["type"] == "unknown_parameter":
        words = one["msg"]
    return fault(".".join(map(_shown, one["loc"])), code, words.format_map(_Told(one)))


class _Told(dict[str, Any]):
    """What pydantic says was expected."""

    def __init__(self, one: dict[str, Any]) -> None:
        super().__init__(one.get("ctx", {}))
        if "expected" in self:
            self["expected"] = self["expected"].replace(" or ", " ou ")

    def __missing__(self, key: str) -> str:
        return "autre chose"


def _shown(part: object) -> str:
    """A part of a field's path; one that is no name of ours is not repeated."""
    text = str(part)
    return text if _PLAIN.fullmatch(text) else "?"
