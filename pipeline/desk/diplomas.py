"""The choice of school, year and diploma (guide, "Choix du diplôme"), within one's reach."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from pipeline.desk import rights
from pipeline.domain.accounts import Principal, Right
from pipeline.errors import NotFound
from pipeline.store import desk_names
from pipeline.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Choice:
    """One diploma of a school and year, with the number of its divisions in reach."""

    uai: str
    school_name: str
    start_year: int
    diploma_code: str
    diploma_label: str
    division_count: int


def choices(wiring: Wiring, principal: Principal) -> list[Choice]:
    """Every diploma in reach: by school, the newest year first."""
    rights.need(principal, Right.SEE)
    with wiring.store.reading() as connection:
        return _choices(connection, rights.reachable_divisions(connection, principal))


def chosen(
    connection: Any, principal: Principal, key: tuple[str, int, str]
) -> tuple[Choice, list[Any]]:
    """One of them, and the rows of its divisions in reach. Raises NotFound."""
    rows = rights.reachable_divisions(connection, principal)
    for one in _choices(connection, rows):
        if (one.uai, one.start_year, one.diploma_code) == key:
            return one, [row for row in rows if _key(row) == key]
    raise NotFound("Diplôme", key[2])


def _choices(connection: Any, rows: list[Any]) -> list[Choice]:
    counted = Counter(map(_key, rows))
    labels = desk_names.diploma_labels(connection, {key[2] for key in counted})
    names = desk_names.school_names(connection, {key[0] for key in counted})
    return [
        Choice(
            uai, names.get(uai, ""), year, code, labels.get(code, code), counted[uai, year, code]
        )
        for uai, year, code in sorted(counted, key=lambda key: (key[0], -key[1], key[2]))
    ]


def _key(row: Any) -> tuple[str, int, str]:
    return row.school_uai, row.start_year, row.diploma_code
