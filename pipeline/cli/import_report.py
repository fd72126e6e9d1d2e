"""Reports of imports: counts, and what was found or changed; a bounded table for people."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.cli.common import console, emit, show
from pipeline.exchange.advice import ADVICE
from pipeline.exchange.problems import ProblemSeverity
from pipeline.import_changes import Change
from pipeline.import_words import COUNTS, SEVERITIES, TABLES
from pipeline.store.differing import Counts

SHOWN = 50
_TRIED = "Essai : rien n'a été gardé."


def say(report: Any, *, as_json: bool, dry_run: bool | None = None) -> None:
    """The whole report as JSON, or its counts and the first lines of what it holds.

    `dry_run` is None where the command has no dry run.
    """
    if as_json:
        tried = {} if dry_run is None else {"dry_run": dry_run}
        emit(_values(report) | tried)
        return
    counts = {label: getattr(report, name, None) for name, label in COUNTS.items()}
    said = [f"{label} : {count}" for label, count in counts.items() if count is not None]
    if said:
        console.print(", ".join(said) + ".")
    say_tables(getattr(report, "tables", {}))
    changes = getattr(report, "changes", [])
    arrivals = [one for one in changes if one.is_plain_arrival]
    others = [one for one in changes if not one.is_plain_arrival]
    say_found([*getattr(report, "problems", []), *others])
    say_arrivals(arrivals)
    if dry_run:
        console.print(_TRIED)


def _values(report: Any) -> dict[str, Any]:
    if (changes := getattr(report, "changes", None)) is None:
        return dataclasses.asdict(report)
    told = [
        {"siecle_id": one.siecle_id, "severity": one.severity, "code": one.code,
         "message": one.message}
        for one in changes
    ]  # fmt: skip
    return dataclasses.asdict(dataclasses.replace(report, changes=[])) | {"changes": told}


def say_tables(tables: Mapping[str, Counts]) -> None:
    """What happened to the rows of each table."""
    rows = [
        (TABLES[name], one.added, one.updated, one.removed, one.unchanged)
        for name, one in tables.items()
    ]
    if rows:
        show("Importé", ("", "ajoutés", "modifiés", "retirés", "inchangés"), rows)


def say_arrivals(arrivals: Sequence[Change]) -> None:
    """How many came to each division: a first import has hundreds, a line each would tell less."""
    counts = sorted(Counter(one.division for one in arrivals).items())
    if counts:
        rows = [(division or "sans division", count) for division, count in counts]
        show("Élèves ajoutés", ("Division", "ajoutés"), rows)


def say_advice(found: Sequence[Any]) -> None:
    """What to do about what needs a look, a line for each code."""
    codes = dict.fromkeys(one.code for one in found if one.severity is not ProblemSeverity.INFO)
    for code in codes:
        if advice := ADVICE.get(code):
            console.print(f"{code} : {advice}")


def say_found(found: Sequence[Any]) -> None:
    """What needs a look first, at most so many lines, then how many more there are."""
    order = list(ProblemSeverity)
    ranked = sorted(found, key=lambda one: order.index(one.severity))
    if ranked:
        rows = [(SEVERITIES[one.severity], one.code, str(one)) for one in ranked[:SHOWN]]
        show("Dans le détail", ("Gravité", "Code", "Ce qui est dit"), rows)
        say_advice(ranked)
    if len(ranked) > SHOWN:
        console.print(f"… et {len(ranked) - SHOWN} autres lignes : --json les donne toutes.")
