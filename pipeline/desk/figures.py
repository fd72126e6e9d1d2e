"""Figures as people say them: counts, durations, sizes, hours."""

from __future__ import annotations

import datetime as dt

GB = 1024**3
_UNITS = ((86_400, "jour"), (3_600, "heure"), (60, "minute"), (1, "seconde"))


def in_time(seconds: float) -> str:
    """A duration in its largest unit: « 3 minutes »."""
    for size, unit in _UNITS:
        if seconds >= size:
            return counted(int(seconds // size), unit)
    return "moins d’une seconde"


def in_bytes(count: int) -> str:
    """A size as people say it: « 12,4 Go »."""
    for size, unit in ((GB, "Go"), (1024**2, "Mo")):
        if count >= size:
            return f"{count / size:.1f} {unit}".replace(".", ",")
    return f"{count // 1024} Ko"


def counted(count: int, one: str, several: str = "") -> str:
    """« 1 message », « 3 messages »; none and one are singular."""
    return f"{count} {(several or one + 's') if count > 1 else one}"


def clock(at: dt.time | dt.datetime) -> str:
    """« 9 h 05 », on the clock it is given on."""
    return f"{at.hour} h {at.minute:02}"
