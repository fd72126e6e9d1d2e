"""How the whole stands: each thing looked at, a word of judgement, and what was found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline import nightly
from pipeline.desk.figures import GB, counted, in_bytes, in_time
from pipeline.desk.rights import need
from pipeline.domain.accounts import Principal, Right
from pipeline.queue import QUEUES
from pipeline.store import pulse
from pipeline.store.migrate import current_revision, newest_revision
from pipeline.watch import Room, Seen, Watch
from pipeline.wiring import Wiring

UNKNOWN, GOOD, ATTENTION, DOWN = "unknown", "good", "attention", "down"
# From the least grave; what cannot be seen from here is no fault by itself.
STATES = {UNKNOWN: "inconnu", GOOD: "bien", ATTENTION: "à surveiller", DOWN: "en panne"}
_LATE_TICK_S, _LOST_TICK_S = 30, 120  # beat ticks each 2 s
_LATE_LIGHT_S, _LATE_JOB_S = 120, 600
_LONG_QUEUE = 500
_LITTLE, _NOTHING_LEFT = 2 * GB, GB // 4
_WORK = {"export": "les fichiers", "recompute": "les voyants", "tick": "les tâches périodiques"}


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing looked at: `state` is a key of STATES, `advice` what to do when it is not well."""

    name: str
    state: str
    found: str
    advice: str = ""

    @property
    def word(self) -> str:
        """The judgement, in French."""
        return STATES[self.state]


def look(wiring: Wiring, me: Principal, watch: Watch) -> list[Sign]:
    """Look at everything; within two seconds, also where the broker is down."""
    need(me, Right.ADMINISTER)
    now, seen = wiring.now(), watch.look()
    with wiring.store.reading() as connection:
        late, jobs = pulse.late(connection), pulse.jobs(connection)
        size = pulse.database_bytes(connection)
    return [
        _database(wiring, size),
        _broker(seen),
        *_workers(seen),
        _beat(watch.last_tick(), now),
        *_queues(seen),
        _lights(late, now),
        _jobs(jobs, now),
        _disk(watch.room()),
        _night(nightly.status(wiring, 1)),
    ]


def worst(signs: list[Sign]) -> str:
    """The gravest state of them all."""
    order = list(STATES)
    return max((sign.state for sign in signs), key=order.index)


def _database(wiring: Wiring, size: int) -> Sign:
    current = current_revision(wiring.store.engine)
    found = f"{wiring.store.dialect}, révision {current}, {in_bytes(size)}"
    if current == newest_revision():
        return Sign("Base de données", GOOD, found)
    return Sign("Base de données", DOWN, found, "La base n’est pas à la version du logiciel.")


def _broker(seen: Seen) -> Sign:
    if seen.broker_answers:
        return Sign("Courtier de messages", GOOD, "répond")
    return Sign(
        "Courtier de messages", DOWN, "ne répond pas",
        "Rien n’est perdu : les voyants et les fichiers reprendront une fois qu’il est relancé.",
    )  # fmt: skip


def _workers(seen: Seen) -> Iterator[Sign]:
    for queue, work in _WORK.items():
        count = sum(queue in queues for queues in seen.workers.values())
        name = f"Ouvriers pour {work}"
        if count:
            yield Sign(name, GOOD, counted(count, "ouvrier répond", "ouvriers répondent"))
        elif seen.broker_answers:
            yield Sign(name, DOWN, "aucun ne répond", "Relancez les ouvriers de cette file.")
        else:
            yield Sign(name, UNKNOWN, "le courtier ne répond pas")


def _beat(last: dt.datetime | None, now: dt.datetime) -> Sign:
    name = "Planificateur"
    if last is None:
        why = "il n’écrit pas sur cette machine : voyez-le sur celle où il tourne"
        return Sign(name, UNKNOWN, why)
    age = max(0, (now - last).total_seconds())
    state = GOOD if age <= _LATE_TICK_S else ATTENTION if age <= _LOST_TICK_S else DOWN
    advice = "" if state == GOOD else "Sans lui, la nuit ne commence pas : relancez-le."
    return Sign(name, state, f"dernier signe il y a {in_time(age)}", advice)


def _queues(seen: Seen) -> Iterator[Sign]:
    for queue in sorted(set(QUEUES.values())):
        name = f"File « {queue} »"
        depth = seen.depths.get(queue)
        if depth is None:
            why = "ne se lit pas d’ici" if seen.broker_answers else "le courtier ne répond pas"
            yield Sign(name, UNKNOWN, why)
            continue
        state = GOOD if depth <= _LONG_QUEUE else ATTENTION
        advice = "" if state == GOOD else "Les ouvriers ne suivent pas : ajoutez-en."
        yield Sign(name, state, counted(depth, "message attend", "messages attendent"), advice)


def _lights(late: pulse.Late, now: dt.datetime) -> Sign:
    name = "Voyants en retard"
    if not late.count:
        return Sign(name, GOOD, "aucun")
    found = counted(late.count, "livret à recalculer", "livrets à recalculer")
    if late.since is None:
        return Sign(name, GOOD, found)
    age = max(0, (now - late.since).total_seconds())
    state = GOOD if age <= _LATE_LIGHT_S else ATTENTION
    return Sign(name, state, f"{found}, le plus ancien depuis environ {in_time(age)}")


def _jobs(jobs: Any, now: dt.datetime) -> Sign:
    name = "Demandes de fichiers"
    found = f"{jobs.waiting} en attente, {jobs.running} en cours"
    if jobs.waiting_since is None:
        return Sign(name, GOOD, found)
    age = max(0, (now - jobs.waiting_since).total_seconds())
    state = GOOD if age <= _LATE_JOB_S else ATTENTION
    return Sign(name, state, f"{found}, la plus ancienne depuis {in_time(age)}")


def _disk(room: Room | None) -> Sign:
    name = "Disque des fichiers"
    if room is None:
        return Sign(name, UNKNOWN, "le dossier ne se lit pas d’ici")
    state = GOOD if room.free > _LITTLE else ATTENTION if room.free > _NOTHING_LEFT else DOWN
    found = f"{in_bytes(room.free)} libres sur {in_bytes(room.total)}"
    return Sign(name, state, found, "" if state == GOOD else "Libérez de la place.")


def _night(nights: list[Any]) -> Sign:
    name = "Dernière nuit"
    if not nights:
        return Sign(name, GOOD, "aucune encore")
    row = nights[0]
    found = (
        f"nuit du {row.business_date:%d/%m/%Y} : {counted(row.division_count, 'division')}, "
        f"{counted(row.new_count, 'nouvelle version', 'nouvelles versions')}, "
        f"{counted(row.unchanged_count, 'inchangée')}, {counted(row.refused_count, 'refusée')}, "
        f"{counted(row.failed_count, 'en échec', 'en échec')}"
    )
    ended = "" if row.finished_at else ", en cours"
    return Sign(name, ATTENTION if row.failed_count else GOOD, found + ended)
