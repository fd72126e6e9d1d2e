"""Imports by an administrator, in two steps: tried on the bytes given, then made of the same."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from pipeline.desk import admin_report
from pipeline.desk.admin_kinds import KINDS, ImportKind, kind_of
from pipeline.desk.rights import need
from pipeline.domain.accounts import Principal, Right
from pipeline.domain.given_file import shown_name
from pipeline.domain.periods import school_year_of
from pipeline.errors import NotFound, Refused, UnreadableFile
from pipeline.exchange.recognise import HEAD_BYTES
from pipeline.store import admin_reads
from pipeline.store.rehearsal import Rehearsal
from pipeline.store.unit import Store
from pipeline.waiting import WaitingFile, WaitingFiles
from pipeline.waiting.arrivals import Arrival
from pipeline.wiring import Wiring

PATIENCE_S = 20.0  # how long an import waits for another one
_NO_SCHOOL = "choisissez l’établissement dont il vient."


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen beside the file: a school, blank for none, and a year."""

    uai: str
    start_year: int


@dataclass(frozen=True, slots=True)
class Import:
    """An import at one of its steps: the report of its dry run, and of itself once made."""

    reference: str
    file_name: str
    kind: ImportKind
    choice: Choice
    tried: dict[str, Any]
    made: dict[str, Any] | None


def years(wiring: Wiring) -> list[int]:
    """The school years an import may be of, this one first."""
    this = school_year_of(wiring.now().date())
    return [this, this + 1, this - 1, this - 2]


def begin(wiring: Wiring, files: WaitingFiles, me: Principal) -> Arrival:
    """Begin to receive a file, before its first byte is read. Raises Forbidden, StorageFull."""
    need(me, Right.ADMINISTER)
    return files.arrival(wiring.now())


def try_out(
    wiring: Wiring,
    files: WaitingFiles,
    me: Principal,
    arrival: Arrival,
    *,
    name: str,
    choice: Choice,
) -> Import:
    """Keep what has come, tell its kind, and say what importing it would do.

    Raises UnreadableFile for a file of no kind that is imported: then it is not kept.
    """
    need(me, Right.ADMINISTER)
    told_name = shown_name(name)
    kind = kind_of(arrival.head(HEAD_BYTES), told_name)
    about = {
        "name": told_name, "kind": kind.code, "uai": choice.uai, "year": choice.start_year,
    }  # fmt: skip
    with files.alone(PATIENCE_S):
        waiting = files.keep(arrival, me.account_id, about, wiring.now())
        report = _report(Rehearsal(wiring.store), waiting, me, wiring.now())
        return _step(files.note(waiting, tried=report))


def find(wiring: Wiring, files: WaitingFiles, me: Principal, reference: str) -> Import:
    """An import of one's own, within its hour. Raises NotFound."""
    need(me, Right.ADMINISTER)
    waiting = files.find(me.account_id, reference, wiring.now())
    if "tried" not in waiting.about:
        raise NotFound("Fichier", reference[:12], "Déposez-le à nouveau.")
    return _step(waiting)


def try_again(
    wiring: Wiring, files: WaitingFiles, me: Principal, reference: str, choice: Choice
) -> Import:
    """Try the same bytes with another choice; what was imported of them is left as it is."""
    find(wiring, files, me, reference)
    with files.alone(PATIENCE_S):
        waiting = files.find(me.account_id, reference, wiring.now())
        waiting = files.note(waiting, uai=choice.uai, year=choice.start_year, made=None)
        report = _report(Rehearsal(wiring.store), waiting, me, wiring.now())
        return _step(files.note(waiting, tried=report))


def confirm(wiring: Wiring, files: WaitingFiles, me: Principal, reference: str) -> Import:
    """Import exactly the bytes that were tried, once: asked again, tell what the first did."""
    find(wiring, files, me, reference)
    with files.alone(PATIENCE_S):
        waiting = files.find(me.account_id, reference, wiring.now())
        if waiting.about.get("made") is None:
            files.check(waiting)
            report = _report(wiring.store, waiting, me, wiring.now())
            waiting = files.note(waiting, made=report)
        return _step(waiting)


def _report(store: Store, waiting: WaitingFile, me: Principal, now: dt.datetime) -> dict[str, Any]:
    about = waiting.about
    kind = KINDS[about["kind"]]
    try:
        if kind.of_school and not about["uai"] and _has_schools(store):
            raise UnreadableFile(about["name"], _NO_SCHOOL)
        origin = {"expected_uai": about["uai"] or None, "expected_year": about["year"]}
        found = kind.run(store, waiting.path, origin, {"now": now, "actor": me.actor})
    except Refused as error:
        return admin_report.refused(_named(error, about["name"]))
    return admin_report.told(found)


def _has_schools(store: Store) -> bool:
    with store.reading() as connection:
        return bool(admin_reads.schools(connection))


def _named(error: Refused, name: str) -> Refused:
    """The error under the name its giver knows, not that of the file we keep."""
    named = getattr(error, "named", None)
    return named(name) if named else error


def _step(waiting: WaitingFile) -> Import:
    about = waiting.about
    return Import(
        waiting.sha256, about["name"], KINDS[about["kind"]], Choice(about["uai"], about["year"]),
        about["tried"], about.get("made"),
    )  # fmt: skip
