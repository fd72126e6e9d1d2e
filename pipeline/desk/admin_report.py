"""What an import did or would do, as a value that can be kept and shown a page at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.desk.page_words import words_for
from pipeline.errors import Refused
from pipeline.exchange.problems import ProblemSeverity
from pipeline.import_words import COUNTS, SEVERITIES, TABLES

MOST_LINES = 5_000
Report = dict[str, Any]  # of lists, texts and numbers: it is kept as JSON
_WORDS = {str(severity): word for severity, word in SEVERITIES.items()}


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of a report's lines."""

    lines: Sequence[Sequence[Any]]  # severity in French, code, SIECLE id, sentence
    page: int
    page_count: int


def told(found: Any) -> Report:
    """The report of an import that went through."""
    changes = getattr(found, "changes", [])
    arrivals = Counter(one.division for one in changes if one.is_plain_arrival)
    others = [
        *getattr(found, "problems", []),
        *(one for one in changes if not one.is_plain_arrival),
    ]
    return {
        "refusal": "",
        "counts": [
            [label, value]
            for name, label in COUNTS.items()
            if (value := getattr(found, name, None)) is not None
        ],
        "tables": [
            [TABLES[name], one.added, one.updated, one.removed, one.unchanged]
            for name, one in getattr(found, "tables", {}).items()
        ],
        "arrivals": sorted([division or "sans division", n] for division, n in arrivals.items()),
        "changes": _changed(found),
    } | _lines(_of_each(others))


def refused(error: Refused) -> Report:
    """The report of an import that was refused: its sentence, and every fault."""
    faults = [[str(ProblemSeverity.ERROR), error.code, None, one] for one in _faults(error)]
    nothing: Report = {"counts": [], "tables": [], "arrivals": [], "changes": False}
    return nothing | {"refusal": words_for(error)} | _lines(faults)


def shown(report: Report, page: int, size: int) -> Shown:
    """That page of the lines; the last one for a page too far."""
    lines = report["lines"]
    count = max(1, -(-len(lines) // size))
    page = min(max(page, 1), count)
    some = lines[(page - 1) * size : page * size]
    return Shown([[_WORDS[severity], *rest] for severity, *rest in some], page, count)


def _changed(found: Any) -> bool:
    tables = getattr(found, "tables", {})
    counts = [getattr(found, name, 0) for name in ("added", "moved", "gone", "updated")]
    return any(counts) or any(one.changed for one in tables.values())


def _of_each(found: Iterable[Any]) -> Iterator[list[Any]]:
    for one in found:
        yield [str(one.severity), str(one.code), one.siecle_id, str(one)]


def _lines(lines: Iterable[list[Any]]) -> Report:
    """The gravest first, so many at most; how many there are is said."""
    order = [str(one) for one in ProblemSeverity]
    ranked = sorted(lines, key=lambda line: order.index(line[0]))
    counts = Counter(line[0] for line in ranked)
    return {
        "lines": ranked[:MOST_LINES],
        "line_count": len(ranked),
        "severities": [[_WORDS[one], counts[one]] for one in order if counts[one]],
    }


def _faults(error: Refused) -> list[str]:
    return list(getattr(error, "problems", []))
