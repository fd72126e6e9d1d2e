"""The report before an export, in the words of a head of school, and as values for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.domain.gaps import Light, Severity
from pipeline.domain.sheet import Cell
from pipeline.labels import ACTORS, LEVELS, LIGHTS, SEVERITIES, gap_label, gap_lines
from pipeline.preflight import Concern, Preflight, PupilState

SUMMARY = (
    "UAI", "Année", "Division", "Diplôme", "Niveau", "Rouge", "Orange", "Vert", "En calcul",
    "Conclusion",
)  # fmt: skip
DETAIL = (
    "UAI", "Année", "Division", "Diplôme", "Niveau", "Élève (SIECLE)", "Voyant", "À jour",
    "Obligation", "Ce qui manque", "Qui agit", "Code",
)  # fmt: skip


def verdict(one: Preflight) -> str:
    """Whether the file can be asked for now, and what will not be in it."""
    count, total = one.exportable_count, len(one.pupils)
    late = f" {one.pending_count} voyant(s) ne sont pas à jour : ce constat peut changer."
    if not total:
        said = "Aucun élève sous statut scolaire : rien à exporter."
    elif one.is_possible is None:
        said = "À confirmer : aucun voyant à jour ne permet encore l'export."
    elif not count:
        said = f"Export impossible : les {total} élève(s) sont en rouge."
    else:
        red = one.lights.get(Light.RED, 0)
        left = f" ; {red} en rouge n'y seront pas" if red else ""
        said = f"Export possible : {count} élève(s) sur {total}{left}."
    return said + (late if one.pending_count else "")


def told(concern: Concern) -> str:
    """What is missing, its competences or periods together."""
    return " ".join(gap_lines(concern.gaps))


def named(pupil: PupilState) -> str:
    """The pupil's SIECLE id."""
    return f"livret {pupil.booklet_id}" if pupil.siecle_id is None else str(pupil.siecle_id)


def view(one: Preflight) -> dict[str, Any]:
    """A division for programs."""
    d = one.division
    return {
        "division": d.code, "school_uai": d.school_uai, "start_year": d.start_year,
        "diploma_code": d.diploma_code, "level": d.level,
        "export_possible": one.is_possible, "verdict": verdict(one),
        "pupil_count": len(one.pupils), "exportable_count": one.exportable_count,
        "lights": {light: one.lights.get(light, 0) for light in Light},
        "pending_count": one.pending_count,
        "not_up_to_date": [_key(pupil) for pupil in one.pupils if not pupil.up_to_date],
        "blocking": [_concern(c) for c in one.concerns if c.severity is Severity.MANDATORY],
        "incomplete": [_concern(c) for c in one.concerns if c.severity is Severity.OPTIONAL],
    }  # fmt: skip


def _concern(one: Concern) -> dict[str, Any]:
    return {
        "code": one.code, "label": told(one), "actor": one.actor, "actor_label": ACTORS[one.actor],
        "subjects": [gap.subject for gap in one.gaps if gap.subject],
        "pupil_count": len(one.pupils), "pupils": [_key(pupil) for pupil in one.pupils],
    }  # fmt: skip


def _key(pupil: PupilState) -> dict[str, Any]:
    return {"siecle_id": pupil.siecle_id, "booklet_id": pupil.booklet_id}


def summary_row(one: Preflight) -> list[Cell]:
    """A division on one line."""
    counts = [one.lights.get(light, 0) for light in Light]
    return [*_place(one), *counts, one.pending_count, verdict(one)]


def detail_rows(one: Preflight) -> Iterator[list[Cell]]:
    """One line a gap of a pupil; first the division's verdict, on a line without a pupil."""
    yield [*_place(one), "", "", "", "", verdict(one), "", ""]
    for pupil in one.pupils:
        light = LIGHTS[pupil.light].split(" : ")[0] if pupil.light else "en calcul"
        fresh = "oui" if pupil.up_to_date else "non"
        for gap, concern in ((g, c) for c in one.concerns for g in pupil.gaps if g.code == c.code):
            if gap.severity == concern.severity:
                yield [
                    *_place(one), named(pupil), light, fresh, SEVERITIES[gap.severity],
                    gap_label(gap), ACTORS[concern.actor], gap.code.value,
                ]  # fmt: skip


def _place(one: Preflight) -> list[Cell]:
    d = one.division
    return [d.school_uai, d.start_year, d.code, d.diploma_code, LEVELS[d.level]]
