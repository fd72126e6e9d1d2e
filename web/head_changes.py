"""Fields that differ, and what LSL would do, as rows and sentences of a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.domain.faults import Fault
from pipeline.domain.fields import GROUP, OF_NO_YEAR, Change, Place
from pipeline.domain.given_file import school_year
from pipeline.field_labels import REFUSALS, field_label, part_label, value_label
from pipeline.labels import FAULTS
from pipeline.preview import Preview
from pipeline.receiver import Refusal

NOTHING_SENT = (
    "Aucune version marquée comme envoyée ne fait connaître ces élèves : tout paraît nouveau."
)
TELL_THE_ACADEMY = (
    "Après un changement de logiciel LSL rejette le fichier entier : prévenez d’abord l’assistance "
    "de l’académie."
)
NAMES = {"pfmp": "les PFMP", "project": "le projet"}
OF_THE_SPECIALITY = "071100-S"


@dataclass(frozen=True, slots=True)
class Row:
    """One field that differs."""

    who: str
    year: str
    part: str
    field: str
    before: str
    after: str


def who(names: Mapping[int, Any], siecle_id: int | None) -> str:
    """The pupil's name, else the SIECLE id."""
    if siecle_id is not None and siecle_id in names:
        return f"{names[siecle_id].last_name} {names[siecle_id].first_name}"
    return f"Élève {siecle_id}" if siecle_id else "Fichier"


def rows(told: Iterable[tuple[str, Sequence[Change]]]) -> list[Row]:
    """One row a change; a figure of the group that moves alike for several pupils is told once."""
    pupils = list(told)
    counts = Counter(one for _, changes in pupils for one in changes if _of_group(one))
    found = [_row(name, one) for name, changes in pupils for one in changes if counts[one] <= 1]
    return found + [_row(f"{count} élèves", one) for one, count in counts.items() if count > 1]


def _of_group(change: Change) -> bool:
    return change.place.name.startswith(GROUP)


def _row(name: str, one: Change) -> Row:
    place = one.place
    year = "" if place.start_year == OF_NO_YEAR else school_year(place.start_year)
    return Row(
        name, year, _part(place), field_label(place), value_label(one.before),
        value_label(one.after),
    )  # fmt: skip


def _part(place: Place) -> str:
    label = part_label(place)
    return "Spécialité" if label == OF_THE_SPECIALITY else label


def not_compared(aside: Sequence[str]) -> str:
    """What one of the two profiles does not carry."""
    if not aside:
        return ""
    return f"Un des deux profils {_without(aside)} : non comparé."


def not_carried(aside: Sequence[str]) -> str:
    """What the profile of a file does not carry."""
    return f"Ce profil {_without(aside)}." if aside else ""


def _without(parts: Sequence[str]) -> str:
    first, *others = (NAMES[one] for one in parts)
    return f"ne porte ni {' ni '.join([first, *others])}" if others else f"ne porte pas {first}"


def warnings(found: Preview) -> Iterator[tuple[str, str]]:
    """What to know before an upload, each with its kind: format, software, what it stands on."""
    if not found.profile.official:
        yield "warning", "LSL ne prend pas ce profil, qui n’est pas celui du ministère."
    if found.changes_software:
        last, this = found.last_editor, found.document.editor
        said = f"Le dernier envoi vient de l’éditeur « {last} », ce fichier de « {this} »."
        first = f"Aucun envoi de l’éditeur « {this} » n’est marqué."
        yield "warning", f"{said if last else first} {TELL_THE_ACADEMY}"
    used = [f"{one.division}, version {one.version}" for one in found.uploads if not one.unusable]
    yield "info", f"Comparé aux versions envoyées : {' ; '.join(used)}." if used else NOTHING_SENT
    yield from (
        ("warning", f"Non comptée : {one.unusable}") for one in found.uploads if one.unusable
    )


def refusal_words(one: Refusal) -> str:
    """Why LSL would not take it, and what to do."""
    reason, _, advice = REFUSALS[one.code].partition(" : ")
    return f"{reason} ({one.subject}) : {advice}" if one.subject else REFUSALS[one.code]


def kept(found: Preview, names: Mapping[int, Any]) -> list[str]:
    """What LSL would keep though the file does not hold it."""
    lines = [
        f"{who(names, one.siecle_id)} : {', '.join(map(_where, one.kept))}"
        for one in found.report.pupils
        if one.kept
    ]
    return lines + [f"{who(names, siecle_id)} : tout" for siecle_id in found.absent]


def _where(place: Place) -> str:
    return " ".join(filter(None, (_part(place), field_label(place))))


def faults(found: Sequence[Fault], names: Mapping[int, Any]) -> list[str]:
    """What the schema lets through and LSL would take wrongly, each kind once."""
    pupils: dict[tuple[str, str], list[str]] = {}
    for one in found:
        where = "/".join(one.subject.split("/")[:2])
        pupils.setdefault((FAULTS[one.code], where), []).append(who(names, one.siecle_id))
    return [
        f"{label} ({where}) : {', '.join(dict.fromkeys(named))}."
        for (label, where), named in pupils.items()
    ]
