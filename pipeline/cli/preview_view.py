"""A preview as a value for programs, and in French for people."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.cli.changes import COLUMNS, change_rows, change_view, place_view
from pipeline.cli.common import console, show
from pipeline.domain.faults import Fault
from pipeline.domain.fields import Place
from pipeline.field_labels import FATES, REFUSALS, field_label, part_label
from pipeline.labels import FAULTS
from pipeline.preview import Preview
from pipeline.receiver import Fate, Received, Refusal

NOTHING_SENT = (
    "Aucune version notée comme envoyée (« lslpro sent ») ne fait connaître ces élèves : tout "
    "paraît nouveau."
)
NOT_OFFICIAL = "Attention : LSL ne prend pas ce profil, qui n'est pas celui du ministère."
ANOTHER_EDITOR = (
    "Attention : le dernier envoi vient de l'éditeur « {last} », ce fichier de « {editor} ». "
)
FIRST_OF_EDITOR = "Aucun envoi de l'éditeur « {editor} » n'est noté. "
TELL_THE_ACADEMY = (
    "Après un changement de logiciel LSL rejette le fichier entier : prévenez d'abord l'assistance "
    "de l'académie."
)
KEPT = "Absent du fichier, LSL le garde : effacer ici n'efface pas là-bas."


def view(found: Preview) -> dict[str, Any]:
    """Everything, for programs."""
    report = found.report
    return {
        "profile": found.profile.name,
        "official": found.profile.official,
        "editor": found.document.editor,
        "last_editor": found.last_editor,
        "changes_software": found.changes_software,
        "school_uai": found.document.uai,
        "refusal": _refusal_view(report.refusal) if report.refusal else None,
        "total": report.total,
        "taken": report.taken,
        "progress": report.progress,
        "counts": {fate.value: report.count(fate) for fate in Fate},
        "pupils": [_pupil_view(one) for one in report.pupils],
        "absent_pupils": found.absent,
        "faults": [dataclasses.asdict(one) | {"label": FAULTS[one.code]} for one in found.faults],
        "uploads": [dataclasses.asdict(one) for one in found.uploads],
    }


def _pupil_view(one: Received) -> dict[str, Any]:
    return {
        "siecle_id": one.siecle_id,
        "fate": one.fate,
        "changes": [change_view(change) for change in one.changes],
        "kept": [place_view(place) for place in one.kept],
        "refusals": [_refusal_view(refusal) for refusal in one.refusals],
    }


def _refusal_view(one: Refusal) -> dict[str, Any]:
    return {"code": one.code, "subject": one.subject, "message": _sentence(one)}


def say(file_name: str, found: Preview) -> None:
    """The same for people: tables and warnings, pupils by SIECLE id."""
    report = found.report
    _say(f"{file_name} : profil {found.profile.name}, établissement {found.document.uai}.")
    if not found.profile.official:
        _say(NOT_OFFICIAL)
    if report.refusal:
        known = ", ".join(found.schools) or "aucun"
        _say(f"Refusé en entier. {_sentence(report.refusal)} (connus ici : {known}).")
        return
    for line in (*_compared(found), *_software(found)):
        _say(line)
    rows = [(one.siecle_id, FATES[one.fate], _detail(one)) for one in report.pupils]
    show("Élèves", ("Élève", "Issue", "Détail"), rows)
    changed = [(one.siecle_id, one.changes) for one in report.pupils if one.fate is Fate.CHANGED]
    if changed:
        show("Ce qui serait remplacé ou ajouté", COLUMNS, list(change_rows(changed)))
    for line in (*_kept(found), *_faults(found.faults)):
        _say(line)
    counts = ", ".join(f"{FATES[fate].lower()} {report.count(fate)}" for fate in Fate)
    _say(f"Traités : {report.progress} ; {counts}.")


def _say(line: str) -> None:
    console.print(line, soft_wrap=True)


def _compared(found: Preview) -> Iterator[str]:
    used = [f"{one.division} v{one.version}" for one in found.uploads if not one.unusable]
    yield f"Comparé aux versions envoyées : {', '.join(used)}." if used else NOTHING_SENT
    yield from (f"Non comptée : {one.unusable}" for one in found.uploads if one.unusable)


def _software(found: Preview) -> Iterator[str]:
    if found.changes_software:
        said = ANOTHER_EDITOR if found.last_editor else FIRST_OF_EDITOR
        names = {"last": found.last_editor, "editor": found.document.editor}
        yield said.format_map(names) + TELL_THE_ACADEMY


def _detail(one: Received) -> str:
    if one.refusals:
        return " ; ".join(map(_sentence, one.refusals))
    return f"{len(one.changes)} champ(s)" if one.changes else ""


def _sentence(one: Refusal) -> str:
    reason, _, advice = REFUSALS[one.code].partition(" : ")
    return f"{reason} ({one.subject}) : {advice}" if one.subject else REFUSALS[one.code]


def _kept(found: Preview) -> Iterator[str]:
    lines = [
        f"  - élève {one.siecle_id} : {', '.join(map(_where, one.kept))}"
        for one in found.report.pupils
        if one.kept
    ]
    lines += [f"  - élève {siecle_id} : tout" for siecle_id in found.absent]
    if lines:
        yield KEPT
        yield from lines


def _where(place: Place) -> str:
    return " ".join(filter(None, (part_label(place), field_label(place))))


def _faults(faults: Sequence[Fault]) -> Iterator[str]:
    """One line for what is wrong in the same way at the same place, whoever the pupils."""
    pupils: dict[tuple[str, str], list[str]] = {}
    for one in faults:
        where = "/".join(one.subject.split("/")[:2])
        pupils.setdefault((FAULTS[one.code], where), []).append(str(one.siecle_id or "fichier"))
    for (label, where), who in pupils.items():
        yield f"À voir : {label} ({where}) : {', '.join(dict.fromkeys(who))}."
