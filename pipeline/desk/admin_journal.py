"""The audit trail, as the administrator reads it: filtered, newest first, or as a CSV."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.desk.admin_words import about, action_label
from pipeline.desk.rights import need
from pipeline.domain.accounts import Principal, Right, account_of, login_of
from pipeline.domain.given_file import printable
from pipeline.domain.ids import LARGEST_ID
from pipeline.exchange.csv_stream import csv_stream
from pipeline.store import account_lists, journal
from pipeline.store.journal import Key, Wanted
from pipeline.wiring import Wiring

PAGE = 50
MOST_LINES = 100_000  # of a CSV; its last line says when there are more
_CHUNK = 1_000
__all__ = ["MOST_LINES", "PAGE", "Line", "Trail", "Wanted", "as_csv", "page", "wanted"]
_OF_ACCOUNT = "user:"
_HEADER = ("date", "qui", "compte", "action", "code", "livret", "révision", "objet")
_MORE = "La liste s’arrête ici : réduisez la période pour avoir la suite."


@dataclass(frozen=True, slots=True)
class Line:
    """One event, in words."""

    at: dt.datetime
    who: str  # a name, or how the audit calls who is no account
    login: str
    account_id: int | None
    action: str
    label: str
    booklet_id: int | None
    revision: int | None
    about: str


@dataclass(frozen=True, slots=True)
class Trail:
    """A page of the trail; `following` is the key of the next one, blank on the last."""

    lines: Sequence[Line]
    following: str


def wanted(
    wiring: Wiring, *, actor: str = "", action: str = "", first: dt.date | None = None,
    last: dt.date | None = None, booklet_id: int | None = None, division_id: int | None = None,
) -> Wanted:  # fmt: skip
    """What the filters mean; days are the school's, both included.

    `actor` is an account by its number or its address, or how the audit calls who is none.
    """
    zone = ZoneInfo(wiring.settings.timezone)
    actor, action = printable(actor), printable(action)
    if login := login_of(actor):
        actor = str(_number_of(wiring, login) or actor)
    actor = f"{_OF_ACCOUNT}{actor}" if actor.isascii() and actor.isdecimal() else actor
    return Wanted(
        actor, action, _midnight(first, zone), _midnight(last, zone, 1), booklet_id, division_id
    )


def page(wiring: Wiring, me: Principal, what: Wanted, before: str = "") -> Trail:
    """The events that are older than the key, newest first."""
    need(me, Right.ADMINISTER)
    lines, key = _read(wiring, what, PAGE, key_of(before))
    return Trail(lines, "" if key is None else f"{key[0].isoformat()}~{key[1]}")


def as_csv(wiring: Wiring, me: Principal, what: Wanted) -> Iterator[bytes]:
    """All of it, newest first, a thousand at a time; so many lines at most."""
    need(me, Right.ADMINISTER)
    return csv_stream(_HEADER, _rows(wiring, what))


def key_of(text: str) -> Key | None:
    """The key that an address carries; nothing for what is none."""
    instant, _, number = text.partition("~")
    try:
        at = dt.datetime.fromisoformat(instant)
        key = int(number)
        if at.tzinfo is None or not 0 <= key <= LARGEST_ID:
            return None
        return at.astimezone(dt.UTC), key
    except (ValueError, OverflowError):
        return None


def _rows(wiring: Wiring, what: Wanted) -> Iterator[Sequence[object]]:
    zone = ZoneInfo(wiring.settings.timezone)
    key: Key | None = None
    for _ in range(MOST_LINES // _CHUNK):
        lines, key = _read(wiring, what, _CHUNK, key)
        for one in lines:
            at = one.at.astimezone(zone).isoformat(sep=" ", timespec="seconds")
            yield (at, one.who, one.login, one.label, one.action, one.booklet_id, one.revision,
                   one.about)  # fmt: skip
        if key is None:
            return
    yield ("", "", "", _MORE)


def _read(
    wiring: Wiring, what: Wanted, limit: int, before: Key | None
) -> tuple[list[Line], Key | None]:
    """So many events, and the key of the last where more follow."""
    with wiring.store.reading() as connection:
        rows = journal.page(connection, what, limit + 1, before)
        ids = {number for row in rows if (number := account_of(row.actor)) is not None}
        names = journal.accounts(connection, sorted(ids))
    shown = rows[:limit]
    key = (shown[-1].at, shown[-1].id) if len(rows) > limit else None
    return [_line(row, names) for row in shown], key


def _line(row: Any, names: dict[int, tuple[str, str]]) -> Line:
    number = account_of(row.actor)
    login, name = names.get(number, ("", "")) if number is not None else ("", "")
    return Line(
        row.at, name or row.actor, login, number, row.action, action_label(row.action),
        row.booklet_id, row.revision, about(row.details),
    )  # fmt: skip


def _number_of(wiring: Wiring, login: str) -> int | None:
    with wiring.store.reading() as connection:
        return account_lists.id_of(connection, login)


def _midnight(day: dt.date | None, zone: ZoneInfo, later: int = 0) -> dt.datetime | None:
    if day is None:
        return None
    try:
        midnight = dt.datetime.combine(day + dt.timedelta(days=later), dt.time(), zone)
        return midnight.astimezone(dt.UTC)  # the first day of all has none in UTC
    except OverflowError:
        return None
