"""Building one file: a consistent snapshot, the document, its bytes rendered once and checked."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from pipeline.domain.assemble import Assembly, EarlierYear, assemble
from pipeline.domain.checks import document_faults
from pipeline.domain.document import Document
from pipeline.domain.facts import BookletFacts, LevelFacts
from pipeline.domain.gaps import Gap
from pipeline.errors import InvalidDocument, NothingExportable
from pipeline.export_finish import Built
from pipeline.store import facts
from pipeline.store.jobs import ClaimedJob
from pipeline.wiring import Wiring
from pipeline.xml.profiles import Profile
from pipeline.xml.render import render
from pipeline.xml.validate import schema_faults


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one consistent read saw of one division."""

    division: str
    level: LevelFacts
    booklets: tuple[BookletFacts, ...]
    earlier: tuple[EarlierYear, ...] = ()


def read_snapshots(wiring: Wiring, wanted: Collection[int]) -> dict[int, Snapshot]:
    """One consistent read for all the divisions: what each holds, by its id."""
    division_ids = sorted(set(wanted))
    with wiring.store.reading() as connection:
        levels = facts.read_levels(connection, division_ids)
        booklets = _by_division(connection, division_ids)
        codes = facts.read_division_codes(connection, division_ids)
        senders = [key for key, level in levels.items() if level.exports_previous_year]
        earlier = _earlier(connection, senders) if senders else []
    return {
        key: Snapshot(codes[key], levels[key], found, tuple(_of(found, earlier)))
        for key, found in booklets.items()
    }


def _by_division(
    connection: Any, division_ids: Collection[int]
) -> dict[int, tuple[BookletFacts, ...]]:
    booklets: dict[int, list[BookletFacts]] = {division_id: [] for division_id in division_ids}
    for one in facts.read_booklets(connection, division_ids=division_ids):
        if one.division_id is not None:
            booklets[one.division_id].append(one.facts)
    return {key: tuple(found) for key, found in booklets.items()}


def _earlier(connection: Any, division_ids: Collection[int]) -> list[EarlierYear]:
    """The divisions in which the pupils were the year before, each whole: it makes the figures."""
    links = facts.read_years_before(connection, division_ids)
    then_ids = sorted({division_id for _, _, division_id in links})
    if not then_ids:
        return []
    levels = facts.read_levels(connection, then_ids)
    found = []
    for division_id, booklets in _by_division(connection, then_ids).items():
        held = {one.booklet_id: one for one in booklets}
        of_now = {
            now: held[then] for now, then, where in links if where == division_id and then in held
        }
        found.append(EarlierYear(levels[division_id], booklets, of_now))
    return found


def _of(booklets: Collection[BookletFacts], earlier: list[EarlierYear]) -> Iterator[EarlierYear]:
    """Of the years before, those that concern these booklets."""
    ids = {one.booklet_id for one in booklets}
    for year in earlier:
        kept = {key: value for key, value in year.by_booklet.items() if key in ids}
        if kept:
            yield replace(year, by_booklet=kept)


def build(wiring: Wiring, job: ClaimedJob, snapshot: Snapshot) -> Built:
    """Document, bytes, checks and the stored file of one job. Raises Refused or Defect."""
    profile = wiring.profile(job.profile)
    assembly = assembled(wiring, profile, snapshot)
    report = _report(assembly, profile, snapshot.level)
    if not assembly.document.pupils:
        raise NothingExportable(snapshot.division, len(snapshot.booklets), report)
    data = _checked_bytes(assembly, profile, snapshot.division)
    sha256 = wiring.artifacts.put(data)
    made_of = fingerprint(wiring, profile, snapshot)
    return Built(job, sha256, len(data), made_of, report, _holds(assembly.document))


def assembled(wiring: Wiring, profile: Profile, snapshot: Snapshot) -> Assembly:
    """The document of a file in that profile, and who is left out of it; nothing is stored."""
    return assemble(
        snapshot.level,
        snapshot.booklets,
        editor=wiring.settings.editor_name,
        application=wiring.settings.application_name,
        limits=profile.limits,
        carries_pfmp=profile.carries_pfmp,
        carries_project=profile.carries_project,
        earlier=snapshot.earlier,
    )


def _checked_bytes(assembly: Assembly, profile: Profile, division: str) -> bytes:
    faults = [
        f"{fault.code} élève {fault.siecle_id or '-'} {fault.subject}".strip()
        for fault in document_faults(assembly.document, profile.limits)
    ]
    if not faults:
        data = render(assembly.document, profile)
        faults = schema_faults(data, profile)
    if faults:
        raise InvalidDocument(division, faults)
    return data


def _report(assembly: Assembly, profile: Profile, level: LevelFacts) -> dict[str, Any]:
    left_out = [
        {"siecle_id": siecle_id, "booklet_id": booklet_id, "gaps": _told(gaps)}
        for siecle_id, booklet_id, gaps in assembly.skipped
    ]
    shortened = [
        {"siecle_id": siecle_id, "start_year": start_year, "gaps": _told(gaps)}
        for siecle_id, start_year, gaps in assembly.shortened
    ]
    asked = {"pfmp": level.exports_pfmp, "project": level.exports_project}
    carried = {"pfmp": profile.carries_pfmp, "project": profile.carries_project}
    return {
        "lights": {light.value: count for light, count in assembly.included.items()},
        "pupil_count": len(assembly.document.pupils),
        "left_out": left_out,
        "shortened": shortened,
        "previous_year_count": assembly.earlier_count,
        "not_carried": [name for name, wanted in asked.items() if wanted and not carried[name]],
    }


def _told(gaps: Iterable[Gap]) -> list[list[str]]:
    return [[gap.code, gap.severity, gap.subject] for gap in gaps]


def _holds(document: Document) -> dict[str, Any]:
    """What tells, without the file, whose uploads it counts in, and which software made it."""
    pupils = [pupil.siecle_id for pupil in document.pupils]
    return {"editor": document.editor, "pupils": pupils}


def fingerprint(wiring: Wiring, profile: Profile, snapshot: Snapshot) -> str:
    """What a file was made from: booklets at their revisions, profile, header. No time-stamp."""
    parts = [profile.digest, wiring.settings.editor_name, wiring.settings.application_name]
    parts += sorted(f"{one.booklet_id}:{one.data_revision}" for one in snapshot.booklets)
    parts += sorted(
        f"{year.level.start_year}:{one.booklet_id}:{one.data_revision}"
        for year in snapshot.earlier
        for one in year.booklets
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
