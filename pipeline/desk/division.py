"""One division: its pupils with all they lack, its versions, and what an export would do now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from unicodedata import combining, normalize

from pipeline import preflight
from pipeline.desk import authors, rights
from pipeline.desk.divisions import Counts, Line, counts_of, lines
from pipeline.desk.places import competence_names
from pipeline.domain.accounts import Principal, Right, may
from pipeline.domain.gaps import Gap, gaps_of_row
from pipeline.domain.periods import Periodicity
from pipeline.preflight import Concern
from pipeline.store import desk_files, desk_names, desk_reads, facts, reports
from pipeline.wiring import Wiring
from pipeline.xml.profiles import Profile


@dataclass(frozen=True, slots=True)
class Pupil:
    """One pupil of the list; `light` is of before the last change where `pending`."""

    row: Any
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the list, and who asked for it."""

    row: Any
    author: str
    changed: bool  # data changed since; told of the newest of a profile only


@dataclass(frozen=True, slots=True)
class DivisionDesk:
    """What the page of a division shows; without the right to export no version is told."""

    line: Line
    periodicity: Periodicity | None
    diploma_label: str
    pupils: tuple[Pupil, ...]
    concerns: tuple[Concern, ...]
    competences: Mapping[str, str]  # what each code of a gap stands for
    versions: tuple[Version, ...]
    profiles: tuple[Profile, ...]
    default_profile: str

    @property
    def division(self) -> Any:
        """Its row."""
        return self.line.division


def look(wiring: Wiring, principal: Principal, division_id: int) -> DivisionDesk:
    """A division in reach, in as many statements whatever its pupils. Raises NotFound."""
    with wiring.store.reading() as connection:
        row = rights.division(connection, principal, Right.SEE, division_id)
        (line,) = lines(wiring, connection, [row])
        pupils = reports.pupils(connection, row.id)
        level = facts.read_levels(connection, [row.id])[row.id]
        labels = desk_names.diploma_labels(connection, {row.diploma_code})
        versions = _versions(connection, line, principal)
    return DivisionDesk(
        line, level.periodicity, labels.get(row.diploma_code, row.diploma_code),
        tuple(Pupil(one, gaps_of_row(one.gaps)) for one in sorted(pupils, key=_name)),
        preflight.report(row, pupils).concerns,
        competence_names(level),
        versions, tuple(wiring.profiles.values()), wiring.settings.default_profile,
    )  # fmt: skip


def _name(row: Any) -> tuple[str, str, int]:
    """As people look a name up: accents and capitals do not count."""
    return plain(row.last_name), plain(row.first_name), row.id


def plain(text: str) -> str:
    """A text without accents and capitals."""
    return "".join(one for one in normalize("NFKD", text.casefold()) if not combining(one))


def _versions(connection: Any, line: Line, principal: Principal) -> tuple[Version, ...]:
    if not may(principal, Right.EXPORT):
        return ()
    rows = desk_files.versions_of(connection, line.division.id)
    names = authors.named(connection, {one.requested_by for one in rows})
    return tuple(Version(one, names[one.requested_by], one.id in line.stale) for one in rows)


def lights(wiring: Wiring, principal: Principal, division_id: int) -> tuple[Counts, str]:
    """The counts of a division, and a mark that moves with its lights, jobs and versions."""
    with wiring.store.reading() as connection:
        row = rights.division(connection, principal, Right.SEE, division_id)
        counts = counts_of(connection, [row.id])[row.id]
        jobs = [one.id[:8] for one in desk_reads.open_jobs(connection, [row.id])]
        newest = [str(one.id) for one in desk_reads.latest_versions(connection, [row.id])]
        mark = desk_reads.lights_mark(connection, row.id)
    return counts, " ".join([mark, *jobs, *newest])
