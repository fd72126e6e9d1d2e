"""A model of SIECLE LSL: what it does with a file, as far as is known; a guess is said to be one.

Sources: the guide's screen "Importer" and docs of editors (missing data added, present data always
overwritten, processing by pupil, "n / total (%)"); that absence erases nothing is our assumption.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypeVar

from pipeline.domain.document import Document, Pupil, SchoolYear
from pipeline.domain.fields import OF_NO_YEAR, Change, Place, Value, fields_of, part_of

_T = TypeVar("_T", bound=Hashable)
# What LSL holds: by pupil (SIECLE id), then by year, subject and modality, and field.
State = Mapping[int, Mapping[Place, Value]]


class Fate(StrEnum):
    """What becomes of a pupil of the file."""

    NEW = "new"  # LSL held nothing of the pupil
    CHANGED = "changed"  # fields are added or overwritten
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class RefusalCode(StrEnum):
    """Why LSL would not take a file, or a pupil of it."""

    WRONG_SCHOOL = "wrong_school"  # the whole file: another UAI
    PUPIL_UNKNOWN = "pupil_unknown"  # no such SIECLE id in the school
    PUPIL_DUPLICATED = "pupil_duplicated"  # which of the two would win is not known
    YEAR_DUPLICATED = "year_duplicated"
    SUBJECT_DUPLICATED = "subject_duplicated"
    NOT_IN_PROGRAMME = "not_in_programme"  # subject and modality, for the pupil's MEF that year


class Refusal(NamedTuple):
    """One reason; `subject` tells which year, or which subject and modality of which year."""

    code: RefusalCode
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the receiver knows beside booklets; nothing is checked against what is not given."""

    uais: Collection[str] | None = None
    pupils: Collection[int] | None = None
    mefs: Mapping[tuple[int, int], str] = field(default_factory=dict)  # by pupil and year
    programmes: Mapping[tuple[int, str], Collection[tuple[str, str]]] = field(
        default_factory=dict
    )  # (subject, modality) by year and MEF


class Received(NamedTuple):
    """One pupil of the file: the fields that change, and those that LSL keeps by itself.

    `kept` are the fields, of the years in the file, that LSL holds and the file does not.
    """

    siecle_id: int
    fate: Fate
    changes: tuple[Change, ...] = ()
    kept: tuple[Place, ...] = ()
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What one import did; of a file refused as a whole no pupil is told."""

    total: int
    pupils: tuple[Received, ...] = ()
    refusal: Refusal | None = None

    @property
    def taken(self) -> int:
        """How many pupils were not refused."""
        return sum(one.fate is not Fate.REFUSED for one in self.pupils)

    @property
    def progress(self) -> str:
        """As LSL's screen words it: `n / total (%)`; 100 % only when it is all."""
        percent = self.taken * 100 // self.total if self.total else 0
        return f"{self.taken} / {self.total} ({percent} %)"

    def count(self, fate: Fate) -> int:
        """How many pupils of the file had that fate."""
        return sum(one.fate is fate for one in self.pupils)


NOTHING_KNOWN = Known()


def receive(state: State, document: Document, known: Known = NOTHING_KNOWN) -> tuple[State, Report]:
    """What is held after the import of the file, and the report, pupil by pupil.

    Absent fields are added, present ones overwritten, nothing is ever erased. A pupil with
    anything to refuse is refused whole: the worst that may happen is what is foretold.
    """
    total = len(document.pupils)
    if known.uais is not None and document.uai not in known.uais:
        return state, Report(total, refusal=Refusal(RefusalCode.WRONG_SCHOOL, document.uai))
    twice = _repeated(pupil.siecle_id for pupil in document.pupils)
    held = dict(state)
    told = []
    for pupil in document.pupils:
        refusals = tuple(_refusals(pupil, known, twice))
        if refusals:
            told.append(Received(pupil.siecle_id, Fate.REFUSED, refusals=refusals))
            continue
        before, said = held.get(pupil.siecle_id, {}), fields_of(pupil)
        held[pupil.siecle_id] = {**before, **said}
        told.append(_received(pupil.siecle_id, before, said))
    return held, Report(total, tuple(told))


def _received(
    siecle_id: int, before: Mapping[Place, Value], said: Mapping[Place, Value]
) -> Received:
    changes = tuple(
        Change(place, before.get(place), value)
        for place, value in sorted(said.items(), key=lambda one: one[0])
        if before.get(place) != value
    )
    years = {OF_NO_YEAR} | {place.start_year for place in said}
    kept = sorted(place for place in before if place.start_year in years and place not in said)
    fate = (Fate.CHANGED if before else Fate.NEW) if changes else Fate.UNCHANGED
    return Received(siecle_id, fate, changes, tuple(kept))


def _refusals(pupil: Pupil, known: Known, twice: Collection[int]) -> Iterator[Refusal]:
    if pupil.siecle_id in twice:
        yield Refusal(RefusalCode.PUPIL_DUPLICATED)
    if known.pupils is not None and pupil.siecle_id not in known.pupils:
        yield Refusal(RefusalCode.PUPIL_UNKNOWN)
    for start_year in _repeated(year.start_year for year in pupil.years):
        yield Refusal(RefusalCode.YEAR_DUPLICATED, str(start_year))
    for year in pupil.years:
        mef = known.mefs.get((pupil.siecle_id, year.start_year), "")
        programme = known.programmes.get((year.start_year, mef))
        for code, part in _of_subjects(year, programme):
            yield Refusal(code, f"{year.start_year}/{part}")


def _of_subjects(
    year: SchoolYear, programme: Collection[tuple[str, str]] | None
) -> Iterator[tuple[RefusalCode, str]]:
    for part in _repeated(map(part_of, year.evaluations)):
        yield RefusalCode.SUBJECT_DUPLICATED, part
    if programme is not None:
        for one in year.evaluations:
            if (one.subject_code, one.modality) not in programme:
                yield RefusalCode.NOT_IN_PROGRAMME, part_of(one)


def _repeated(items: Iterable[_T]) -> list[_T]:
    return [item for item, count in Counter(items).items() if count > 1]
