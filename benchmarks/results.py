"""Figures, and how they are shown: a table for people, JSON for programs."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. A ratio names its goal; a fact has none."""

    case: str
    database: str
    name: str
    value: float
    unit: str = "×"
    goal: str = ""
    spread: tuple[float, float] | None = None


def ratio(case: str, database: str, name: str, values: Sequence[float], goal: str = "") -> Figure:
    """The median of paired ratios, with the least and the greatest."""
    spread = (round(min(values), 3), round(max(values), 3))
    return Figure(case, database, name, round(statistics.median(values), 3), "×", goal, spread)


def fact(case: str, database: str, name: str, value: float, unit: str) -> Figure:
    """A figure of this machine and moment, which means nothing elsewhere."""
    return Figure(case, database, name, round(value, 3), unit)


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that so many in a hundred do not exceed."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    return {
        "cpu_count": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


def as_json(figures: Sequence[Figure]) -> dict[str, Any]:
    """All figures with the machine."""
    return {"machine": machine(), "figures": [asdict(figure) for figure in figures]}


def line(figure: Figure) -> str:
    """One line of the table."""
    spread = f"[{figure.spread[0]:.2f} … {figure.spread[1]:.2f}]" if figure.spread else ""
    value = f"{figure.value:.2f}" if figure.unit in {"×", "ms"} else f"{figure.value:.0f}"
    value = f"{value} {figure.unit}"
    goal = f"goal {figure.goal}" if figure.goal else ""
    cells = (figure.case, figure.database, figure.name)
    return f"{cells[0]:<11}{cells[1]:<12}{cells[2]:<48}{value:>14}  {spread:<18}{goal}".rstrip()
