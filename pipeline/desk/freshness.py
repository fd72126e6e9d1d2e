"""Whether data changed since a version was made: by what it was made of, not by dates.

A version was made of booklets at their revisions, which any change raises, that of a pupil who
came or left too. A change taken back shows as one, until an export finds the file unchanged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from pipeline.domain.assemble import EarlierYear
from pipeline.domain.facts import BookletFacts, LevelFacts
from pipeline.domain.periods import Level
from pipeline.export_build import Snapshot, fingerprint
from pipeline.store import desk_reads, facts
from pipeline.wiring import Wiring

_Held = dict[int, dict[int, tuple[BookletFacts, int]]]  # by division and booklet, with the year


def changed_since(wiring: Wiring, connection: Any, versions: Collection[Any]) -> set[int]:
    """The ids of those versions that an export of now would not find made of the same."""
    division_ids = {one.division_id for one in versions}
    snapshots = _snapshots(connection, division_ids)
    known = [one for one in versions if one.profile in wiring.profiles]
    now = {
        one.id: fingerprint(wiring, wiring.profile(one.profile), snapshots[one.division_id])
        for one in known
    }
    differing = [one for one in known if now[one.id] != one.fingerprint]
    if not differing:
        return set()
    found_same = desk_reads.made_of(connection, {one.division_id for one in differing})
    return {
        one.id
        for one in differing
        if (one.division_id, one.profile, one.version, now[one.id]) not in found_same
    }


def _snapshots(connection: Any, division_ids: Collection[int]) -> dict[int, Snapshot]:
    """Snapshots that hold no more than a fingerprint is made of: booklets and revisions."""
    held = _held(connection, division_ids)
    links: dict[int, set[tuple[int, int]]] = defaultdict(set)
    before_ids = set()
    for now_id, before_id, then in facts.read_years_before(connection, division_ids):
        links[now_id].add((before_id, then))
        before_ids.add(then)
    then_held = _held(connection, before_ids) if before_ids else {}
    return {
        key: _snapshot(held.get(key, {}), _years(held.get(key, {}), links, then_held))
        for key in division_ids
    }


def _held(connection: Any, division_ids: Collection[int]) -> _Held:
    found: _Held = defaultdict(dict)
    for row in desk_reads.revisions(connection, division_ids):
        bare = BookletFacts(row.id, None, row.wanted_revision)
        found[row.division_id][row.id] = (bare, row.start_year)
    return found


def _years(
    of_now: Iterable[int], links: dict[int, set[tuple[int, int]]], then_held: _Held
) -> Iterator[EarlierYear]:
    """The divisions of the year before in which these pupils were, each whole."""
    wanted = {
        then
        for booklet_id in of_now
        for before_id, then in links.get(booklet_id, ())
        if before_id in then_held.get(then, {})
    }
    for then in sorted(wanted):
        booklets = tuple(bare for bare, _ in then_held[then].values())
        start_year = next(year for _, year in then_held[then].values())
        yield EarlierYear(LevelFacts("", start_year, "", Level.PREMIERE), booklets, {})


def _snapshot(
    held: dict[int, tuple[BookletFacts, int]], earlier: Iterable[EarlierYear]
) -> Snapshot:
    level = LevelFacts("", 0, "", Level.PREMIERE)
    return Snapshot("", level, tuple(bare for bare, _ in held.values()), tuple(earlier))
