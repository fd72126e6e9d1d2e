"""Fields, gaps and saves in words, for the page of a booklet and for its script."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pipeline import labels
from pipeline.desk.entry import Opened
from pipeline.desk.entry_fields import TEACHERS, Field, teacher_inputs
from pipeline.desk.entry_others import Clash
from pipeline.desk.entry_save import Saved
from pipeline.desk.entry_values import Values, teacher_ranks
from pipeline.desk.places import Mend, anchor_of, mend_of
from pipeline.domain.actors import WHO_ACTS
from pipeline.domain.facts import LevelFacts
from pipeline.domain.gaps import Gap, GapCode

RATED = {GapCode.COMPETENCE_NOT_RATED, GapCode.MASTERY_INVALID}


def words(one: Field, values: Values) -> str:
    """What a field holds, in words."""
    if one.key.startswith("competence-"):
        mark = values.get(one.key, "")
        return f"{mark} – {labels.MASTERIES[int(mark)]}" if mark else "non évaluée"
    if one.key == "engagements":
        codes = values.get(one.key, "").split()
        known = {code.value: label for code, label in labels.COMMITMENTS.items()}
        return ", ".join(known.get(code, code) for code in codes) or "(aucun)"
    if one.key == "avis-examen":
        known_opinions = {code.value: label for code, label in labels.EXAM_OPINIONS.items()}
        return known_opinions.get(values.get(one.key, ""), "(aucun)")
    names = one.inputs
    if one.key == TEACHERS:
        names = tuple(n for rank in teacher_ranks(values) for n in teacher_inputs(rank))
    return " ".join(filter(None, (values.get(name, "") for name in names))) or "(vide)"


def gap_lines(opened: Opened) -> list[dict[str, str]]:
    """Each gap in words, with the anchor of the field that mends it, or who else must act."""
    return [_line(gap, opened) for gap in opened.gaps]


def _line(gap: Gap, opened: Opened) -> dict[str, str]:
    text = labels.gap_label(gap)
    if gap.code in RATED:
        of = next((one for one in opened.level.competences if one.code == gap.subject), None)
        text = f"{labels.GAPS[gap.code]} : {of.reference_code} {of.label}" if of else text
    is_here = mend_of(gap) is Mend.BOOKLET
    return {
        "text": text,
        "severity": gap.severity.value,
        "anchor": anchor_of(gap) if is_here else "",
        "who": "" if is_here else labels.ACTORS[WHO_ACTS[gap.code]],
    }


def gaps_by_code(gaps: Iterable[Gap], level: LevelFacts) -> list[tuple[str, str]]:
    """One line a code, competences by their reference, with the anchor of the first one."""
    references = {one.code: one.reference_code or one.code for one in level.competences}
    same: dict[GapCode, list[Gap]] = {}
    for gap in gaps:
        same.setdefault(gap.code, []).append(gap)
    return [
        (
            " ; ".join(
                labels.gap_lines(
                    replace(one, subject=references.get(one.subject, one.subject))
                    if code in RATED
                    else one
                    for one in of_code
                )
            ),
            anchor_of(of_code[0]) if mend_of(of_code[0]) is Mend.BOOKLET else "",
        )
        for code, of_code in same.items()
    ]


def as_json(saved: Saved, at: str) -> dict[str, Any]:
    """What a script needs to bring its page up to date."""
    opened = saved.opened
    return {
        "revision": opened.revision,
        "at": at,
        "saved": list(saved.saved),
        "faults": {key: list(one) for key, one in saved.faults.items()},
        "clashes": {one.field.key: _clash(one) for one in saved.clashes},
        "told": list(saved.told),
        "notes": list(saved.notes),
        "values": opened.values,
        "read": opened.read,
        "light": {"code": opened.light.value, "text": labels.LIGHTS[opened.light]},
        "gaps": gap_lines(opened),
    }


def _clash(one: Clash) -> dict[str, Any]:
    return {
        "label": one.field.label,
        "who": one.who,
        "theirs": words(one.field, one.values),
        "read": one.read,
    }
