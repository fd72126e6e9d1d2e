"""The divisions and diplomas that a SIECLE file's pupils need, made where they are missing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from pipeline.domain.mef import Mef, default_diploma_label, diploma_label
from pipeline.domain.names import file_label
from pipeline.labels import LEVELS
from pipeline.store import imports as statements
from pipeline.store import nomenclatures, rows
from pipeline.store.differing import Counts, add

Divisions = Mapping[tuple[str, str, str], int]  # by code, diploma, level


def make_diplomas(
    connection: Any, codes: Sequence[str], said: Mapping[str, str] = MappingProxyType({})
) -> Counts:
    """Add the diplomas that are missing, and name what can be named, last by what is `said`."""
    new = [{"code": code, "label": default_diploma_label(code)} for code in codes]
    statements.add_missing(connection, rows.diploma, new)
    return name_diplomas(connection, said)


def name_diplomas(connection: Any, said: Mapping[str, str] = MappingProxyType({})) -> Counts:
    """Give each diploma that has its default label the one that a MEF of it, or `said`, names."""
    held = nomenclatures.diploma_labels(connection)
    default = {code for code, label in held.items() if label == default_diploma_label(code)}
    mefs = [(Mef(mef), label) for mef, label in nomenclatures.mef_labels(connection)]
    candidates = [(mef.diploma_code, label) for mef, label in mefs if mef.is_bac_pro]
    found: dict[str, str] = {}
    for code, label in (*candidates, *said.items()):
        if code in default and (name := diploma_label(label)):
            found.setdefault(code, name)
    named = [{"code": code, "label": label} for code, label in sorted(found.items())]
    return nomenclatures.write_diplomas(connection, named)


def make_divisions(
    connection: Any, uai: str, start_year: int, classes: Collection[tuple[str | None, Mef]]
) -> Divisions:
    """Add the divisions of the classes that are missing; return all of the school and year.

    A class with two diplomas or levels is two divisions, whose labels differ.
    """
    held = statements.divisions(connection, uai, start_year)
    kinds: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for code, mef in classes:
        if code and mef.level:
            kinds[code].add((mef.diploma_code, mef.level))
    new = []
    for code, wanted in sorted(kinds.items()):
        shared = len(wanted | {key[1:] for key in held if key[0] == code}) > 1
        for diploma, level in sorted(wanted):
            if (code, diploma, level) not in held:
                label = file_label(code, diploma, level) if shared else file_label(code)
                new.append(
                    {"school_uai": uai, "start_year": start_year, "diploma_code": diploma,
                     "level": level, "code": code, "label": label}
                )  # fmt: skip
    add(connection, rows.division, new)
    return statements.divisions(connection, uai, start_year) if new else held


def names_of(divisions: Divisions) -> dict[int, str]:
    """What people call each division: its code, with diploma and level where two share it."""
    counts = Counter(code for code, _, _ in divisions)
    return {
        key: code if counts[code] == 1 else f"{code} ({diploma}, {LEVELS[level]})"  # type: ignore[index]
        for (code, diploma, level), key in divisions.items()
    }
