"""All that a pupil lacks, as lines of a page: each item named, and linked to where it is mended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.desk.places import Mend, anchor_of, mend_of
from pipeline.domain.gaps import Gap, GapCode, Severity
from pipeline.labels import GAPS, subject_label

ADVICE = {
    Mend.SECRETARIAT: "Le secrétariat corrige dans SIECLE, puis l’administrateur importe de "
    "nouveau les élèves.",
    Mend.ADMINISTRATOR: "L’administrateur importe le référentiel de ce diplôme pour cette année.",
    Mend.MARKS: "À corriger dans le logiciel de notes, puis à importer de nouveau.",
}
NOT_YOURS = "Le chef d’établissement ou le DDFPT la choisit dans « Configuration »."
_OF_COMPETENCES = {GapCode.COMPETENCE_NOT_RATED, GapCode.MASTERY_INVALID}


@dataclass(frozen=True, slots=True)
class Item:
    """One missing item; no address where it is not mended on a page."""

    text: str
    address: str | None


@dataclass(frozen=True, slots=True)
class GapLine:
    """One kind of gap of a pupil; its label is the item itself where there is no subject."""

    label: str
    mandatory: bool
    items: tuple[Item, ...]
    advice: str


def lines(
    gaps: Iterable[Gap], booklet_id: int | None, competences: Mapping[str, str], configuration: str
) -> list[GapLine]:
    """A line a code, in the order of the rules; `configuration` is empty for who may not set it.

    Without a booklet (left out long ago) nothing is linked.
    """
    by_code: dict[tuple[GapCode, Severity], list[Gap]] = {}
    for gap in gaps:
        by_code.setdefault((gap.code, gap.severity), []).append(gap)
    return [
        GapLine(
            GAPS[code],
            severity is Severity.MANDATORY,
            tuple(_item(gap, booklet_id, competences, configuration) for gap in same),
            _advice(same[0], configuration),
        )
        for (code, severity), same in by_code.items()
    ]


def _item(
    gap: Gap, booklet_id: int | None, competences: Mapping[str, str], configuration: str
) -> Item:
    text = subject_label(gap) if gap.subject else ""
    if gap.code in _OF_COMPETENCES and gap.subject in competences:
        text = f"{competences[gap.subject]} ({gap.subject})"
    return Item(text, _address(gap, booklet_id, configuration))


def _address(gap: Gap, booklet_id: int | None, configuration: str) -> str | None:
    mend = mend_of(gap)
    if mend is Mend.CONFIGURATION:
        return f"{configuration}#{anchor_of(gap)}" if configuration else None
    if mend is Mend.BOOKLET and booklet_id is not None:
        return f"/livrets/{booklet_id}#{anchor_of(gap)}"
    return None


def _advice(gap: Gap, configuration: str) -> str:
    mend = mend_of(gap)
    if mend is Mend.CONFIGURATION and not configuration:
        return NOT_YOURS
    return ADVICE.get(mend, "")
